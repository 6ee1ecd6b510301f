"""How a file is to be read: the options that `import`, `check` and `compare` share."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = [
    "ColumnOption",
    "DecimalOption",
    "DelimiterOption",
    "DoiOption",
    "EncodingOption",
    "FormatOption",
    "HeaderOption",
    "MethodOption",
    "SheetOption",
    "UnitOption",
]

FormatOption = Annotated[
    str, typer.Option("--format", metavar="auto|table|...", help="Of the file: auto, table, ultera, mpea, wanted, ...")
]
ColumnOption = Annotated[
    list[str] | None, typer.Option("--column", metavar="NAME=HEADING", help="Which column holds what.")
]
UnitOption = Annotated[
    list[str] | None,
    typer.Option("--unit", metavar="HEADING=UNIT", help="The unit of a column; HEADING=- leaves it out."),
]
MethodOption = Annotated[
    str,
    typer.Option("--method", metavar="measured|dft|...", help="How the values were obtained, where no column says it."),
]
DoiOption = Annotated[str, typer.Option(help="DOI of the study, where the file does not say.")]
SheetOption = Annotated[
    str, typer.Option(metavar="NAME|NUMBER", help="The sheet of a workbook; else the first with a table.")
]
EncodingOption = Annotated[str, typer.Option(metavar="NAME", help="Of a text file, such as cp1252; else found out.")]
DelimiterOption = Annotated[str, typer.Option(metavar=",|;|tab", help="Of a text file; else found out.")]
DecimalOption = Annotated[
    str, typer.Option(metavar="comma|point", help="The decimal mark of the numbers; else found out.")
]
HeaderOption = Annotated[
    str, typer.Option(metavar="ROW[-ROW]", help="The rows of the headings, as counted in the file; else found out.")
]
