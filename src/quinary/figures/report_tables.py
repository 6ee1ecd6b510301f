"""The tables of the report as text: what the page shows of candidates, wishes, sources and the training."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from quinary.figures.panels import FigureTable
from quinary.figures.records import TargetSamples
from quinary.points.properties import property_named

__all__ = ["CandidateRow", "VerdictLine", "candidate_rows", "import_table", "target_table", "training_table"]

NONE: Final = "–"
_MARKS: Final = {"passed": "✓", "failed": "✗", "uncertain": "?", "skipped": "–"}


@dataclass(frozen=True, slots=True)
class VerdictLine:
    """One rung of the ladder as the page shows it; `outcome` also names its colour."""

    rung: str
    outcome: str
    mark: str
    reason: str


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """One candidate as the page shows it."""

    id: str
    formula: str
    asked: str
    cells: tuple[str, ...]
    novelty: str
    nearest_known: str
    made: str
    outside: tuple[str, ...]
    verdicts: tuple[VerdictLine, ...]


def candidate_rows(
    candidates: Sequence[Mapping[str, Any]], verdicts: Mapping[str, Sequence[Mapping[str, Any]]], names: Sequence[str]
) -> list[CandidateRow]:
    """Rows of the table of candidates; `names` are the properties shown as columns, in their own units."""
    return [_candidate_row(entry, verdicts.get(entry["formula"], ()), names) for entry in candidates]


def _candidate_row(
    entry: Mapping[str, Any], verdicts: Sequence[Mapping[str, Any]], names: Sequence[str]
) -> CandidateRow:
    properties = entry["properties"]
    moved = entry.get("lineage", {}).get("distance_moved")
    by_how_much = f" by {100 * moved:.1f} at.%" if isinstance(moved, float | int) else ""
    return CandidateRow(
        id=entry["id"],
        formula=entry["formula"],
        asked=_asked_text(entry.get("asked", {})),
        cells=tuple(_with_spread(properties[name]) if name in properties else NONE for name in names),
        novelty=f"{entry['novelty']:.2f}",
        nearest_known=entry.get("nearest_known", ""),
        made=f"moved{by_how_much}" if entry["is_moved"] else "as sampled",
        outside=tuple(property_named(n).symbol for n, found in properties.items() if not found["in_domain"]),
        verdicts=tuple(
            VerdictLine(v["rung"], v["outcome"], _MARKS.get(v["outcome"], "?"), v.get("reason", "")) for v in verdicts
        ),
    )


def _asked_text(asked: Mapping[str, float] | str) -> str:
    if isinstance(asked, str):
        return asked or NONE
    return (
        ", ".join(f"{property_named(n).symbol} = {value:.4g} {property_named(n).unit}" for n, value in asked.items())
        or NONE
    )


def _with_spread(found: Mapping[str, Any]) -> str:
    """Value and one standard deviation, the deviation to two figures and the value to the same place."""
    value, spread = float(found["value"]), found.get("uncertainty")
    if spread is None or not math.isfinite(spread) or spread <= 0:
        return f"{value:.3g}"
    places = max(0, 1 - math.floor(math.log10(spread)))
    return f"{value:.{places}f} ± {spread:.{places}f}"


def target_table(targets: Sequence[TargetSamples]) -> FigureTable:
    """The honest table: how near the samples come to each wish, beside the nearest known alloys."""
    rows = tuple(
        (
            entry.name,
            f"{len(entry.fractions):,}",
            _number(entry.median, ".1f"),
            _percent(entry.share_within),
            _percent(entry.mean_error, 1),
            _percent(entry.nearest_known_error, 1),
            _winner(entry),
            f"{entry.n_training_near:,}",
        )
        for entry in targets
    )
    columns = (
        "asked", "samples", "median G (GPa)", "within 10 %", "mean error", "mean error of the nearest known alloys", "nearer",
        "training alloys within 10 %",
    )  # fmt: skip
    return FigureTable("What was asked and what came: samples as the generator makes them", columns, rows)


def _number(value: float, form: str) -> str:
    return format(value, form) if math.isfinite(value) else NONE


def _percent(value: float, digits: int = 0) -> str:
    return f"{100 * value:.{digits}f} %" if math.isfinite(value) else NONE


def _winner(entry: TargetSamples) -> str:
    if not (math.isfinite(entry.mean_error) and math.isfinite(entry.nearest_known_error)):
        return NONE
    return "generator" if entry.mean_error < entry.nearest_known_error else "known alloys"


def import_table(imports: Sequence[Mapping[str, Any]]) -> FigureTable:
    """Where the data come from and what became of the rows."""
    rows = tuple(
        (
            str(entry["source"]),
            *(f"{int(entry[key]):,}" for key in ("read", "added", "repeated", "n_rejected")),
            str(entry.get("licence") or NONE),
            str(entry.get("doi") or NONE),
        )
        for entry in imports
    )
    return FigureTable(
        "Sources of the data points", ("source", "read", "added", "repeated", "rejected", "licence", "DOI"), rows
    )


def training_table(training: Mapping[str, Any]) -> FigureTable:
    """Facts about the training, the settings one by one."""
    names = {
        "seconds": "training time (s)",
        "n_alloys": "training alloys",
        "n_left_out": "left out: an element without data",
    }
    rows = [
        (names.get(key, key.replace("_", " ")), _plain(value)) for key, value in training.items() if key != "settings"
    ]
    settings = training.get("settings", {})
    pairs = settings.items() if isinstance(settings, Mapping) else [("settings", settings)]
    rows += [(str(key).replace("_", " "), _plain(value)) for key, value in pairs]
    return FigureTable("Training of the generator", ("what", "value"), tuple(rows))


def _plain(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, float | int):
        return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:.4g}"
