"""Predictions as documents: which predictor is asked about which material, and what is said of the answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from quinary.chemistry.composition import Composition, CompositionLike
from quinary.errors import InputError, unknown_name
from quinary.loops.learned import all_learned, choose_predictors, default_model, learned_predictors, place_named
from quinary.plugins.registry import find_plugin, predictable_properties, predictor_of, predictors
from quinary.plugins.sockets import Estimate, PredictorPlugin
from quinary.plugins.tasks import TaskRows, prediction_tasks, refusal
from quinary.points.conditions import AMBIENT, Conditions
from quinary.points.properties import property_named
from quinary.progress import Progress, silent
from quinary.reference.elements import ANIONS

if TYPE_CHECKING:
    from quinary.learning.predictor import LearnedPredictor

__all__ = ["predict_documents"]

# What follows from the composition alone, whatever the temperature of the sample.
_OF_THE_COMPOSITION: Final = frozenset({"melting_temperature", "price", "single_phase_probability"})
_POSSIBLE_ANIONS: Final = frozenset({"F", "P", "S", "Cl", "As", "Se", "Br", "Te", "I"})
_ROOM: Final = 298.15  # K
_NEAR_ROOM: Final = 100.0  # K: moduli and lattices change by a few per cent at most within it
_INTERVAL_SIGMAS: Final = 1.96  # 95 %, if the errors were normal


def predict_documents(
    formulas: Sequence[CompositionLike],
    names: Sequence[str] = (),
    conditions: Conditions = AMBIENT,
    *,
    model: str = "",
    store: str | None = None,
    progress: Progress = silent,
    **assumed: str,
) -> list[dict[str, Any]]:
    """For each formula and property: value, unit, one standard deviation, interval, method, model, domain flag.

    Documents come property by property, and for each property in the order of the formulas. The interval is 1.96 standard
    deviations to each side; that of a learned model is conformal and holds 90 % of unseen rows, as `method` says.
    `conditions` are those that the prediction depends on; others that were given are named in
    `method` as without effect. `model` names a predictor, or a learned model (`quinary models`), instead of the preferred
    one: a learned model where one is kept that is better on unseen rows than the usual predictor, else that. A class, such
    as a phase, comes with its probability and the 90 % set of classes in place of an interval. Without names: every property
    that can be predicted (by that model) for the kind of material. `store` is the address of the store whose models come
    first, by default that which commands would open. A property of alloys that no predictor knows is learned from the
    embedded data when it is first asked for (about a minute), and kept. `assumed` are `lattice` and `table` of a
    `PredictionTask`.

    Where a property that was named, or anything at all, cannot be predicted of a material, its document has no value and says
    why in `reason`, as long as another document has a value.

    Raises:
        InputError: a formula cannot be read, the model is not there or another's, or there is no value at all: no predictor
            for the kind of material, or none for its elements.
    """
    compositions = [Composition.of(formula) for formula in formulas]
    _check_names(names)
    if not compositions:
        return []
    learned = _learned(names, compositions, model, store, progress)
    asked = _Asked(formulas, compositions, tuple(names), conditions, model, learned)
    found: list[tuple[int, int, dict[str, Any]]] = []
    lacking: dict[tuple[int, str], InputError] = {}
    for position, composition in enumerate(compositions):
        if reason := refusal(composition):
            error = InputError(f"cannot predict anything of {composition}: {reason}")
            lacking |= {(position, name): error for name in names or ("",)}
    order: dict[str, int] = {name: rank for rank, name in enumerate(names)}
    for rows in prediction_tasks(compositions, (), conditions=conditions, **assumed):
        for name in asked.properties(is_ceramic=rows.task.is_ceramic):
            rank = order.setdefault(name, len(order))
            for position, answer in asked.answers(name, rows):
                if isinstance(answer, InputError):
                    lacking[position, name] = answer
                else:
                    found.append((rank, position, answer))
    if not found:
        raise next(iter(dict(sorted(lacking.items(), key=lambda entry: entry[0][0])).values()))
    return [document for _, _, document in sorted([*found, *asked.without_value(lacking, found, order)], key=_place)]


def _place(entry: tuple[int, int, dict[str, Any]]) -> tuple[int, int]:
    return entry[0], entry[1]


def _check_names(names: Sequence[str]) -> None:
    for name in names:
        if property_named(name).is_derived:
            known = {entry for kind in (False, True) for entry in predictable_properties(is_ceramic=kind)}
            raise InputError(f"{name} is computed from the composition: use `quinary describe`", sorted(known))


def _learned(
    names: Sequence[str], compositions: Sequence[Composition], model: str, store: str | None, progress: Progress
) -> tuple[LearnedPredictor, ...]:
    """The learned models that may be asked: the one that is named, else those of the store and of embedded data.

    A property of alloys that nobody knows yet is learned now.
    """
    if model:
        if model in predictors():
            return ()
        kept = {one.name: one for one in all_learned()}
        if model not in kept:
            raise unknown_name("predictor", model, (*predictors(), *kept))
        return (kept[model],)
    found = list(learned_predictors(place_named(store)))
    if any(not composition.is_ceramic for composition in compositions):
        known = {name for one in found if "alloy" in one.materials for name in one.properties}
        made = (default_model(name, progress) for name in names if name not in known)
        found += [one for one in made if one is not None]
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked for; makes the documents of one task and property."""

    formulas: Sequence[CompositionLike]
    compositions: Sequence[Composition]
    names: tuple[str, ...]
    conditions: Conditions
    model: str
    learned: tuple[LearnedPredictor, ...] = ()

    def properties(self, *, is_ceramic: bool) -> tuple[str, ...]:
        """The properties asked for, else all that the kind of material has."""
        if self.names:
            return self.names
        kind = "ceramic" if is_ceramic else "alloy"
        learned = [name for one in self.learned if kind in one.materials for name in one.properties]
        if self.model:
            return tuple(learned) if self.learned else tuple(find_plugin("predictors", self.model).properties)
        return tuple(dict.fromkeys((*predictable_properties(is_ceramic=is_ceramic), *learned)))

    def answers(self, name: str, rows: TaskRows) -> Iterator[tuple[int, dict[str, Any] | InputError]]:
        """(position, document) of every row; the error that says why in place of the document where there is no value."""
        if property_named(name).is_categorical and (learned := self._able(name, rows)):
            yield from self._class_answers(name, learned[0], rows)
            return
        try:
            plugins = self._plugins(name, rows)
        except InputError as error:
            yield from ((position, error) for position in rows.positions)
            return
        found = {plugin.name: plugin.predict(name, rows.task) for plugin in plugins}
        for row, position in enumerate(rows.positions):
            # the next predictor where the first has no answer: a learned model knows only the elements it has seen
            plugin = next((one for one in plugins if not found[one.name].reasons[row]), plugins[-1])
            estimate = found[plugin.name]
            if not estimate.reasons[row]:
                yield position, self._document(name, plugin, estimate, row, position)
            else:
                choices = sorted(plugin.elements(name, rows.task.anions))
                reason = _lacking(self.compositions[position], choices) or estimate.reasons[row]
                yield position, self._impossible(name, position, reason, choices)

    def _impossible(self, name: str, position: int, reason: str, choices: Sequence[str] = ()) -> InputError:
        what = f"cannot predict {name}" if self.names else "nothing can be predicted"
        return InputError(f"{what} of {self.compositions[position]}: {reason}", choices)

    def without_value(
        self,
        lacking: Mapping[tuple[int, str], InputError],
        found: Sequence[tuple[int, int, dict[str, Any]]],
        order: Mapping[str, int],
    ) -> Iterator[tuple[int, int, dict[str, Any]]]:
        """Documents of what cannot be predicted: each property that was named, else each material without any value."""
        has_value = {position for _, position, _ in found}
        for (position, name), error in lacking.items():
            if self.names or position not in has_value:
                has_value.add(position)
                document = {**self._frame(name if self.names else "", None, position), "reason": error.message}
                yield order.get(name, len(order)), position, document

    def _able(self, name: str, rows: TaskRows) -> list[LearnedPredictor]:
        """The learned models that know the property of this kind of material under these conditions."""
        return [one for one in self.learned if name in one.properties and one.covers(rows.task.anions, self.conditions)]

    def _plugins(self, name: str, rows: TaskRows) -> list[PredictorPlugin]:
        """Whom to ask, in order."""
        if self.model and self.learned:
            if not (able := self._able(name, rows)):
                choices = [choice for one in self.learned for choice in one.properties]
                raise InputError(f"{self.model} does not predict {name} of this material at these conditions", choices)
            return [*able]
        if not self.model and (chosen := choose_predictors(name, rows.task, self.learned)):
            return chosen
        try:
            return [predictor_of(name, is_ceramic=rows.task.is_ceramic, model=self.model)]
        except InputError as error:
            kept = [one for one in all_learned() if not self.model and name in one.properties and one.kept.card.doubt]
            if not kept:
                raise
            said = "; ".join(f"{one.name} (--model {one.name}): {one.kept.card.doubt}" for one in kept)
            raise InputError(f"{error.message}; learned were {said}", error.choices) from error

    def _class_answers(
        self, name: str, plugin: LearnedPredictor, rows: TaskRows
    ) -> Iterator[tuple[int, dict[str, Any] | InputError]]:
        for position, found in zip(rows.positions, plugin.classes(rows.task), strict=True):
            if isinstance(found, str):
                yield position, self._impossible(name, position, found)
                continue
            most, probability, members, is_inside = found
            yield position, {
                **self._frame(name, plugin, position), "value": most, "uncertainty": 1.0 - probability,
                "interval": members, "method": plugin.detail, "in_domain": is_inside,
            }  # fmt: skip

    def _document(
        self, name: str, plugin: PredictorPlugin, estimate: Estimate, row: int, position: int
    ) -> dict[str, Any]:
        value, spread = float(estimate.values[row]), float(estimate.uncertainties[row])
        sigmas = getattr(plugin, "interval_sigmas", _INTERVAL_SIGMAS)
        unused = [key for key, _ in self.conditions.items if key not in plugin.uses_conditions]
        remark = f"; does not depend on {', '.join(unused)}" if unused else ""
        return {
            **self._frame(name, plugin, position),
            "value": value,
            "uncertainty": spread,
            "interval": _interval(name, value, sigmas * spread),
            "method": estimate.details[row] + remark,
            "in_domain": bool(estimate.is_in_domain[row]) and not self._matters(name, unused),
        }

    def _matters(self, name: str, unused: Sequence[str]) -> bool:
        """True if a stated condition that the predictor knows nothing of changes the property noticeably."""
        if name in _OF_THE_COMPOSITION:
            return False
        stated = self.conditions.as_dict()
        is_hot = "temperature" in unused and abs(float(stated["temperature"]) - _ROOM) > _NEAR_ROOM
        return is_hot or "load" in unused

    def _frame(self, name: str, plugin: PredictorPlugin | None, position: int) -> dict[str, Any]:
        """What every document says, in the order of the contract; the value follows."""
        formula = self.formulas[position]
        used = () if plugin is None else plugin.uses_conditions
        return {
            "formula": formula if isinstance(formula, str) else self.compositions[position].formula,
            "property": name, "value": None, "unit": property_named(name).unit if name else "", "uncertainty": None,
            "interval": None, "conditions": {key: entry for key, entry in self.conditions.items if key in used},
            "method": "", "model": f"{plugin.name} {plugin.version} ({plugin.source})" if plugin else "",
            "in_domain": False,
        }  # fmt: skip


def _lacking(composition: Composition, known: Sequence[str]) -> str:
    """The elements of an alloy that a predictor lacks, and what may have been meant by them; empty where it lacks none."""
    lacking = [] if composition.is_ceramic else sorted(set(composition.elements) - set(known))
    if not lacking:
        return ""
    meant = f"; ceramics have {', '.join(sorted(ANIONS)[:-1])} or {max(ANIONS)} as anions"
    return f"no elemental value for {', '.join(lacking)}{meant if _POSSIBLE_ANIONS.intersection(lacking) else ''}"


def _interval(name: str, value: float, half_width: float) -> list[float]:
    """The value and as much to each side, cut at what the property allows: a strength is not negative."""
    low, high = property_named(name).bounds
    return [max(low, value - half_width), min(high, value + half_width)]
