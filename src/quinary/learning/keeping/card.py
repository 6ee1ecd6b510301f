"""The model card: what a trained model was made of, how it was judged, and where it fails."""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from quinary.border import restoring

__all__ = ["ModelCard", "card_from", "card_text", "is_random_split"]


_FEWEST_COMPARED: Final = 20  # rows; a mean over fewer says little


def is_random_split(split: str) -> bool:
    """True for splits that leave relatives of the held-out rows in the training rows."""
    return split in {"random", "leave_one_out"}


@dataclass(frozen=True, slots=True)
class ModelCard:
    """All that must be known before a model is trusted.

    Attributes:
        data: where the rows came from and how many there are: source -> rows; `licences` and `data_counter` likewise.
        split: what was held out for the scores; `n_groups` how many groups of it there were.
        scores: name -> {value, low, high}; of the chosen model. `baselines`: model -> value of the main score.
        gap: how much a random split would have flattered the main score.
        coverage: share of held-out rows inside their interval or set of this `confidence`; `width` the mean width of
            intervals in the unit of the property, or the mean number of classes in a set.
        domain: evidence that the domain score predicts error, and the threshold.
        failures: where it is known to fail, in words.
        data_counter: change counter of the store (`store`) that the `n_points` measurements behind the rows came from.
        kind: `alloy`, or the anion of the ceramics.
        conditions: hold for every row. `defaults`: value of a column of the table where a question does not state it.
        empirical: `model`, `score` and `own_score`: the usual predictor and this model on the `n_rows` that both cover;
            `difference` is score - own_score, `error` its standard error (rows in pairs, resampled by chemical systems).
        choice: the main score when each fold is predicted by the model that the other folds would have chosen.
        physics: the column that holds the prediction of `empirical`, if the model was shown it.
        together: the other labels that it learned from: methods of the same property, or properties.
        training: digest of what the points behind the rows, and behind `together`, state; empty for models from before it
            was kept.
        n_settings: how many settings of the model were tried.
        gain: `baseline` names the best baseline (the mean, if the model is one itself), `difference`, `low` and `high` by how
            much the model is better than that on the same rows, with the 95 % interval; empty for models from before.
        packaged: as `empirical`, of the model of the embedded data on rows of chemical systems that neither has seen.
        ranges: condition -> (lowest, highest) value of the rows; outside it the model was not trained.
        by_temperature: for each range of temperature with enough held-out rows `low`, `high` (K), `n_rows`, `score`, `error`
            (its standard error over chemical systems) and `baseline`: the score of the best baseline on these rows.
    """

    property: str
    unit: str
    model: str
    feature_sets: tuple[str, ...]
    elements: tuple[str, ...]
    n_rows: int
    split: str
    n_groups: int
    scores: Mapping[str, Mapping[str, float]]
    baselines: Mapping[str, float]
    gap: float | None = None
    coverage: float | None = None
    domain: Mapping[str, float] = field(default_factory=dict)
    data: Mapping[str, int] = field(default_factory=dict)
    licences: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()
    seed: int = 0
    version: str = ""
    data_counter: int | None = None
    kind: str = "alloy"
    store: str = ""
    n_points: int = 0
    conditions: Mapping[str, float | str] = field(default_factory=dict)
    defaults: Mapping[str, float] = field(default_factory=dict)
    empirical: Mapping[str, Any] = field(default_factory=dict)
    confidence: float = 0.9
    width: float | None = None
    choice: Mapping[str, float] = field(default_factory=dict)
    physics: str = ""
    training: str = ""
    n_settings: int = 0
    together: tuple[str, ...] = ()
    gain: Mapping[str, Any] = field(default_factory=dict)
    packaged: Mapping[str, Any] = field(default_factory=dict)
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    by_temperature: tuple[Mapping[str, float], ...] = ()

    @builtins.property  # the field above has that name too
    def main_score(self) -> str:
        """The score by which models of this property are compared."""
        return "balanced_accuracy" if "balanced_accuracy" in self.scores else "mae"

    @builtins.property
    def honest_score(self) -> Mapping[str, float]:
        """value, low and high of the main score of the choice, or of the chosen model where that is all there is."""
        return self.choice or self.scores[self.main_score]

    @builtins.property
    def doubt(self) -> str:
        """Why the model is not asked unless it is named; empty where it is better than every baseline by more than chance."""
        if not self.gain:
            return ""
        name, own, other = self.gain["baseline"], self.honest_score["value"], self.baselines[self.gain["baseline"]]
        is_ahead = own > other if self.main_score == "balanced_accuracy" else own < other
        if is_ahead and self.gain["low"] > 0:
            return ""
        return (
            f"no better than the {name.replace('_', ' ')} by more than chance ({self.main_score.replace('_', ' ')} "
            f"{own:.4g} against {other:.4g}): not used by predict unless named"
        )

    @builtins.property
    def lag(self) -> str:
        """Why the model of the embedded data is asked first; empty where that was not found to be better."""
        found = self.packaged
        if not found or found["n_rows"] < _FEWEST_COMPARED or found["difference"] >= -found["error"]:
            return ""
        return (
            f"the packaged model is better on {found['n_rows']} rows of systems that neither has seen (mae "
            f"{found['score']:.4g} against {found['own_score']:.4g}): predict asks that first"
        )

    @builtins.property
    def is_random(self) -> bool:
        """True if it was judged on rows whose relatives it was trained on: its scores flatter."""
        return is_random_split(self.split)

    def document(self) -> dict[str, Any]:
        """The card as it goes into JSON."""
        return asdict(self)


def card_from(document: Mapping[str, Any]) -> ModelCard:
    """The card of a JSON document.

    Raises:
        InputError: the document is no model card.
    """
    names = ("feature_sets", "elements", "licences", "failures", "together", "by_temperature")
    with restoring("a model card"):
        lists: dict[str, Any] = {name: tuple(document.get(name, ())) for name in names}
        ranges = {name: (float(low), float(high)) for name, (low, high) in document.get("ranges", {}).items()}
        card = ModelCard(**{**document, **lists, "ranges": ranges})
        if card.scores:  # those of a test have none
            card_text(card)  # whoever lists the models shows all that it says
        return card


def card_text(card: ModelCard) -> str:
    """The card as Markdown."""
    unit = f" {card.unit}" if card.unit else ""
    lines = [
        f"# {card.property}: {card.model}",
        "",
        f"- Rows: {card.n_rows}, {card.n_groups} groups by {card.split}; elements: {', '.join(card.elements)}",
        f"- Features: {', '.join(card.feature_sets)}; seed {card.seed}; version {card.version or 'not stated'}",
        *(f"- Learned together with: {name}" for name in card.together),
        *(f"- Data: {source}, {count} rows" for source, count in card.data.items()),
        f"- Licences: {', '.join(card.licences) or 'not stated'}",
        *(
            f"- The choice itself, each fold by what the others choose: {card.main_score} {one['value']:.4g}, "
            f"{one['low']:.4g} to {one['high']:.4g}"
            for one in (card.choice,)
            if one
        ),
        "",
        "| score of the chosen | value | 95 % interval |",
        "|---|---|---|",
        *(
            f"| {name} | {one['value']:.4g} | {one['low']:.4g} to {one['high']:.4g} |"
            for name, one in card.scores.items()
        ),
        "",
        "| baseline | score |",
        "|---|---|",
        *(f"| {name} | {value:.4g}{unit} |" for name, value in card.baselines.items()),
        "",
    ]
    if card.gap is not None:
        lines.append(f"- A random split would flatter the score by {card.gap:.3g}{unit}.")
    if card.coverage is not None:
        lines.append(f"- Held-out rows inside their 90 % interval or set: {card.coverage:.3f}.")
    lines += [f"- Domain, {name.replace('_', ' ')}: {value:.3g}" for name, value in card.domain.items()]
    failures = [*card.failures, *(text for text in (card.doubt, card.lag) if text)]
    lines += ["", "## Known failures", "", *(f"- {failure}" for failure in failures or ("none recorded",)), ""]
    return "\n".join(lines)
