"""The tables of the report as text: what the page shows of candidates, wishes, sources and the training."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from quinary.figures.panels import FigureTable
from quinary.figures.records import TargetSamples
from quinary.points.properties import property_named

__all__ = ["CandidateRow", "Cell", "VerdictLine", "candidate_rows", "import_table", "target_table", "training_tables"]

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
class Cell:
    """A predicted value, and what was asked of it (empty if nothing was)."""

    value: str
    asked: str


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """One candidate as the page shows it; `asked` are the wishes that no column shows."""

    formula: str
    asked: str
    cells: tuple[Cell, ...]
    novelty: str
    nearest_known: str
    top_performer: str
    top_performer_distance: str
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
    properties, asked = entry["properties"], entry.get("asked", {})
    others = {name: value for name, value in asked.items() if name not in names}
    return CandidateRow(
        formula=entry["formula"],
        asked=", ".join(
            f"{property_named(n).symbol} = {value:.4g} {property_named(n).unit}" for n, value in others.items()
        ),
        cells=tuple(
            Cell(
                _with_spread(properties[name]) if name in properties else NONE,
                f"{asked[name]:.4g}" if name in asked else "",
            )
            for name in names
        ),
        novelty=f"{entry['novelty']:.2f}",
        nearest_known=entry.get("nearest_known", ""),
        top_performer=entry.get("top_performer", ""),
        top_performer_distance=_distance(entry.get("top_performer_distance")),
        made=_made_text(entry),
        outside=tuple(property_named(name).symbol for name, found in properties.items() if not found["in_domain"]),
        verdicts=tuple(
            VerdictLine(rung["rung"], rung["outcome"], _MARKS.get(rung["outcome"], "?"), rung.get("reason", ""))
            for rung in verdicts
        ),
    )


def _distance(value: float | None) -> str:
    return NONE if value is None else f"{value:.2f}"


def _made_text(entry: Mapping[str, Any]) -> str:
    if not entry["is_moved"]:
        return "as sampled"
    moved = entry.get("lineage", {}).get("distance_moved")
    return f"moved by {100 * moved:.1f} at.%" if isinstance(moved, float | int) else "moved"


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
        "asked", "samples", "median G (GPa)", "within 10 %", "mean error", "error of the nearest known "
        "alloy", "nearer",
        "training alloys within 10 %",
    )  # fmt: skip
    return FigureTable("What was asked and what came: samples as the generator makes them", columns, rows, ("nearer",))


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
        "Sources of the data points",
        ("source", "read", "added", "repeated", "rejected", "licence", "DOI"),
        rows,
        ("licence", "DOI"),
    )


def training_tables(training: Mapping[str, Any]) -> list[FigureTable]:
    """Facts about the training, and the settings of the generator; those without rows are left out."""
    names = {
        "seconds": "training time (s)",
        "n_alloys": "training alloys",
        "n_left_out": "left out: an element without data",
    }
    facts = [
        (names.get(key, key.replace("_", " ")), _plain(value)) for key, value in training.items() if key != "settings"
    ]
    settings = training.get("settings", {})
    pairs = settings.items() if isinstance(settings, Mapping) else [("settings", settings)]
    rows = [(str(key).replace("_", " "), _plain(value)) for key, value in pairs]
    tables = {"Training of the generator": facts, "Settings of the generator": rows}
    return [FigureTable(title, ("what", "value"), tuple(found)) for title, found in tables.items() if found]


def _plain(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, float | int):
        return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:.4g}"
