"""The verbs that read files: `import_file` into a store, `read` without one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

from quinary.errors import BugError, InputError, QuinaryError
from quinary.loops.literature import ImportReport, Preview, import_source, notes_on, preview_source, read_points
from quinary.plugins import ReadOptions, Rejection
from quinary.points.properties import in_use
from quinary.progress import Progress, silent
from quinary.readers.parsing import is_definitions, method_named
from quinary.readers.snapshot_files import is_snapshot
from quinary.services.arguments import Pairs, pairs_in
from quinary.services.documents.older_rules import older_rules
from quinary.services.documents.points import point_row
from quinary.services.stores import Store, opened, vocabulary_of
from quinary.signing import signed_by
from quinary.store.database import Database

__all__ = ["Imported", "Previewed", "import_file", "imported", "previewed", "read", "reading_options"]

_How: TypeAlias = tuple[str, ReadOptions, str]  # format, options, and who imports it


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a source: a report for each file that was read, and what could not be: `file` and `reason`.

    `older_rules` says what is in the store that was read by older rules of a reader; `new_store` where a store was made.
    """

    reports: Sequence[ImportReport]
    failed: Sequence[dict[str, str]] = ()
    older_rules: Sequence[dict[str, Any]] = ()
    new_store: str = ""

    @property
    def is_unusable(self) -> bool:
        """True if a file could not be read, or nothing of what was read can be used."""
        totals = self.as_dict()
        return bool(self.failed or (totals["rejected"] and not totals["added"] and not totals["repeated"]))

    def as_dict(self) -> dict[str, Any]:
        """What became of all files together, and of each where there are several."""
        totals: dict[str, Any] = {
            "read": sum(report.n_read for report in self.reports),
            "added": sum(report.n_added for report in self.reports),
            "repeated": sum(report.n_repeated for report in self.reports),
            "repeated_in_file": sum(report.n_twins for report in self.reports),
            "licensed": sum(report.n_licensed for report in self.reports),
            "notes": [note for report in self.reports for note in report.notes],
            "rejected": [row for report in self.reports for row in report.rejected],
            "columns_left_out": [entry for report in self.reports for entry in report.as_dict()["columns_left_out"]],
            **self._followed(),
        }
        if len(self.reports) > 1 or self.failed:
            totals |= {"files": [report.as_dict() for report in self.reports], "failed": list(self.failed)}
        return totals

    def _followed(self) -> dict[str, Any]:
        """Under which numbers the imports are recorded, and what followed for what was there before."""
        reports = [report.as_dict() for report in self.reports]
        counts = {name: sum(one.get(name, 0) for one in reports) for name in ("completed", "superseded", "refused")}
        numbers = [one["import"] for one in reports if "import" in one]
        told: dict[str, Any] = {"import": numbers[0] if len(numbers) == 1 else None, "imports": numbers, **counts}
        told["withdrawn"] = [
            {"import": one["import"], **one["withdrawn"]} for one in reports if one.get("withdrawn") is not None
        ]
        return told | ({"older_rules": list(self.older_rules)} if self.older_rules else {})


@dataclass(frozen=True, slots=True)
class Previewed:
    """What a source would give: a preview for each file, and what could not be read: `file` and `reason`."""

    previews: Sequence[Preview]
    failed: Sequence[dict[str, str]] = ()

    @property
    def is_unusable(self) -> bool:
        """True if a file could not be read, or there is nothing in it but rows that cannot be used."""
        return bool(self.failed) or not any(preview.found.n_read for preview in self.previews)

    def as_dict(self) -> dict[str, Any]:
        """What all files together would give, and each where there are several."""
        files = [preview.as_dict() for preview in self.previews]
        document: dict[str, Any] = {
            "dry_run": True,
            "read": sum(file["read"] for file in files),
            **{key: [entry for file in files for entry in file[key]] for key in ("notes", "columns", "rejected")},
        }
        if len(files) == 1 and not self.failed:
            return document | {"reader": files[0]["reader"], "layout": files[0]["layout"]}
        return document | {"files": files, "failed": list(self.failed)}


def reading_options(
    column: Pairs = None,
    unit: Pairs = None,
    doi: str = "",
    licence: str = "",
    *,
    method: str = "",
    sheet: str | int = "",
    encoding: str = "",
    delimiter: str = "",
    decimal: str = "",
    header: str | int = "",
) -> ReadOptions:
    """The options of a file as readers want them.

    Raises:
        InputError: one is not of the form NAME=VALUE, or there is no such method.
    """
    columns, units = pairs_in(column, "--column"), pairs_in(unit, "--unit")
    told = method_named(method) if method else None
    return ReadOptions(
        columns=columns, units=units, doi=doi, licence=licence, method=told, sheet=str(sheet), encoding=encoding,
        delimiter=delimiter, decimal=decimal, header=str(header),
    )  # fmt: skip


def import_file(
    source: str | Path,
    *,
    format: str = "auto",
    column: Pairs = None,
    unit: Pairs = None,
    method: str = "",
    doi: str = "",
    licence: str = "",
    sheet: str | int = "",
    encoding: str = "",
    delimiter: str = "",
    decimal: str = "",
    header: str | int = "",
    dry_run: bool = False,
    who: str = "",
    db: Store = None,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Import measured values: good rows go in, bad rows are reported with line and reason, repeated ones add nothing.

    Args:
        source: a file, a folder, a URL, or the name of a known table.
        format: `auto`, `table`, `ultera`, `mpea`, `wanted`, `optimade` or `snapshot`, or the name of a reader.
        column: which column holds what: {"hardness_vickers": "HV (GPa)"}; with the temperature of its tests (K) where the
            heading does not say it, {"yield_strength@1273": "YS hot"}.
        unit: the unit of a column by its heading, {"YS": "MPa"}; "-" leaves the column out.
        method: how all values were obtained whose columns say nothing closer: "dft", "measured", "calphad" ...
        doi: of the study, where the file does not say; given to what the same file brought without one, too.
        licence: of the data; given to what is there already without one, too.
        sheet: of a workbook, by name or number; else the first with a table.
        encoding: of a text file; else found out.
        delimiter: of a text file: `,`, `;`, `|` or `tab`; else found out.
        decimal: the decimal mark of numbers that may be read in two ways: `comma` or `point`; else found out.
        header: the row of the headings, or the first and the last of them, "2-3"; else found out.
        dry_run: only say what would be read from every column, and store nothing.
        who: who imports it; default: `QUINARY_WHO`, else the login name.
        db: the store, made if it is new.
        progress: told how far the work has come.

    Returns:
        `read`, `added`, `repeated`, `repeated_in_file`, `licensed`, `rejected` (each with `line` and `reason`), `notes`,
        `columns_left_out`; the number of the `import` (of a folder `imports`), by which `withdraw` undoes it; how many
        points were `completed` by the DOI, `superseded` since the file was read by newer rules, and `refused` as they were
        where they come from; `withdrawn`, who withdrew the same import before, so that its points do not count; and
        `older_rules` where the store holds points read by older rules. Of a folder also `files` and `failed`.
        Of a dry run `read`, `rejected`, `notes`, `layout` and `columns`, each with `column`, `role`, `property`, `unit`,
        `conditions`, `method`, `values`, `example` and `reason`.

    Raises:
        InputError: nothing by that name, or nothing in it that a reader can read.
        WorkError: the download or the store failed.
    """
    options = reading_options(
        column,
        unit,
        doi,
        licence,
        method=method,
        sheet=sheet,
        encoding=encoding,
        delimiter=delimiter,
        decimal=decimal,
        header=header,
    )
    if dry_run:
        return previewed(source, format, options, db=db).as_dict()
    return imported(source, format, options, who=who, db=db, progress=progress).as_dict()


def imported(
    source: str | Path,
    file_format: str = "auto",
    options: ReadOptions | None = None,
    *,
    who: str = "",
    db: Store = None,
    progress: Progress = silent,
) -> Imported:
    """The same with a report for each file; of a folder, one file that no reader can read stops no other.

    Raises:
        InputError, WorkError: see `import_file`.
    """
    name, options = str(source), options or ReadOptions()
    with opened(db, brings_data=True) as database:
        files = _files_in(Path(name))
        how = (file_format, options, signed_by(who))
        if files is None:
            found = Imported(_one_of(database, name, how, progress))
        else:
            found = _all_of(database, name, files, how, progress)
        return replace(found, older_rules=older_rules(database), new_store=database.url if database.is_new else "")


def _one_of(database: Database, name: str, how: _How, progress: Progress) -> list[ImportReport]:
    file_format, options, who = how
    return import_source(database, name, file_format=file_format, options=options, who=who, progress=progress)


def previewed(
    source: str | Path, file_format: str = "auto", options: ReadOptions | None = None, *, db: Store = None
) -> Previewed:
    """What `imported` would read, file by file; a store is only asked for its own properties, and none is made.

    Raises:
        InputError, WorkError: see `import_file`.
    """
    name = str(source)
    files = _files_in(Path(name))
    previews: list[Preview] = []
    failed: list[dict[str, str]] = []
    with in_use(vocabulary_of(db)):
        for path in [name] if files is None else map(str, files):
            try:
                previews += preview_source(path, file_format=file_format, options=options)
            except InputError as error:
                if files is None:
                    raise
                failed.append(_failure(path, error))
    return Previewed(previews, failed)


def _failure(path: str, error: QuinaryError) -> dict[str, str]:
    return {"file": path, "reason": error.message.removeprefix(f"{path} ")}


def _all_of(database: Database, folder: str, files: Sequence[Path], how: _How, progress: Progress) -> Imported:
    reports: list[ImportReport] = []
    failed: list[dict[str, str]] = []
    for path in files:
        try:
            reports += _one_of(database, str(path), how, progress)
        except (InputError, BugError) as error:
            failed.append(_failure(str(path), error))
    if not reports:
        raise InputError(f"nothing in {folder} can be imported: {failed[0]['file']}: {failed[0]['reason']}")
    return Imported(reports, failed)


def _files_in(folder: Path) -> list[Path] | None:
    """The files of a folder of tables, or None for anything else: a file, a name, a snapshot, a folder of calculations."""
    if not folder.is_dir() or is_snapshot(folder) or any(folder.rglob("vasprun*.xml")):
        return None
    files = sorted(entry for entry in folder.iterdir() if entry.is_file() and not entry.name.startswith("."))
    return [path for path in files if not (_is_store(path) or is_definitions(path))] or None


def _is_store(path: Path) -> bool:
    """True for a SQLite file, such as the store that is being written, and for what SQLite keeps beside one."""
    if path.name.endswith(("-wal", "-shm", "-journal")):
        return True
    with path.open("rb") as stream:
        return stream.read(16) == b"SQLite format 3\x00"


def read(
    path: str | Path,
    format: str = "auto",
    *,
    column: Pairs = None,
    unit: Pairs = None,
    method: str = "",
    doi: str = "",
    sheet: str | int = "",
    encoding: str = "",
    delimiter: str = "",
    decimal: str = "",
    header: str | int = "",
) -> dict[str, Any]:
    """The points of a file without a store: `points`, `rejected` rows with `line` and `reason`, and `notes` on the file.

    Args:
        path: a file.
        format, column, unit, method, doi, sheet, encoding, delimiter, decimal, header: as in `import_file`.

    Raises:
        InputError: the file cannot be read.
    """
    points, rejected = [], []
    options = reading_options(
        column,
        unit,
        doi,
        method=method,
        sheet=sheet,
        encoding=encoding,
        delimiter=delimiter,
        decimal=decimal,
        header=header,
    )
    for item in read_points(Path(path), format, options):
        if isinstance(item, Rejection):
            rejected.append({"line": item.line, "reason": item.reason})
        else:
            points.append(point_row(item))
    return {"points": points, "rejected": rejected, "notes": list(notes_on(Path(path), format, options))}
