"""Predictions as documents: which predictor is asked about which material, and what is said of the answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from quinary.chemistry.composition import Composition, CompositionLike
from quinary.errors import InputError
from quinary.plugins.registry import find_plugin, predictable_properties, predictor_of
from quinary.plugins.sockets import Estimate, PredictorPlugin
from quinary.plugins.tasks import TaskRows, prediction_tasks, refusal
from quinary.points.conditions import AMBIENT, Conditions
from quinary.points.properties import property_named
from quinary.reference.lattices import DEFAULT_TABLE

__all__ = ["predict_documents"]

_INTERVAL_SIGMAS: Final = 1.96  # 95 %, if the errors were normal


def predict_documents(
    formulas: Sequence[CompositionLike],
    names: Sequence[str] = (),
    conditions: Conditions = AMBIENT,
    *,
    lattice: str = "bcc",
    table: str = DEFAULT_TABLE,
    model: str = "",
) -> list[dict[str, Any]]:
    """For each formula and property: value, unit, one standard deviation, interval, method, model, domain flag.

    Documents come property by property, and for each property in the order of the formulas. The interval is 1.96 standard
    deviations to each side. `conditions` are those that the prediction depends on; others that were given are named in
    `method` as without effect. `model` names a predictor instead of the preferred one. Without names: every property that
    can be predicted (by that model) for the kind of material.

    Raises:
        InputError: a formula cannot be read, a property has no predictor for the kind of material, the model is another's,
            an element has no value for it, or nothing at all can be predicted of a formula.
    """
    compositions = [Composition.of(formula) for formula in formulas]
    _check_names(names)
    for composition in compositions:
        if reason := refusal(composition):
            raise InputError(f"cannot predict anything of {composition}: {reason}")
    asked = _Asked(formulas, compositions, tuple(names), conditions, model)
    found: list[tuple[int, int, dict[str, Any]]] = []
    silent: dict[int, str] = {}
    order: dict[str, int] = {}
    for rows in prediction_tasks(compositions, lattice=lattice, table=table, conditions=conditions):
        for name in asked.properties(is_ceramic=rows.task.is_ceramic):
            rank = order.setdefault(name, len(order))
            for position, answer in asked.answers(name, rows):
                if isinstance(answer, str):
                    silent.setdefault(position, answer)
                else:
                    found.append((rank, position, answer))
    for position in sorted(silent.keys() - {position for _, position, _ in found}):
        raise InputError(f"nothing can be predicted of {compositions[position]}: {silent[position]}")
    return [document for _, _, document in sorted(found, key=lambda entry: entry[:2])]


def _check_names(names: Sequence[str]) -> None:
    for name in names:
        if property_named(name).is_derived:
            known = {entry for kind in (False, True) for entry in predictable_properties(is_ceramic=kind)}
            raise InputError(f"{name} is computed from the composition: use `quinary describe`", sorted(known))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked for; makes the documents of one task and property."""

    formulas: Sequence[CompositionLike]
    compositions: Sequence[Composition]
    names: tuple[str, ...]
    conditions: Conditions
    model: str

    def properties(self, *, is_ceramic: bool) -> tuple[str, ...]:
        """The properties asked for, else all that the kind of material has."""
        if self.names or not self.model:
            return self.names or predictable_properties(is_ceramic=is_ceramic)
        return tuple(find_plugin("predictors", self.model).properties)

    def answers(self, name: str, rows: TaskRows) -> Iterator[tuple[int, dict[str, Any] | str]]:
        """(position, document) of every row; the reason in place of the document where there is no value."""
        plugin = predictor_of(name, is_ceramic=rows.task.is_ceramic, model=self.model)
        estimate = plugin.predict(name, rows.task)
        for row, position in enumerate(rows.positions):
            if not estimate.reasons[row]:
                yield position, self._document(name, plugin, estimate, row, position)
            elif self.names:
                raise InputError(
                    f"cannot predict {name} of {self.compositions[position]}: {estimate.reasons[row]}",
                    sorted(plugin.elements(name, rows.task.anions)),
                )
            else:
                yield position, estimate.reasons[row]

    def _document(
        self, name: str, plugin: PredictorPlugin, estimate: Estimate, row: int, position: int
    ) -> dict[str, Any]:
        formula = self.formulas[position]
        value, spread = float(estimate.values[row]), float(estimate.uncertainties[row])
        unused = [key for key, _ in self.conditions.items if key not in plugin.uses_conditions]
        remark = f"; does not depend on {', '.join(unused)}" if unused else ""
        return {
            "formula": formula if isinstance(formula, str) else self.compositions[position].formula,
            "property": name,
            "value": value,
            "unit": property_named(name).unit,
            "uncertainty": spread,
            "interval": _interval(name, value, spread),
            "conditions": {key: entry for key, entry in self.conditions.items if key in plugin.uses_conditions},
            "method": estimate.details[row] + remark,
            "model": f"{plugin.name} {plugin.version} ({plugin.source})",
            "in_domain": bool(estimate.is_in_domain[row]),
        }


def _interval(name: str, value: float, spread: float) -> list[float]:
    """1.96 standard deviations to each side, cut at what the property allows: a strength is not negative."""
    low, high = property_named(name).bounds
    return [max(low, value - _INTERVAL_SIGMAS * spread), min(high, value + _INTERVAL_SIGMAS * spread)]
