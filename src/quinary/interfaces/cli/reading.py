"""How a file is to be read: the options that `import` and `check` share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from quinary.errors import InputError

if TYPE_CHECKING:
    from quinary.plugins.sockets import ReadOptions

__all__ = ["ColumnOption", "DoiOption", "FormatOption", "UnitOption", "reading_options"]

FormatOption = Annotated[str, typer.Option("--format", metavar="auto|table|ultera|mpea|wanted")]
ColumnOption = Annotated[
    list[str] | None, typer.Option("--column", metavar="NAME=HEADING", help="Which column holds what.")
]
UnitOption = Annotated[
    list[str] | None,
    typer.Option("--unit", metavar="HEADING=UNIT", help="The unit of a column; HEADING=- leaves it out."),
]
DoiOption = Annotated[str, typer.Option(help="DOI of the study, where the file does not say.")]


def reading_options(column: list[str] | None, unit: list[str] | None, doi: str = "", licence: str = "") -> ReadOptions:
    """The options as readers want them.

    Raises:
        InputError: one is not of the form NAME=VALUE.
    """
    from quinary.plugins.sockets import ReadOptions

    return ReadOptions(columns=_pairs(column, "--column"), units=_pairs(unit, "--unit"), doi=doi, licence=licence)


def _pairs(texts: list[str] | None, option: str) -> dict[str, str]:
    pairs = {}
    for text in texts or []:
        name, equals, value = text.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise InputError(f"cannot read {option} {text!r}: write it as NAME=VALUE")
        pairs[name.strip()] = value.strip()
    return pairs
