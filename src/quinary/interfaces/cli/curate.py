"""The command that looks after the quality of the data: check, and the decisions on what it finds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from quinary.errors import InputError
from quinary.interfaces.cli.reading import ColumnOption, DoiOption, FormatOption, UnitOption, reading_options
from quinary.interfaces.cli.session import DbOption, JsonOption, Session, names_in
from quinary.wording import counted

if TYPE_CHECKING:
    from quinary.curation.finding import Finding
    from quinary.plugins.sockets import ReadOptions

__all__ = ["register"]

_DECISIONS: Final = ("accept", "reject", "correct")
_SHOWN: Final = 30
_READER: Final = "reader"  # the detector of rows that were never imported


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command(
        epilog="Example: quinary check borg2020_mpea --json; quinary check reject 0123456789ab --who 'A. Person'"
    )(check)


def check(
    context: typer.Context,
    source: Annotated[
        str,
        typer.Argument(
            metavar="[SOURCE | accept|reject|correct]",
            help="File or known table to check without a database; nothing: what is in the database; or a decision.",
        ),
    ] = "",
    key: Annotated[str, typer.Argument(metavar="[KEY]", help="The finding to decide on; several with commas.")] = "",
    who: Annotated[str, typer.Option(metavar="NAME", help="Who decides.")] = "",
    note: Annotated[str, typer.Option(help="Why.")] = "",
    value: Annotated[str, typer.Option(metavar="'NUMBER UNIT'", help="The right value, for correct.")] = "",
    formula: Annotated[str, typer.Option(help="The right formula, for correct.")] = "",
    notices: Annotated[bool, typer.Option("--all", help="Show what is only unusual, too.")] = False,
    file_format: FormatOption = "auto",
    column: ColumnOption = None,
    unit: UnitOption = None,
    doi: DoiOption = "",
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find what is probably wrong in the data, with evidence and a suggested repair; record what a person decides on it."""
    session = Session.of(context, db, as_json)
    told = reading_options(column, unit, doi)
    if (not source or source in _DECISIONS) and (file_format != "auto" or told != reading_options(None, None)):
        raise InputError("--format, --column, --unit and --doi say how to read a file: check FILE --unit HEADING=UNIT")
    if source in _DECISIONS:
        _decide(session, source, key, (who, note), _correction(value, formula))
        return
    if key or value or formula:
        raise InputError(
            f"a key, --value and --formula belong to a decision, such as: check accept {key or 'KEY'} --who NAME",
            _DECISIONS,
        )
    found = _found(session, source, (file_format, told))
    shown = [f for f in found if notices or f.severity.value != "notice"]
    _answer(session, shown, len(found), has_keys=not source)


def _found(session: Session, source: str, how: tuple[str, ReadOptions]) -> list[Finding]:
    """The findings of a file or known table, or the open ones of the database."""
    with session.progress() as progress:
        if not source:
            from quinary.curation.decisions import examine_store

            with session.open(must_exist=True) as database:
                return examine_store(database, progress)
        from quinary.curation.examine import examine, rejected_rows
        from quinary.curation.finding import strongest

        path, reader = _located(source)
        file_format, options = how
        points, rejected = _read(path, reader if file_format == "auto" else file_format, options)
        return strongest([*rejected_rows(path.name, rejected), *examine(points, progress)])


def _located(source: str) -> tuple[Path, str]:
    """(file, reader) of a known table or of a file."""
    from quinary.errors import unknown_name
    from quinary.readers.embedded import EMBEDDED

    if source in EMBEDDED:
        return EMBEDDED[source].find(), EMBEDDED[source].reader
    if not Path(source).exists():
        raise unknown_name("file or data set", source, (*EMBEDDED, *_DECISIONS))
    return Path(source), "auto"


def _read(path: Path, reader: str, options: ReadOptions) -> tuple[list[Any], list[dict[str, Any]]]:
    from quinary.loops.literature import read_points
    from quinary.plugins.sockets import Rejection

    points, rejected = [], []
    for item in read_points(path, reader, options):
        if isinstance(item, Rejection):
            rejected.append({"line": item.line, "reason": item.reason})
        else:
            points.append(item)
    return points, rejected


def _answer(session: Session, shown: list[Finding], n_all: int, *, has_keys: bool) -> None:
    from quinary.curation.finding import by_mistake

    mistakes = by_mistake(shown)

    def show() -> None:
        """For a person: one row a mistake."""
        sources = list(dict.fromkeys(finding.source for finding in shown))
        columns = ["severity", "line" if len(sources) == 1 else "file, line", "formula", "what is wrong", "evidence"]
        columns += ["suggested repair", *(["key"] if has_keys else [])]
        rows = [_row(group, has_files=len(sources) > 1, has_keys=has_keys) for group in mistakes[:_SHOWN]]
        title = counted(len(mistakes), "finding") + (f" in {sources[0]}" if len(sources) == 1 else "")
        if rows:
            session.table(title, columns, rows)
        else:
            session.say("nothing seems wrong")
        if len(mistakes) > _SHOWN:
            session.say(f"and {len(mistakes) - _SHOWN:,} more; --json lists all")
        if n_all > len(shown):
            n_hidden = n_all - len(shown)
            session.say(f"{counted(n_hidden, 'notice')} {'is' if n_hidden == 1 else 'are'} not shown; --all shows them")

    leads = {member.key: group[0].key for group in mistakes for member in group}
    session.answer({"findings": [{**f.as_dict(), "mistake": leads[f.key]} for f in shown]}, show)


def _row(group: list[Finding], *, has_files: bool, has_keys: bool) -> list[str]:
    """One mistake: its strongest finding, with the lines and the keys of all that belong to it."""
    from quinary.curation.problems import problem_in_words, repair_in_words

    lead = group[0]
    files: dict[str, list[int]] = {}
    for member in group:
        files.setdefault(member.source, []).append(member.line)
    places = [
        f"{name} {_lines(lines)}" if has_files else _lines(lines)
        for name, lines in files.items()
    ]  # fmt: skip
    evidence = "; ".join(dict.fromkeys(entry.text for entry in lead.evidences)) or lead.evidence
    cells = [lead.severity.value, "; ".join(places), lead.formula, problem_in_words(lead), evidence]
    cells.append(_by_subject([(member, repair_in_words(member.repair)) for member in group]))
    return [*cells, *([_keys(group)] if has_keys else [])]


def _keys(group: list[Finding]) -> str:
    """The keys of a row, each behind the property that it is of where there are several; none where a file must change."""
    if group[0].detector == _READER:
        return "correct in the file and import again"
    return _by_subject([(member, member.key) for member in group])


def _by_subject(said: list[tuple[Finding, str]]) -> str:
    """`hardness vickers: A, B`, and on a line of its own `yield strength: C`; without names where all are of one property."""
    texts: dict[str, list[str]] = {}
    for member, text in said:
        if text and text not in texts.setdefault(member.property, []):
            texts[member.property].append(text)
    joined = {name: ", ".join(several) for name, several in texts.items() if several}
    if len({member.property for member, _ in said}) == 1 or len(set(joined.values())) == 1 < len(joined):
        return next(iter(joined.values()), "")
    return "\n".join(f"{name.replace('_', ' ') or 'formula'}: {text}" for name, text in joined.items())


def _lines(lines: list[int]) -> str:
    """`8, 10-12`: line numbers, neighbours as a range."""
    spans: list[list[int]] = []
    for line in sorted(set(lines)):
        if spans and line == spans[-1][1] + 1:
            spans[-1][1] = line
        else:
            spans.append([line, line])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in spans)


def _correction(value: str, formula: str) -> dict[str, str] | None:
    if value and formula:
        raise InputError("correct either the value or the formula")
    if formula:
        return {"formula": formula}
    if not value:
        return None
    number, _, unit = value.strip().partition(" ")
    return {"value": number, "unit": unit.strip()}


def _decide(
    session: Session, action: str, key: str, signed: tuple[str, str], correction: dict[str, str] | None
) -> None:
    from quinary.curation.decisions import decide_all

    keys = names_in(key)
    if not keys:
        raise InputError(f"say which finding: check {action} KEY --who NAME; the keys stand in the findings")
    who, note = signed
    with session.open(must_exist=True) as database:
        records = decide_all(database, keys, action, who, note, correction)
    document: dict[str, Any] = {"decision": records[0]} if len(records) == 1 else {"decisions": records}
    session.answer(document, lambda: session.say(f"{action}ed {', '.join(keys)}; nothing was overwritten"))
