"""The literature loop: files and people -> points."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sqlalchemy.engine import Connection

from quinary.border import reading
from quinary.errors import InputError, QuinaryError, unknown_name
from quinary.loops.literature.formula_notes import FormulaNotes
from quinary.loops.literature.recording import Marks, Recorded, digest_of, options_told, record, references
from quinary.loops.literature.same_sheets import SameSheets
from quinary.loops.literature.sources import Place, located
from quinary.materials.policy import Policy
from quinary.materials.voids import Void
from quinary.plugins import (
    ExplainingReaderPlugin,
    ReaderPlugin,
    ReadOptions,
    Rejection,
    TableReaderPlugin,
    find_plugin,
    plugins,
)
from quinary.points.point import DataPoint, Origin
from quinary.points.properties import in_use, vocabulary
from quinary.progress import Progress, silent
from quinary.readers.parsing import definitions_of
from quinary.signing import signed_by
from quinary.store.database import Database
from quinary.store.needs import ranked_needs
from quinary.store.own_properties import merge_own_properties
from quinary.store.queries import materials_by_id, void_rows
from quinary.store.work import ImportRecord
from quinary.store.writing import PointWriter

__all__ = ["ImportReport", "check_heard", "import_source", "notes_on", "read_points", "reader_of", "write_wanted_sheet"]

_LOG: Final = logging.getLogger(__name__)
_MOST_REJECTIONS: Final = 100_000  # kept with line and reason; beyond that only counted
_FORMATS: Final = ("auto", "table", "ultera", "mpea", "wanted", "optimade", "snapshot")
_ONLY_READER_OF_ENDING: Final = {".bson": "ultera"}  # text behind this ending is a mistake, even if it is a good table
# Who says what is wrong with a file that no reader recognises: it knows best what such a file should hold.
_READER_OF_ENDING: Final = {
    ".csv": "table", ".tsv": "table", ".xlsx": "table", ".xls": "table", ".parquet": "table", ".json": "ultera",
    ".jsonl": "ultera", ".zip": "snapshot",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What came of an import: points read, added, already there; rows rejected with line and reason; by which reader.

    `n_twins` of those already there repeat a row of the same file. `columns_left_out` maps the headings of columns that
    nothing was read from to how to have them read, empty where their names do not tell.
    `notes` say what was found out about the file, and taken for granted.
    `n_licensed` points were there already, without a licence, and have the one that was given now; `n_completed` have the
    DOI that was given now. `recorded` is under which id the import is kept, and what followed for what was there before.
    """

    source: str
    reader: str
    n_read: int
    n_added: int
    n_repeated: int
    rejected: list[dict[str, Any]] = field(default_factory=list)
    n_licensed: int = 0
    n_twins: int = 0
    columns_left_out: Mapping[str, str] = field(default_factory=dict)
    n_completed: int = 0
    recorded: Recorded | None = None
    notes: Sequence[str] = ()

    def as_dict(self) -> dict[str, Any]:
        """The report as the command line prints it."""
        return {
            "source": self.source,
            "reader": self.reader,
            "read": self.n_read,
            "added": self.n_added,
            "repeated": self.n_repeated,
            "repeated_in_file": self.n_twins,
            "licensed": self.n_licensed,
            "notes": list(self.notes),
            "completed": self.n_completed,
            **(self.recorded.as_dict() if self.recorded else {}),
            "rejected": self.rejected,
            "columns_left_out": [
                {"column": column, "suggestion": remedy} for column, remedy in self.columns_left_out.items()
            ],
        }


def import_source(
    database: Database,
    source: str,
    *,
    file_format: str = "auto",
    options: ReadOptions | None = None,
    who: str = "",
    progress: Progress = silent,
) -> list[ImportReport]:
    """Import a file, every file of a folder, a URL, a snapshot, or a data set by name; one transaction and one report a file.

    A licence in the options is also given to points that are there already, from the same source, and have none; a DOI to
    those that the same file brought without one. `who` imports it
    (`quinary.signing`).

    Raises:
        InputError: nothing by that name, a file that no reader can read, or another licence than the one that points which
            are there already have. Files before it stay imported.
        WorkError: the download or the database failed.
    """
    reports = []
    with in_use(database), located(source) as places:
        for place in places:
            reader = reader_of(place.path, place.reader or file_format)
            name = source if len(places) == 1 else f"{source}/{place.path.name}"
            told = options or ReadOptions()
            check_heard(reader, place.path, told)
            _LOG.info("%s is read by %s %s", name, reader.name, reader.version)
            about = ImportRecord(
                name, (reader.name, reader.version), digest_of(place.path),
                options_told(place.options(told), file_format), who or signed_by(),
            )  # fmt: skip
            reports.append(_import_file(database, place, reader, about, told, progress))
    return reports


def read_points(
    path: Path, file_format: str = "auto", options: ReadOptions | None = None
) -> Iterator[DataPoint | Rejection]:
    """Points and rejections of a file, without a database; properties that the file defines are known meanwhile.

    Raises:
        InputError: the file cannot be read.
    """
    reader, known = reader_of(path, file_format), vocabulary()
    check_heard(reader, path, options or ReadOptions())
    with reading(path):
        new = [entry for entry in definitions_of(reader, path) if entry.name not in known.entries]
    with in_use(known.extended(new)), reading(path):
        yield from reader.read(path, options or ReadOptions())


def notes_on(path: Path, file_format: str = "auto", options: ReadOptions | None = None) -> Sequence[str]:
    """What was found out about a file, and taken for granted, where its reader can say it.

    Raises:
        InputError: the file cannot be read.
    """
    reader = reader_of(path, file_format)
    with reading(path):
        return _notes(reader, path, options or ReadOptions())


def _notes(reader: ReaderPlugin, path: Path, options: ReadOptions) -> Sequence[str]:
    return reader.notes(path, options) if isinstance(reader, ExplainingReaderPlugin) else ()


def _import_file(
    database: Database, place: Place, reader: ReaderPlugin, about: ImportRecord, given: ReadOptions, progress: Progress
) -> ImportReport:
    rejected: list[dict[str, Any]] = []
    marks, formulas, options, name = Marks(), FormulaNotes(), place.options(given), about.name

    def points() -> Iterator[DataPoint]:
        """The points of the file; rejections are set aside on the way."""
        with reading(place.path):
            for item in reader.read(place.path, options):
                if not isinstance(item, Rejection):
                    formulas.heard(item)
                    yield marks.taken_off(item)
                elif len(rejected) < _MOST_REJECTIONS:
                    rejected.append({"line": item.line, "reason": item.reason})

    with reading(place.path):
        definitions = definitions_of(reader, place.path)
    with database.write() as connection:
        merge_own_properties(connection, definitions, f"import of {name}")
        database.learn_vocabulary(connection)
        known = references(connection, about.digest, options)
        writer = PointWriter(connection, licence=given.licence, references=known)
        sheets = SameSheets(connection, name)
        added = writer.add(sheets.known_once(points()), lambda n: progress(f"importing {name}", n, 0))
        recorded = record(writer, about, added, rejected, marks)
    with reading(place.path):
        left_out = reader.columns_left_out(place.path, options) if isinstance(reader, TableReaderPlugin) else {}
        notes = _notes(reader, place.path, options)
    return ImportReport(
        name, reader.name, added.n_read, added.n_added, added.n_repeated, rejected, added.n_licensed, added.n_twins, left_out,
        added.n_completed, recorded, (*notes, *formulas.told(), *sheets.notes),
    )  # fmt: skip


def reader_of(path: Path, wanted: str) -> ReaderPlugin:
    """The reader by name, or among those of a format the one that recognises the file.

    Raises:
        InputError: there is no such reader or file, or none recognises it.
    """
    known = plugins("readers")
    if wanted in known and wanted not in _FORMATS:
        return find_plugin("readers", wanted)  # type: ignore[no-any-return]
    if wanted not in _FORMATS:
        raise unknown_name("format", wanted, {*_FORMATS, *known})
    if wanted == "auto" and path.suffix.lower() in _ONLY_READER_OF_ENDING:
        wanted = _ONLY_READER_OF_ENDING[path.suffix.lower()]
    family = [r for name, r in known.items() if wanted in {"auto", name} or name.startswith(f"{wanted}_")]
    general = [reader for reader in family if reader.name == "table"]  # reads almost anything, so it is asked last
    for reader in [r for r in family if r.name != "table"] + general:
        if _recognises(reader, path):
            return reader  # type: ignore[no-any-return]
    if wanted != "auto" and family:
        return family[0]  # type: ignore[no-any-return]
    if not path.is_file():
        raise InputError(f"{path} is not a file")
    if path.stat().st_size == 0:
        raise InputError(f"{path.name} is empty")
    by_ending = known.get(_READER_OF_ENDING.get(path.suffix.lower(), ""))
    if by_ending is None:
        raise InputError(f"no reader recognises {path.name}; known formats: {', '.join(_FORMATS[1:])}", sorted(known))
    return by_ending  # type: ignore[no-any-return]


def check_heard(reader: ReaderPlugin, path: Path, options: ReadOptions) -> None:
    """Refuse what is said about the columns and the layout of a file whose reader knows them: it would change nothing.

    Raises:
        InputError: such an option is given.
    """
    if (options.columns or options.units or options.method) and not getattr(reader, "hears_options", True):
        raise InputError(
            f"{path} is read as {reader.name}, whose columns are known: --column, --unit and --method change nothing;"
            " --format table reads a table with any headings"
        )
    if options.layout and not isinstance(reader, ExplainingReaderPlugin):
        named = ", ".join(f"--{name}" for name in options.layout)
        raise InputError(f"{path} is read as {reader.name}, whose layout is known: {named} says nothing about it")


def _recognises(reader: ReaderPlugin, path: Path) -> bool:
    """True if the reader knows the file; one that stumbles over it does not, and the others are still asked."""
    try:
        with reading(path):
            return reader.recognises(path)
    except QuinaryError as error:
        _LOG.info("%s %s does not know %s: %s", reader.name, reader.version, path, error)
        return False


def write_wanted_sheet(database: Database, policy: Policy, out: Path, *, limit: int | None = None) -> int:
    """Write the literature voids as a sheet for people, with `limit` the most urgent ones; returns the number of rows.

    Raises:
        InputError: the sheet is neither .xlsx nor .csv.
        WorkError: it cannot be written.
    """
    with database.read() as connection:
        found, formulas = _wanted(connection, policy, limit)
    searcher = find_plugin("searchers", "people")
    searcher.search(found, formulas, out)
    return len(found)


def _wanted(connection: Connection, policy: Policy, limit: int | None) -> tuple[list[Void], dict[str, str]]:
    """The voids, and the formula of each material by its key."""
    if limit is not None:
        needs = ranked_needs(connection, policy, origin=Origin.LITERATURE, limit=limit)
        return [need.void for need in needs], {need.void.material_key: need.formula for need in needs}
    rows = list(void_rows(connection, policy, origin=Origin.LITERATURE))
    stored = materials_by_id(connection, {identifier for identifier, _ in rows})
    return [void for _, void in rows], {void.material_key: stored[identifier].formula for identifier, void in rows}
