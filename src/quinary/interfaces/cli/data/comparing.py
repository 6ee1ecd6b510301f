"""The command `compare`: a table of one's own beside the literature."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from quinary.interfaces.cli.shared.reading import (
    ColumnOption,
    DecimalOption,
    DelimiterOption,
    EncodingOption,
    FormatOption,
    HeaderOption,
    MethodOption,
    SheetOption,
    UnitOption,
)
from quinary.interfaces.cli.shared.session import DbOption, JsonOption, Session
from quinary.points.conditions import conditions_in_words
from quinary.wording import counted, rounded

__all__ = ["register"]

_FAR: Final = 3.0  # robust standard deviations from which a value deserves a second look


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command(epilog="Example: quinary compare mine.csv --out mine.html")(compare)


def compare(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The table; it is read as `import` reads it, and not stored.")],
    file_format: FormatOption = "auto",
    column: ColumnOption = None,
    unit: UnitOption = None,
    method: MethodOption = "",
    sheet: SheetOption = "",
    encoding: EncodingOption = "",
    delimiter: DelimiterOption = "",
    decimal: DecimalOption = "",
    header: HeaderOption = "",
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="A page with the figure (.html).")] = None,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Set a table beside the literature: median, range and number of what is published, and how far off each value is."""
    from quinary.services.comparing import compare

    session = Session.of(context, db, as_json)
    document = compare(
        file, format=file_format, column=column, unit=unit, method=method, sheet=sheet, encoding=encoding,
        delimiter=delimiter, decimal=decimal, header=header, out=out, db=session.db,
    )  # fmt: skip
    session.answer(document, lambda: _show(session, document, file.name))


def _show(session: Session, document: dict[str, Any], name: str) -> None:
    """For a person."""
    rows = document["rows"]
    columns = ["line", "formula", "property", "at", "mine", "median", "range", "n", "z"]
    same = [[*_head(row), _median(row), _range(row), row["n"], _z(row["z"])] for row in rows if row["n"]]
    if same:
        session.table(f"{name} beside the same materials", columns, same)
    near = [[*_head(row), *_nearest(row["nearest"])] for row in rows if row["nearest"]]
    if near:
        columns = [*columns[:5], "nearest published", "away (at.%)", "median", "range", "n"]
        session.table("Not published so far: beside the nearest material", columns, near)
    far = [row for row in rows if row["z"] is not None and abs(row["z"]) >= _FAR]
    if far:
        session.say(
            f"{counted(len(far), 'value')} {_FAR:g} or more robust standard deviations off: see also `quinary check {name}`"
        )
    alone = [row for row in rows if not row["n"] and not row["nearest"]]
    if alone:
        names = ", ".join(dict.fromkeys(row["property"] for row in alone))
        session.say(f"nothing to compare {counted(len(alone), 'value')} with ({names})")
    for refused in document["rejected"]:
        session.say(f"line {refused['line']} is not compared: {refused['reason']}")
    if document["out"]:
        session.say(f"the figure is in {document['out']}")


def _head(row: dict[str, Any]) -> list[Any]:
    mine = row["mine"] if isinstance(row["mine"], str) else f"{rounded(row['mine'])} {row['unit']}".rstrip()
    return [row["line"], row["formula"], row["property"], conditions_in_words(row["conditions"]), mine]


def _range(found: dict[str, Any]) -> str:
    return "" if found["low"] is None else f"{rounded(found['low'])} to {rounded(found['high'])}"


def _z(z: float | None) -> str:
    return "" if z is None else f"{z:+.1f}"


def _nearest(found: dict[str, Any]) -> list[Any]:
    return [found["formula"], f"{100 * found['distance']:.1f}", _median(found), _range(found), found["n"]]


def _median(found: dict[str, Any]) -> str:
    return found["median"] if isinstance(found["median"], str) else rounded(found["median"])
