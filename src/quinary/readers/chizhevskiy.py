"""The table of Chizhevskiy et al.: phases of 12,427 alloys from 4,231 articles, extracted by a language model.

Source: V. Chizhevskiy et al., Sci. Data 13 (2026) 612, 10.1038/s41597-026-06930-z, CC-BY-4.0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from quinary.chemistry.composition import Composition
from quinary.errors import InputError
from quinary.plugins import ReadOptions, Rejection
from quinary.points.material import Material
from quinary.points.point import DataPoint, Method, Source, Value
from quinary.readers.parsing import (
    Row,
    begun,
    clean_reference,
    csv_records,
    lineage_of,
    parse_phase_text,
    suspicious_amount,
    text_start,
)

__all__ = ["PLUGIN", "ChizhevskiyReader"]

_PAPER: Final = "Paper"
_ALLOY: Final = "Alloy"
_PHASE: Final = "Phase"
_STUDY: Final = "Experimental or theoretical"
_DETAILS: Final = "Experimental details"
_NEEDED: Final = (_PAPER, _ALLOY, _PHASE, _STUDY, _DETAILS)

_CITATION: Final = "10.1038/s41597-026-06930-z"
_DETAIL: Final = "extracted by a language model"
# Rows marked experimental whose details describe a calculation; methods only mentioned later in the text do no harm.
_CALCULATION = re.compile(
    r"^\W*(?:molecular dynamics|density functional|first[- ]principles|ab initio|calphad|thermo-?calc|monte carlo|"
    r"phase[- ]field|finite element|atomistic|simulation|machine learning)",
    re.IGNORECASE,
)
_FILE_NAME = re.compile(r"^(?:parsed_output-+)?(.*?)(?:\.pdf)?\.(?:txt|md)$")
# Articles of the Royal Society of Chemistry are filed under the end of their DOI alone, such as d0ra04682e.
_RSC_CODE = re.compile(r"^[a-d]\d[a-z]{2}\d{5}[a-z]$")

_STEPS: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), code)
    for pattern, code in (
        (r"\bas[- ]?cast\b", "AC"), (r"\bmechanical(?:ly)? alloy", "MA"), (r"\bspark[- ]plasma sinter", "SPS"),
        (r"\bhot isostatic press", "HIP"), (r"\bcold[- ]roll", "CR"), (r"\bhot[- ]roll", "HR"), (r"\banneal", "A"),
    )
)  # fmt: skip
_NOT_STATED = re.compile(
    r"\b(?:likely|typically|assum\w+|possibl[ey]|probabl[ey]|or|no|not|without)\b|sputter|deposit|clad|spray|coating",
    re.IGNORECASE,
)


class ChizhevskiyReader:
    """Reads the table as published: one phases point for each experimental row with a formula and a usable phase."""

    name = "chizhevskiy2026"
    version = "2"
    hears_options = False

    def recognises(self, path: Path) -> bool:
        """True if the first line has the column headings of the table."""
        headings = text_start(path).partition("\n")[0].strip().split(",")
        return all(name in headings for name in _NEEDED)

    def read(self, path: Path, options: ReadOptions) -> Iterator[DataPoint | Rejection]:
        """Points and rejections in the order of the file.

        Raises:
            InputError: the file cannot be read, or lacks columns of the table.
        """
        return begun(self._read(path, options))

    def _read(self, path: Path, options: ReadOptions) -> Iterator[DataPoint | Rejection]:
        source = Source("Chizhevskiy 2026", "compilation", options.licence or "CC-BY-4.0", options.doi or _CITATION)
        for item in csv_records(path, _NEEDED, "the table of Chizhevskiy 2026"):
            if isinstance(item, Rejection):
                yield item
            else:
                line, cells = item
                yield _point(cells, source, lineage_of(path, line, self) | {"extraction": "language model"}, line)


def _point(
    cells: Mapping[str, str], source: Source, lineage: Mapping[str, str | int | float], line: int
) -> DataPoint | Rejection:
    try:
        _check_experimental(cells)
        formula = cells[_ALLOY].strip()
        problem = suspicious_amount(formula)
        if problem:
            raise InputError(f"formula {formula!r}: {problem}")
        composition = Composition.of(formula)
        phases = parse_phase_text(cells[_PHASE])
        if not phases:
            raise InputError(f"no usable phase in {cells[_PHASE]!r}")
        material = Material(composition, phases, _processing(cells[_DETAILS]))
        row = Row(material, source, _reference(cells[_PAPER]), {**lineage, "formula": formula})
        return row.point("phases", Value.category(*phases), Method.MEASURED, detail=_DETAIL)
    except KeyError as error:
        return Rejection(line, f"the row ends before the column {error.args[0]!r}")
    except InputError as error:
        return Rejection(line, error.message)


def _check_experimental(cells: Mapping[str, str]) -> None:
    """Refuse theoretical, mixed and unstated studies: their phases may be calculated."""
    study = cells[_STUDY].strip()
    if study.lower() != "experimental":
        raise InputError(f"the study is {study or 'not stated'!r}, not experimental")
    if _CALCULATION.match(cells[_DETAILS]):
        raise InputError("the study is called experimental, but its details describe a calculation")


def _reference(paper: str) -> str:
    """The DOI behind the name of the article's file; a few names hold none."""
    found = _FILE_NAME.match(paper.strip())
    name = found.group(1) if found else paper.strip()
    return clean_reference(f"10.1039/{name.upper()}" if _RSC_CODE.match(name) else name)


def _processing(details: str) -> tuple[str, ...]:
    """The steps that the text states plainly, in its order; none where it hedges, or where a film is made."""
    if _NOT_STATED.search(details):
        return ()
    steps = sorted((found.start(), code) for pattern, code in _STEPS if (found := pattern.search(details)))
    return tuple(code for _, code in steps)


PLUGIN: Final = ChizhevskiyReader()
