"""How a file is to be read: the options that `import` and `check` share."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["ColumnOption", "DoiOption", "FormatOption", "UnitOption"]

FormatOption = Annotated[str, typer.Option("--format", metavar="auto|table|ultera|mpea|wanted")]
ColumnOption = Annotated[
    list[str] | None, typer.Option("--column", metavar="NAME=HEADING", help="Which column holds what.")
]
UnitOption = Annotated[
    list[str] | None,
    typer.Option("--unit", metavar="HEADING=UNIT", help="The unit of a column; HEADING=- leaves it out."),
]
DoiOption = Annotated[str, typer.Option(help="DOI of the study, where the file does not say.")]
