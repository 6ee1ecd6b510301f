"""Real errors of published tables that others have found, and whether our default report names them.

Source: the examples in the documentation of PyQAlloy (A. M. Krajewski, Phases Research Lab, MIT licence).
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from quinary.curation.examine import examine
from quinary.curation.finding import Severity
from quinary.loops.literature import read_points
from quinary.plugins import Rejection
from quinary.readers.embedded import EMBEDDED

__all__ = ["known_errors_found"]

_TABLE: Final = "borg2020_mpea"


@dataclass(frozen=True, slots=True)
class _KnownError:
    """A formula as it was typed, and what is wrong. `line` where it stands in the embedded table, else it is added there."""

    formula: str
    what: str
    line: int | None = None


_KNOWN: Final = (
    _KnownError("Cr20 Mn25 Fe40 Ni15 Al14", "sums to 114"),
    _KnownError("Cr16 Fe16 Co16 Ni34.4 Al16", "sums to 98.4"),
    _KnownError("Hf3 Mo1 B14 Si10", "Mo is the balance, 73"),
    _KnownError("Al0.25 Co1 Cr1 Cu0.5 Fe1 Ni1 Ti0.5", "leaves the series Al(x)Cu(1-x) of Wang 2009", 109),
)


def known_errors_found() -> list[dict[str, Any]]:
    """Each known error with the detectors of the default report that name it; `found` is false where none does.

    Those that do not stand in the embedded table are read from a small file of their own, each under a reference of its own,
    and examined together with the table.
    """
    path = EMBEDDED[_TABLE].find()
    added = [known for known in _KNOWN if known.line is None]
    points = [item for item in read_points(path, EMBEDDED[_TABLE].reader) if not isinstance(item, Rejection)]
    with tempfile.TemporaryDirectory(prefix="quinary-bench-") as folder:
        extra = Path(folder) / "known.csv"
        rows = [f"{known.formula},BCC,10.0000/known.{number}" for number, known in enumerate(added)]
        extra.write_text("\n".join(["formula,phases,doi", *rows]) + "\n", encoding="utf-8")
        points += [item for item in read_points(extra) if not isinstance(item, Rejection)]
    found = [finding for finding in examine(points) if finding.severity is not Severity.NOTICE]
    places = {known.formula: ("known.csv", number) for number, known in enumerate(added, start=2)}
    rows_out = []
    for known in _KNOWN:
        place = places.get(known.formula, (path.name, known.line))
        names = sorted({e.detector for f in found if (f.source, f.line) == place for e in f.evidences})
        rows_out.append({"formula": known.formula, "what": known.what, "found": bool(names), "detectors": names})
    return rows_out
