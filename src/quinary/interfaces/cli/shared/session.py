"""What every command shares: the common options, the database, output as tables or as one JSON document, progress."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from quinary.interfaces.cli.shared.saying import plainly, say, say_json
from quinary.progress import Progress, silent

if TYPE_CHECKING:
    from quinary.points.property import Vocabulary
    from quinary.store.database import Database

__all__ = [
    "AtOption",
    "DbOption",
    "ElementsOption",
    "JsonOption",
    "LatticeOption",
    "ModelOption",
    "Session",
    "TableOption",
    "TdbOption",
    "WhoOption",
    "names_in",
]

_MOST_ROWS: Final = 2000  # of a table for a person: laying out more takes minutes

DbOption = Annotated[
    str | None,
    typer.Option(
        "--db",
        metavar="URL",
        help="Database: sqlite:///FILE or postgresql://...; default sqlite:///quinary.db or QUINARY_DB.",
    ),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print exactly one JSON document; everything else goes to stderr.")
]
LatticeOption = Annotated[
    str,
    typer.Option(
        "--lattice", metavar="bcc|fcc|hcp", help="Lattice of the linear combination where no phase is reported."
    ),
]
TableOption = Annotated[
    str,
    typer.Option("--table", metavar="ultera2023|chong2021", help="Set of elemental values for the linear combination."),
]
TdbOption = Annotated[
    Path | None,
    typer.Option("--tdb", metavar="FILE", help="Thermodynamic database; default: one that covers the elements."),
]
WhoOption = Annotated[
    str, typer.Option("--who", metavar="NAME", help="Who does it; default: QUINARY_WHO, else the login name.")
]
ElementsOption = Annotated[str, typer.Option("--elements", metavar="A,B,...", help="Elements, separated by commas.")]
ModelOption = Annotated[
    str,
    typer.Option(
        "--model", metavar="NAME", help="A predictor, or a learned model: `quinary plugins`, `quinary models`."
    ),
]
AtOption = Annotated[
    list[str] | None,
    typer.Option("--at", metavar="NAME=VALUE", help="Conditions, such as temperature=1273. May be repeated."),
]


def names_in(text: str) -> tuple[str, ...]:
    """`A,B, C` -> ("A", "B", "C")."""
    from quinary.services.arguments import names_in as names_of_service

    return names_of_service(text)


class Session:
    """The common options of one run, and the ways to answer."""

    def __init__(self, db: str | None = None, as_json: bool = False) -> None:
        self.db = db
        self.as_json = as_json
        self._vocabulary: Vocabulary | None = None

    @classmethod
    def of(cls, context: typer.Context, db: str | None = None, as_json: bool = False) -> Session:
        """The session with what stood before the command and what stood after it."""
        before = context.obj if isinstance(context.obj, Session) else cls()
        found = cls(db if db is not None else before.db, as_json or before.as_json)
        found.know_properties()
        return found

    def know_properties(self) -> None:
        """Let the properties of the store of this run count for as long as the session lives: in what is asked and shown."""
        if self.db or os.environ.get("QUINARY_DB") or Path("quinary.db").exists():  # else nothing has to be loaded
            from quinary.points.properties import begin_use
            from quinary.services.stores import vocabulary_of

            self._vocabulary = vocabulary_of(self.db)
            begin_use(self._vocabulary)

    @contextmanager
    def open(self, *, must_exist: bool = False) -> Iterator[Database]:
        """The database of this run; if the command fails, a new file without data is removed again.

        Raises:
            InputError, WorkError: it cannot be opened.
        """
        from quinary.services.stores import opened

        with opened(self.db, must_exist=must_exist) as database:
            yield database

    @contextmanager
    def open_if_there(self) -> Iterator[Database | None]:
        """The database of a command that only computes: named, or in the working folder, else None; never made.

        Raises:
            InputError, WorkError: the one that is named does not exist, or it cannot be opened.
        """
        from quinary.services.stores import store_if_there

        with store_if_there(self.db) as database:
            yield database

    def answer(self, document: dict[str, Any], show: Callable[[], None]) -> None:
        """Print the document as JSON, or show it to a person."""
        if self.as_json:
            say_json(document)
        else:
            show()

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """A table for a person, folded to the width of the terminal; of a very long one the beginning."""
        from quinary.interfaces.cli.shared.tables import print_table

        print_table(title, columns, rows[:_MOST_ROWS])
        if len(rows) > _MOST_ROWS:
            self.say(f"and {len(rows) - _MOST_ROWS:,} more; --json lists all")

    def say(self, text: str) -> None:
        """A line for a person."""
        say(text)

    @contextmanager
    def progress(self) -> Iterator[Progress]:
        """Progress on a terminal's stderr, silence elsewhere."""
        if not sys.stderr.isatty():
            yield silent
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bars

        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
            current = bars.add_task("starting", total=None)

            def show(what: str, done: int, total: int) -> None:
                """Move the bar."""
                bars.update(current, description=plainly(what), completed=done, total=total or None)

            yield show
