"""The verbs that look after the quality of the data: `check`, and the decisions on what it finds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from quinary.curation.decisions import decide_all, examine_store
from quinary.curation.examine import examine, rejected_rows
from quinary.curation.finding import Finding, Severity, by_mistake, strongest
from quinary.curation.literature import published_beside
from quinary.errors import InputError, unknown_name
from quinary.loops.literature import read_points
from quinary.plugins import ReadOptions, Rejection
from quinary.progress import Progress, silent
from quinary.readers.embedded import EMBEDDED
from quinary.services.arguments import Names, Pairs, names_in
from quinary.services.documents.older_rules import older_rules
from quinary.services.importing import reading_options
from quinary.services.stores import Store, needed_store
from quinary.signing import signed_by
from quinary.units import unit_named

__all__ = ["DECISIONS", "ONLY_FILES", "Checked", "check", "check_accept", "check_correct", "check_reject", "checked"]

DECISIONS: Final = ("accept", "reject", "correct")
_EFFECTS: Final = {
    "accept": "refused", "reject": "stands", "refuse": "refused", "keep": "stands", "correct": "corrected",
}  # fmt: skip
ONLY_FILES: Final = "--format, --column, --unit and --doi say how to read a file: check FILE --unit HEADING=UNIT"


@dataclass(frozen=True, slots=True)
class Checked:
    """The findings that are shown, those that are probably one mistake together, and how many notices are left out."""

    findings: list[Finding]
    mistakes: list[list[Finding]]
    n_left_out: int
    older_rules: Sequence[dict[str, Any]] = ()

    def as_dict(self) -> dict[str, Any]:
        """The findings; `mistake` is the key of the strongest of the same mistake."""
        leads = {member.key: group[0].key for group in self.mistakes for member in group}
        found = {"findings": [{**found.as_dict(), "mistake": leads[found.key]} for found in self.findings]}
        return found | ({"older_rules": list(self.older_rules)} if self.older_rules else {})


def check(
    source: str | Path = "",
    *,
    all: bool = False,
    from_source: str = "",
    format: str = "auto",
    column: Pairs = None,
    unit: Pairs = None,
    method: str = "",
    doi: str = "",
    db: Store = None,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Find what is probably wrong in the data, with evidence and a suggested repair.

    Args:
        source: a file or known table, checked without a store; empty: what is in the store and not decided on.
        all: what is only unusual, too.
        from_source: only what is from files or papers with this text in their name or DOI.
        format, column, unit, method, doi: how to read the file, as in `import_file`.
        db: the store.
        progress: told how far the work has come.

    Returns:
        `findings`, what matters most first, each with `detector`, `severity`, `source`, `line`, `evidence`, `repair`, `key`,
        `formula`, `property`, `score`, `evidences` and `mistake`; and `older_rules` where the store holds points read by
        older rules.

    Raises:
        InputError: there is no such file, table or store, or the file cannot be read.
    """
    options = reading_options(column, unit, doi, method=method)
    return checked(source, format, options, all=all, from_source=from_source, db=db, progress=progress).as_dict()


def checked(
    source: str | Path = "",
    file_format: str = "auto",
    options: ReadOptions | None = None,
    *,
    all: bool = False,
    from_source: str = "",
    db: Store = None,
    progress: Progress = silent,
) -> Checked:
    """The same as findings.

    Raises:
        InputError: see `check`.
    """
    told = options or ReadOptions()
    older: list[dict[str, Any]] = []
    if source:
        found = _in_file(str(source), file_format, told, progress)
    elif file_format != "auto" or told != ReadOptions():
        raise InputError(ONLY_FILES)
    else:
        with needed_store(db) as database:
            found, older = examine_store(database, progress), older_rules(database)
    if from_source:
        found = _from(found, from_source)
    shown = [one for one in found if all or one.severity is not Severity.NOTICE]
    return Checked(shown, by_mistake(shown), len(found) - len(shown), older)


def _in_file(source: str, file_format: str, options: ReadOptions, progress: Progress) -> list[Finding]:
    path, reader = _located(source)
    points, rejected = [], []
    for item in read_points(path, reader if file_format == "auto" else file_format, options):
        if isinstance(item, Rejection):
            rejected.append({"line": item.line, "reason": item.reason})
        else:
            points.append(item)
    return strongest([*rejected_rows(path.name, rejected), *examine(points, progress, published_beside(points))])


def _from(found: Sequence[Finding], text: str) -> list[Finding]:
    """The findings in files and papers whose name or DOI has this text.

    Raises:
        InputError: nothing was found in any of that name.
    """
    names = {name: None for one in found for name in (one.source, one.paper) if name}
    chosen = {name for name in names if text.lower() in name.lower()}
    if names and not chosen:
        raise unknown_name("source among the findings", text, names)
    return [one for one in found if one.source in chosen or one.paper in chosen]


def _located(source: str) -> tuple[Path, str]:
    """(file, reader) of a known table or of a file."""
    if source in EMBEDDED:
        return EMBEDDED[source].find(), EMBEDDED[source].reader
    if not Path(source).exists():
        raise unknown_name("file or data set", source, (*EMBEDDED, *DECISIONS))
    return Path(source), "auto"


def check_accept(key: Names, *, who: str = "", note: str = "", db: Store = None) -> dict[str, Any]:
    """Accept findings: the values are wrong and count no more. With the key of a value: it is right, and stands.

    Args:
        key: the finding, or several, by their keys; or values by theirs, which `show` gives.
        who: who decides; default: `QUINARY_WHO`, else the login name.
        note: why.
        db: the store.

    Returns:
        `decision` (of several findings `decisions`): the record that is kept. Nothing is overwritten.

    Raises:
        InputError: there is no such finding or value.
    """
    return _decided("accept", key, (who, note), None, db)


def check_reject(key: Names, *, who: str = "", note: str = "", db: Store = None) -> dict[str, Any]:
    """Reject findings: the values are right. With the key of a value: it is wrong, and counts no more.

    It takes back an earlier decision.

    Args:
        key, who, note, db: as in `check_accept`.

    Returns:
        As `check_accept`.

    Raises:
        InputError: there is no such finding or value.
    """
    return _decided("reject", key, (who, note), None, db)


def check_correct(
    key: Names, *, value: str = "", formula: str = "", who: str = "", note: str = "", db: Store = None
) -> dict[str, Any]:
    """Correct values, or what findings are about: the points get successors with the right statement.

    Args:
        key, who, note: as in `check_accept`.
        value: the right value with its unit, "529 MPa"; the uncertainty stays, unless "529 ± 5 MPa" gives another.
        formula: the right formula; without both, the repair that the finding suggests.
        db: the store.

    Returns:
        As `check_accept`.

    Raises:
        InputError: there is no such finding or value, or the correction does not suit it.
    """
    return _decided("correct", key, (who, note), _correction(value, formula), db)


def _correction(value: str, formula: str) -> dict[str, str] | None:
    if value and formula:
        raise InputError("correct either the value or the formula")
    if formula:
        return {"formula": formula}
    if not value:
        return None
    number, unit = _without_unit(value.strip())
    return {"value": number, "unit": unit}


def _without_unit(text: str) -> tuple[str, str]:
    """`529 ± 5 MPa` -> (`529 ± 5`, `MPa`)."""
    for start in re.finditer(r"(?<=[\d.)])\s*(?=[^\W\d]|[°%/(])", text):
        number, unit = text[: start.start()], text[start.end() :]
        with suppress(InputError):
            unit_named(unit)
            return number, unit
    number, _, unit = text.partition(" ")
    return number, unit.strip()


def _decided(
    action: str, key: Names, signed: tuple[str, str], correction: dict[str, str] | None, db: Store
) -> dict[str, Any]:
    keys = names_in(key)
    if not keys:
        raise InputError(f"say which finding or value: check {action} KEY; `check` and `show --json` give the keys")
    who, note = signed
    with needed_store(db) as database:
        records = decide_all(database, keys, action, signed_by(who), note, correction)
    told = [{**record, "effect": _EFFECTS[record["action"]]} for record in records]
    return {"decision": told[0]} if len(told) == 1 else {"decisions": told}
