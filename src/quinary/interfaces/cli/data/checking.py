"""The command that looks after the quality of the data: check, and the decisions on what it finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from quinary.errors import InputError
from quinary.interfaces.cli.shared.reading import ColumnOption, DoiOption, FormatOption, MethodOption, UnitOption
from quinary.interfaces.cli.shared.session import DbOption, JsonOption, Session, WhoOption
from quinary.interfaces.cli.shared.viewing import show_older_rules
from quinary.wording import counted

if TYPE_CHECKING:
    from quinary.curation.finding import Finding
    from quinary.services.curating import Checked

__all__ = ["register"]

_SHOWN: Final = 30
_TOLD: Final = 2  # the heaviest evidence is enough to decide where to look


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
    key: Annotated[
        str,
        typer.Argument(metavar="[KEY]", help="The finding, or the value (`show --json`); several with commas."),
    ] = "",
    right: Annotated[str, typer.Argument(metavar="[VALUE]", help="The right value, for correct: '529 MPa'.")] = "",
    who: WhoOption = "",
    note: Annotated[str, typer.Option("--note", "--why", help="Why.")] = "",
    value: Annotated[str, typer.Option(metavar="'NUMBER UNIT'", help="The same as VALUE.")] = "",
    formula: Annotated[str, typer.Option(help="The right formula, for correct.")] = "",
    notices: Annotated[bool, typer.Option("--all", help="Show what is only unusual, too.")] = False,
    from_source: Annotated[
        str, typer.Option("--source", metavar="TEXT", help="Only files and papers with this in their name or DOI.")
    ] = "",
    file_format: FormatOption = "auto",
    column: ColumnOption = None,
    unit: UnitOption = None,
    method: MethodOption = "",
    doi: DoiOption = "",
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find what is probably wrong in the data, with evidence and a suggested repair; record what a person decides on it."""
    from quinary.services.curating import DECISIONS, ONLY_FILES, checked
    from quinary.services.importing import reading_options

    session = Session.of(context, db, as_json)
    told = reading_options(column, unit, doi, method=method)
    if source in DECISIONS:
        if file_format != "auto" or told != reading_options():
            raise InputError(ONLY_FILES)
        if right and value:
            raise InputError("give the right value once: VALUE, or --value")
        _decide(session, source, key, (who, note), (right or value, formula))
        return
    if key or right or value or formula:
        raise InputError(
            f"a key, --value and --formula belong to a decision, such as: check accept {key or 'KEY'} --who NAME",
            DECISIONS,
        )
    with session.progress() as progress:
        found = checked(
            source, file_format, told, all=notices, from_source=from_source, db=session.db, progress=progress
        )
    session.answer(found.as_dict(), lambda: _show(session, found, has_keys=not source))


def _show(session: Session, found: Checked, *, has_keys: bool) -> None:
    """For a person: one row a mistake."""
    sources = list(dict.fromkeys(finding.source for finding in found.findings))
    columns = ["severity", "line" if len(sources) == 1 else "file, line", "formula", "what is wrong", "evidence"]
    columns += ["suggested repair", *(["key"] if has_keys else [])]
    rows = [_row(group, has_files=len(sources) > 1, has_keys=has_keys) for group in found.mistakes[:_SHOWN]]
    title = _title(found) + (f" in {sources[0]}" if len(sources) == 1 else "")
    if rows:
        session.table(title, columns, rows)
    else:
        session.say("nothing seems wrong")
    if len(found.mistakes) > _SHOWN:
        session.say(f"and {len(found.mistakes) - _SHOWN:,} more; --json lists all")
    show_older_rules(session, {"older_rules": found.older_rules})
    if n_hidden := found.n_left_out:
        session.say(f"{counted(n_hidden, 'notice')} {'is' if n_hidden == 1 else 'are'} not shown; --all shows them")


def _title(found: Checked) -> str:
    """The number of mistakes, and of reasons for which rows were refused apart from them."""
    from quinary.curation.finding import READER

    n_reasons = sum(group[0].detector == READER for group in found.mistakes)
    n_mistakes = len(found.mistakes) - n_reasons
    if not n_mistakes or not n_reasons:
        return counted(len(found.mistakes), "finding")
    n_rows = sum(one.detector == READER for one in found.findings)
    return f"{counted(n_mistakes, 'finding')}, and {counted(n_rows, 'row')} refused"


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
    texts = list(dict.fromkeys(entry.text for entry in lead.evidences)) or [lead.evidence]
    evidence = "; ".join(texts[:_TOLD]) + (f"; {len(texts) - _TOLD} more (--json)" if len(texts) > _TOLD else "")
    cells = [lead.severity.value, "; ".join(places), lead.formula, problem_in_words(lead), evidence]
    cells.append(_by_subject([(member, repair_in_words(member.repair)) for member in group]))
    return [*cells, *([_keys(group)] if has_keys else [])]


def _keys(group: list[Finding]) -> str:
    """The keys of a row, each behind the property that it is of where there are several; none where a file must change."""
    from quinary.curation.finding import READER

    if group[0].detector == READER:
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


def _decide(session: Session, action: str, key: str, signed: tuple[str, str], correction: tuple[str, str]) -> None:
    from quinary.services.curating import check_accept, check_correct, check_reject

    (who, note), (value, formula) = signed, correction
    if action == "correct":
        document = check_correct(key, who=who, note=note, value=value, formula=formula, db=session.db)
    elif value or formula:
        raise InputError(f"only `correct` takes a value or a formula, not `{action}`", ["correct"])
    else:
        decide = check_accept if action == "accept" else check_reject
        document = decide(key, who=who, note=note, db=session.db)
    session.answer(document, lambda: _say_decided(session, document))


def _say_decided(session: Session, document: dict[str, Any]) -> None:
    for record in document.get("decisions", [document.get("decision")]):
        effect = {"refused": "counts no more", "stands": "stands", "corrected": "is corrected"}[record["effect"]]
        session.say(f"what {record['finding_key']} is about {effect}; nothing was overwritten")
