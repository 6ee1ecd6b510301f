"""Predictions as documents: what `predict` answers, one for each material and quantity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from quinary.chemistry.alloy_limits import no_alloy
from quinary.chemistry.composition import Composition, CompositionLike
from quinary.errors import InputError
from quinary.plugins import TaskRows, prediction_tasks, refusal
from quinary.points.quantity import Quantity
from quinary.prediction.choice import RULE
from quinary.reference.elements import ANIONS

if TYPE_CHECKING:
    from quinary.plugins import PredictorPlugin
    from quinary.prediction.answer import Answer
    from quinary.prediction.service import PredictionService

__all__ = ["predict_documents"]

_POSSIBLE_ANIONS: Final = frozenset({"F", "P", "S", "Cl", "As", "Se", "Br", "Te", "I"})
_Place = tuple[int, int]


def predict_documents(
    service: PredictionService,
    formulas: Sequence[CompositionLike],
    quantities: Sequence[Quantity] = (),
    *,
    why: bool = False,
    **assumed: Any,
) -> list[dict[str, Any]]:
    """For each formula and quantity: value, unit, one standard deviation, interval of 90 %, method, model, domain flag.

    Documents come quantity by quantity, and for each in the order of the formulas. `conditions` are those that the value
    depends on; others that were asked for are named in `method` as without effect. A class, such as a phase, comes with its
    probability and the 90 % set of classes in place of an interval. Without quantities: everything that can be predicted for
    the kind of material. With `why`, `chosen` names who answered, `choices` all who could have been asked, and `rule` how they
    are chosen. `assumed` are `lattice` and `table` of a `PredictionTask`.

    Where a quantity that was named, or anything at all, cannot be predicted of a material, its document has no value and says
    why in `reason`, as long as another document has a value.

    Raises:
        InputError: a formula cannot be read, or there is no value at all.
    """
    compositions = [Composition.of(formula) for formula in formulas]
    if not compositions:
        return []
    asked = _Asked(service, formulas, compositions, tuple(quantities), why)
    found: dict[_Place, dict[str, Any]] = {}
    lacking: dict[_Place, InputError] = {}
    order = {quantity.key: rank for rank, quantity in enumerate(quantities)}
    for position, composition in enumerate(compositions):
        if reason := refusal(composition):
            error = InputError(f"cannot predict anything of {composition}: {reason}")
            lacking |= {(rank, position): error for rank in range(max(1, len(quantities)))}
    for rows in prediction_tasks(compositions, (), **assumed):
        for quantity in asked.quantities_for(rows):
            rank = order.setdefault(quantity.key, len(order))
            for position, answer in asked.answers(quantity, rows):
                if isinstance(answer, InputError):
                    lacking[rank, position] = answer
                else:
                    found[rank, position] = answer
    if not found:
        raise next(iter(dict(sorted(lacking.items(), key=lambda entry: entry[0][1])).values()))
    found |= asked.without_value(lacking, found)
    return [document for _, document in sorted(found.items(), key=lambda entry: entry[0])]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked for; makes the documents of one task and quantity."""

    service: PredictionService
    formulas: Sequence[CompositionLike]
    compositions: Sequence[Composition]
    quantities: tuple[Quantity, ...]
    why: bool

    def quantities_for(self, rows: TaskRows) -> list[Quantity]:
        """What was asked for, else all that the kind of material has, under the conditions of the task."""
        if self.quantities:
            return list(self.quantities)
        names = self.service.properties(is_ceramic=rows.task.is_ceramic)
        return [Quantity(name, rows.task.conditions) for name in names]

    def answers(self, quantity: Quantity, rows: TaskRows) -> Iterator[tuple[int, dict[str, Any] | InputError]]:
        """(position, document) of every row; the error that says why in place of the document where there is no value."""
        try:
            if quantity.entry.is_categorical and not quantity.category:
                yield from self._class_answers(quantity, rows)
                return
            answer = self.service.estimate(quantity, rows.task)
        except InputError as error:
            yield from ((position, self._in_words(error)) for position in rows.positions)
            return
        for row, position in enumerate(rows.positions):
            if answer.reasons[row]:
                yield position, self._impossible(quantity, position, answer, row)
            else:
                yield position, self._document(quantity, rows, answer, row, position)

    def _in_words(self, error: InputError) -> InputError:
        return error if self.quantities else InputError(f"nothing can be predicted: {error.message}", error.choices)

    def _impossible(self, quantity: Quantity, position: int, answer: Answer, row: int) -> InputError:
        choices = sorted(frozenset().union(*(one.elements(quantity.property) for one in answer.predictors)))
        lacking = _lacking(self.compositions[position], choices) if answer.predictors else ""
        what = f"cannot predict {quantity.key}" if self.quantities else "nothing can be predicted"
        reason = lacking or answer.reasons[row]
        return InputError(f"{what} of {self.compositions[position]}: {reason}", choices)

    def without_value(
        self, lacking: Mapping[_Place, InputError], found: Mapping[_Place, dict[str, Any]]
    ) -> dict[_Place, dict[str, Any]]:
        """Documents of what cannot be predicted: each quantity that was named, else each material without any value."""
        has_value = {position for _, position in found}
        documents = {}
        for (rank, position), error in lacking.items():
            if self.quantities or position not in has_value:
                has_value.add(position)
                quantity = self.quantities[rank] if self.quantities else None
                documents[rank, position] = {**self._frame(quantity, None, position), "reason": error.message}
        return documents

    def _class_answers(self, quantity: Quantity, rows: TaskRows) -> Iterator[tuple[int, dict[str, Any] | InputError]]:
        plugin = self.service.class_model(quantity, rows.task.anions)
        for position, found in zip(rows.positions, plugin.classes(rows.task), strict=True):
            refused = no_alloy(self.compositions[position])
            if isinstance(found, str) or refused:
                reason = refused or found
                yield position, InputError(f"cannot predict {quantity.key} of {self.compositions[position]}: {reason}")
                continue
            most, probability, members, is_inside = found
            yield position, {
                **self._frame(quantity, plugin, position), "value": most, "uncertainty": 1.0 - probability,
                "interval": members, "method": plugin.detail, "in_domain": is_inside,
                **self._reasons_why(quantity, rows, plugin),
            }  # fmt: skip

    def _document(self, quantity: Quantity, rows: TaskRows, answer: Answer, row: int, position: int) -> dict[str, Any]:
        plugin = answer.predictor(row)
        used = () if plugin is None else plugin.uses_conditions
        unused = [key for key, _ in quantity.conditions.items if key not in used]
        remark = f"; does not depend on {', '.join(unused)}" if unused else ""
        return {
            **self._frame(quantity, plugin, position),
            "value": float(answer.values[row]),
            "uncertainty": float(answer.uncertainties[row]),
            "interval": list(answer.interval(row)),
            "method": answer.details[row] + remark,
            "in_domain": bool(answer.is_in_domain[row]),
            **self._reasons_why(quantity, rows, plugin),
        }

    def _reasons_why(self, quantity: Quantity, rows: TaskRows, plugin: PredictorPlugin | None) -> dict[str, Any]:
        if not self.why or plugin is None:
            return {}
        choices = self.service.choice(quantity, rows.task.anions).documents()
        return {"chosen": plugin.name, "rule": RULE, "choices": choices}

    def _frame(self, quantity: Quantity | None, plugin: PredictorPlugin | None, position: int) -> dict[str, Any]:
        """What every document says, in the order of the contract; the value follows."""
        formula = self.formulas[position]
        used = () if plugin is None else plugin.uses_conditions
        conditions = {} if quantity is None else quantity.conditions.as_dict()
        return {
            "formula": formula if isinstance(formula, str) else self.compositions[position].formula,
            "property": "" if quantity is None else quantity.property, "value": None,
            "unit": "" if quantity is None else quantity.unit, "uncertainty": None, "interval": None,
            "conditions": {key: entry for key, entry in conditions.items() if key in used}, "method": "",
            "model": f"{plugin.name} {plugin.version} ({plugin.source})" if plugin else "", "in_domain": False,
        }  # fmt: skip


def _lacking(composition: Composition, known: Sequence[str]) -> str:
    """The elements of an alloy that a predictor lacks, and what may have been meant by them; empty where it lacks none."""
    lacking = [] if composition.is_ceramic else sorted(set(composition.elements) - set(known))
    if not lacking:
        return ""
    meant = f"; ceramics have {', '.join(sorted(ANIONS)[:-1])} or {max(ANIONS)} as anions"
    return f"no elemental value for {', '.join(lacking)}{meant if _POSSIBLE_ANIONS.intersection(lacking) else ''}"
