"""How well curation finds errors: planted ones of known place in the embedded tables, and real ones that are known.

A table is taken as text, some cells are changed as a person's slip would change them (`planted_errors`), and the file is read
and examined as any other. An error is found if the default report names its value, or the formula or whole line of a
formula error, or if the reader refuses the row. A clean point is flagged if the report names it or its line's formula.
Errors are planted a hundred at a time, so that 5 % of the mechanical data and 1 % of all lines are wrong, not more.
"""

from __future__ import annotations

import csv
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from quinary.curation.dataset import Dataset
from quinary.curation.detectors import chemical_outlier, composition_sum, near_duplicate
from quinary.curation.examine import examine
from quinary.curation.finding import Finding, Severity
from quinary.loops.literature import read_points
from quinary.plugins import Rejection
from quinary.points.point import DataPoint
from quinary.readers.embedded import EMBEDDED
from quinary.studies.benches import BenchSettings
from quinary_benchmarks.known_errors import known_errors_found
from quinary_benchmarks.planted_errors import PlantedError, plant_in_formula, plant_in_value

if TYPE_CHECKING:
    from numpy.random import Generator

__all__ = ["run"]

_ERRORS: Final = 300
_AT_ONCE: Final = 100
_MPEA: Final = "borg2020_mpea"
_PHASES: Final = "chizhevskiy2026"
_FORMULA_COLUMN: Final = {_MPEA: "FORMULA", _PHASES: "Alloy"}
# Heading -> (unit in which the column is typed, properties whose points an error in it spoils)
_VALUES: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "PROPERTY: Exp. Density (g/cm$^3$)": ("g/cm^3", ("density",)),
    "PROPERTY: Calculated Density (g/cm$^3$)": ("g/cm^3", ("density",)),
    "PROPERTY: HV": ("HV", ("hardness_vickers",)),
    "PROPERTY: YS (MPa)": ("MPa", ("yield_strength",)),
    "PROPERTY: UTS (MPa)": ("MPa", ("ultimate_tensile_strength",)),
    "PROPERTY: Elongation (%)": ("%", ("elongation",)),
    "PROPERTY: Elongation plastic (%)": ("%", ("plastic_elongation",)),
    "PROPERTY: Exp. Young modulus (GPa)": ("GPa", ("youngs_modulus",)),
    "PROPERTY: Calculated Young modulus (GPa)": ("GPa", ("youngs_modulus",)),
    "PROPERTY: grain size ($\\mu$m)": ("um", ("grain_size",)),
    "PROPERTY: O content (wppm)": ("wppm", ("oxygen_content",)),
    "PROPERTY: N content (wppm)": ("wppm", ("nitrogen_content",)),
    "PROPERTY: C content (wppm)": ("wppm", ("carbon_content",)),
}
_TEMPERATURE: Final = "PROPERTY: Test temperature ($^\\circ$C)"
_STRENGTHS: Final = ("PROPERTY: YS (MPa)", "PROPERTY: UTS (MPa)")
_TESTED: Final = ("yield_strength", "ultimate_tensile_strength", "elongation", "plastic_elongation")
# (kind, table, is it in the formula, how many of 300): six kinds alike, each spread over the tables that can have it.
_PLAN: Final = (
    ("typo", _MPEA, True, 25), ("typo", _PHASES, True, 25),
    ("swapped fractions", _MPEA, True, 25), ("swapped fractions", _PHASES, True, 25),
    ("wrong sum", _PHASES, True, 50),
    ("duplicated digit", _MPEA, True, 13), ("duplicated digit", _PHASES, True, 12), ("duplicated digit", _MPEA, False, 25),
    ("x10", _MPEA, False, 50), ("unit slip", _MPEA, False, 50),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Table:
    """A table as text: headings, rows of cells, and the line of each row in the file."""

    name: str
    headings: list[str]
    rows: list[list[str]]
    lines: list[int]

    @property
    def file(self) -> str:
        """The name of its file."""
        return EMBEDDED[self.name].find().name

    def copy(self) -> _Table:
        """A table whose rows can be replaced."""
        return _Table(self.name, self.headings, list(self.rows), self.lines)

    def cell(self, row: int, heading: str) -> str:
        """The text of a cell."""
        return self.rows[row][self.headings.index(heading)].strip()


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What one batch gave: (table, error, found by us, found by the baseline), and points clean, flagged by each."""

    errors: list[tuple[str, bool, PlantedError, bool, bool]]
    n_clean: int
    n_flagged: int
    n_flagged_baseline: int


def run(settings: BenchSettings) -> dict[str, Any]:
    """Plant `size` errors (300) and report `recall`, `flag_rate`, both by kind, the baseline, and the known real errors."""
    n_errors = settings.size or _ERRORS
    tables = {name: _loaded(name) for name in (_MPEA, _PHASES)}
    usable = {name: _usable_lines(table) for name, table in tables.items()}
    n_batches = max(1, round(n_errors / _AT_ONCE))
    outcomes = []
    for batch in range(n_batches):
        settings.progress("planting errors and looking for them", batch, n_batches)
        outcomes.append(_batch(tables, usable, _counts(n_errors, batch, n_batches), 1000 * settings.seed + batch))
    errors = [error for outcome in outcomes for error in outcome.errors]
    n_clean = sum(outcome.n_clean for outcome in outcomes)
    return {
        "errors": len(errors),
        "recall": round(sum(error[3] for error in errors) / len(errors), 4),
        "flag_rate": round(sum(outcome.n_flagged for outcome in outcomes) / n_clean, 4),
        "baseline_recall": round(sum(error[4] for error in errors) / len(errors), 4),
        "baseline_flag_rate": round(sum(outcome.n_flagged_baseline for outcome in outcomes) / n_clean, 4),
        "rows": _by_kind(errors),
        "known_errors": known_errors_found(),
        "missed": [_missed(error) for error in errors if not error[3]],
    }


# -- tables ------------------------------------------------------------------------------------------------------------


def _loaded(name: str) -> _Table:
    with EMBEDDED[name].find().open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream)
        headings = next(reader)
        rows, lines = [], []
        line = reader.line_num + 1
        for row in reader:
            rows.append(row)
            lines.append(line)
            line = reader.line_num + 1
    return _Table(name, headings, rows, lines)


def _items(table: _Table) -> list[DataPoint | Rejection]:
    """What the reader makes of the table, written to a file of its usual name."""
    with tempfile.TemporaryDirectory(prefix="quinary-bench-") as folder:
        path = Path(folder) / table.file
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(table.headings)
            writer.writerows(table.rows)
        return list(read_points(path, EMBEDDED[table.name].reader))


def _usable_lines(table: _Table) -> set[int]:
    """The lines that give points as published: an error elsewhere would prove nothing."""
    return {int(item.lineage["line"]) for item in _items(table) if not isinstance(item, Rejection)}


# -- planting ----------------------------------------------------------------------------------------------------------


def _counts(n_errors: int, batch: int, n_batches: int) -> list[int]:
    """How many errors of each entry of the plan this batch gets; the batches together get the share of each, rounded."""
    wanted = [round(n * n_errors / _ERRORS) for *_, n in _PLAN]
    return [n * (batch + 1) // n_batches - n * batch // n_batches for n in wanted]


def _plant(
    tables: Mapping[str, _Table], usable: Mapping[str, set[int]], counts: Sequence[int], generator: Generator
) -> list[tuple[str, bool, PlantedError]]:
    """Change the tables in place, at most one error a line; (table, is it in the formula, error) of each."""
    planted: list[tuple[str, bool, PlantedError]] = []
    taken: set[tuple[str, int]] = set()
    for (kind, name, is_formula, _), count in zip(_PLAN, counts, strict=True):
        n_left = count
        for row in generator.permutation(len(tables[name].rows)).tolist():
            line = tables[name].lines[row]
            if n_left == 0:
                break
            if (name, line) in taken or line not in usable[name]:
                continue
            error = _planted_in_row(tables[name], row, kind, generator, is_formula=is_formula)
            if error is not None:
                planted.append((name, is_formula, error))
                taken.add((name, line))
                n_left -= 1
    return planted


def _planted_in_row(
    table: _Table, row: int, kind: str, generator: Generator, *, is_formula: bool
) -> PlantedError | None:
    heading = _FORMULA_COLUMN[table.name] if is_formula else _drawn_column(table, row, kind, generator)
    if heading is None:
        return None
    before = table.cell(row, heading)
    if is_formula:
        after = plant_in_formula(before, kind, generator)
    else:
        after = plant_in_value(before, kind, "C" if heading == _TEMPERATURE else _VALUES[heading][0], generator)
    if after is None:
        return None
    place = table.headings.index(heading)
    table.rows[row] = [after if number == place else cell for number, cell in enumerate(table.rows[row])]
    return PlantedError(kind, table.lines[row], heading, before, after)


def _drawn_column(table: _Table, row: int, kind: str, generator: Generator) -> str | None:
    filled = [heading for heading in _VALUES if table.cell(row, heading)]
    if kind == "unit slip" and table.cell(row, _TEMPERATURE) and any(table.cell(row, name) for name in _STRENGTHS):
        filled.append(_TEMPERATURE)
    return filled[int(generator.integers(len(filled)))] if filled else None


# -- judging -----------------------------------------------------------------------------------------------------------


def _batch(tables: Mapping[str, _Table], usable: Mapping[str, set[int]], counts: Sequence[int], seed: int) -> _Outcome:
    changed = {name: table.copy() for name, table in tables.items()}
    planted = _plant(changed, usable, counts, np.random.default_rng(seed))
    items = {name: _items(table) for name, table in changed.items()}
    points = [item for found in items.values() for item in found if not isinstance(item, Rejection)]
    refused = {
        (changed[name].file, item.line)
        for name, found in items.items()
        for item in found
        if isinstance(item, Rejection)
    }
    ours = _named(examine(points))
    baseline = _baseline(Dataset.of(points))
    wrong = {(changed[name].file, error.line): error for name, _, error in planted}
    clean = [place for place in map(_place, points) if place[:2] not in wrong]
    errors = [
        (
            name, is_formula, error,
            _is_found(error, changed[name].file, refused, ours, is_formula=is_formula),
            (changed[name].file, error.line, "") in baseline,
        )
        for name, is_formula, error in planted
    ]  # fmt: skip
    return _Outcome(
        errors, len(clean), sum(_is_flagged(place, ours) for place in clean),
        sum(_is_flagged(place, baseline) for place in clean),
    )  # fmt: skip


def _place(point: DataPoint) -> tuple[str, int, str]:
    return str(point.lineage["file"]), int(point.lineage["line"]), point.property


def _named(findings: Sequence[Finding]) -> set[tuple[str, int, str]]:
    """(file, line, property) that the default report names; an empty property is the formula, and so the whole line."""
    return {(f.source, f.line, f.property) for f in findings if f.severity is not Severity.NOTICE}


def _is_flagged(place: tuple[str, int, str], named: set[tuple[str, int, str]]) -> bool:
    return place in named or (*place[:2], "") in named


def _is_found(
    error: PlantedError, file: str, refused: set[tuple[str, int]], named: set[tuple[str, int, str]], *, is_formula: bool
) -> bool:
    if (file, error.line) in refused:
        return True
    if is_formula:
        return any(place[:2] == (file, error.line) for place in named)
    spoilt = _TESTED if error.column == _TEMPERATURE else _VALUES[error.column][1]
    return any(_is_flagged((file, error.line, name), named) for name in spoilt)


def _baseline(data: Dataset) -> set[tuple[str, int, str]]:
    """The lines that PyQAlloy's rules 1, 2 and 4 name, at their published limits (formulas are all that they judge)."""
    lines = {s.entry.index for s in composition_sum.DETECTOR.suspicions(data) if "balance" not in s.evidence}
    lines |= {s.entry.index for s in near_duplicate.DETECTOR.suspicions(data) if s.strength > 0.95}
    lines |= {s.entry.index for s in chemical_outlier.DETECTOR.suspicions(data)}
    return {(entry.source, entry.line, "") for entry in data.entries if entry.index in lines}


def _by_kind(errors: Sequence[tuple[str, bool, PlantedError, bool, bool]]) -> list[dict[str, Any]]:
    groups: dict[tuple[str, str, str], list[tuple[bool, bool]]] = defaultdict(list)
    for name, is_formula, error, ours, baseline in errors:
        groups[error.kind, "formula" if is_formula else "value", name].append((ours, baseline))
    return [
        {
            "kind": kind, "in": where, "table": name, "planted": len(found), "found": sum(ours for ours, _ in found),
            "recall": round(sum(ours for ours, _ in found) / len(found), 3),
            "PyQAlloy rules 1, 2, 4": round(sum(baseline for _, baseline in found) / len(found), 3),
        }
        for (kind, where, name), found in groups.items()
    ]  # fmt: skip


def _missed(error: tuple[str, bool, PlantedError, bool, bool]) -> dict[str, Any]:
    name, _, planted, *_ = error
    return {
        "kind": planted.kind, "table": name, "line": planted.line, "column": planted.column,
        "before": planted.before, "after": planted.after,
    }  # fmt: skip
