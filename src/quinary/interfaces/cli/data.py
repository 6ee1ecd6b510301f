"""Commands on what is known: import, materials, show."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from quinary.errors import InputError
from quinary.interfaces.cli.reading import ColumnOption, DoiOption, FormatOption, UnitOption, reading_options
from quinary.interfaces.cli.session import (
    DbOption,
    ElementsOption,
    JsonOption,
    Session,
    names_in,
)
from quinary.interfaces.cli.viewing import ViewOption, list_view, show_view
from quinary.points.phases import processing_in_words
from quinary.reference.licences import LicenceClass, licence_named
from quinary.wording import counted

if TYPE_CHECKING:
    from quinary.loops.literature import ImportReport
    from quinary.plugins.sockets import ReadOptions
    from quinary.progress import Progress
    from quinary.store.database import Database

__all__ = ["register"]

_LISTED: Final = 20
_BAD_INPUT: Final = 2  # exit status: some of what was given could not be read


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("import", epilog="Example: quinary import borg2020_mpea --db alloys.db")(import_command)
    app.command(epilog="Example: quinary materials --elements Mo,Nb --limit 10")(materials)
    app.command(epilog="Example: quinary show MoNbTaW --json")(show)


def import_command(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="File, folder, URL, or a known table: borg2020_mpea, chizhevskiy2026.")],
    file_format: FormatOption = "auto",
    column: ColumnOption = None,
    unit: UnitOption = None,
    doi: DoiOption = "",
    licence: Annotated[
        str, typer.Option(help="Licence of the data; given to what is there already without one, too.")
    ] = "",
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Import measured values: good rows go in, bad rows are reported with line and reason, repeated ones add nothing."""
    session = Session.of(context, db, as_json)
    options = reading_options(column, unit, doi, licence)
    with session.progress() as progress, session.open() as database:
        reports, failed = _imported(database, source, (file_format, options), progress)
    totals = _totals(reports, failed)
    session.answer(totals, lambda: _show_import(session, totals, reports, failed, licence))
    is_unusable = totals["rejected"] and not totals["added"] and not totals["repeated"]
    if failed or is_unusable:
        raise typer.Exit(_BAD_INPUT)


def _totals(reports: list[ImportReport], failed: list[dict[str, str]]) -> dict[str, Any]:
    """What became of all files together, and of each where there are several."""
    totals: dict[str, Any] = {
        "read": sum(report.n_read for report in reports),
        "added": sum(report.n_added for report in reports),
        "repeated": sum(report.n_repeated for report in reports),
        "repeated_in_file": sum(report.n_twins for report in reports),
        "licensed": sum(report.n_licensed for report in reports),
        "rejected": [row for report in reports for row in report.rejected],
        "columns_left_out": [entry for report in reports for entry in report.as_dict()["columns_left_out"]],
    }
    if len(reports) > 1 or failed:
        totals |= {"files": [report.as_dict() for report in reports], "failed": failed}
    return totals


def _show_import(
    session: Session,
    totals: dict[str, Any],
    reports: list[ImportReport],
    failed: list[dict[str, str]],
    licence: str,
) -> None:
    readers = ", ".join(dict.fromkeys(report.reader for report in reports))
    n_there = totals["repeated"] - totals["repeated_in_file"]
    told = [f"{counted(totals['added'], 'point')} added"]
    told += [f"{totals['repeated_in_file']:,} repeated in the file"] if totals["repeated_in_file"] else []
    session.say(f"{', '.join([*told, f'{n_there:,} already there'])} (read by {readers})")
    _show_left_out(session, totals["columns_left_out"])
    _show_rejected(session, totals["rejected"])
    if totals["licensed"]:
        session.say(f"{counted(totals['licensed'], 'point')} that had no licence now under {licence}")
    if licence and licence_named(licence).kind is LicenceClass.NONE_GIVEN:
        session.say(f"{licence!r} is no licence known here, so these points cannot be exported without --private")
    for row in failed:
        session.say(f"not imported: {row['file']}: {row['reason']}")


def _show_left_out(session: Session, left_out: list[dict[str, str]]) -> None:
    """One line on the columns that nothing was read from."""
    remedies = {entry["column"]: entry["suggestion"] for entry in left_out}
    if not remedies:
        return
    named = (f"{column!r}" + (f" ({remedy})" if remedy else "") for column, remedy in remedies.items())
    session.say(
        f"{counted(len(remedies), 'column')} not read: {'; '.join(named)}. --column NAME=HEADING says what one holds"
    )


def _show_rejected(session: Session, rejected: list[dict[str, Any]]) -> None:
    if not rejected:
        return
    title = f"{counted(len(rejected), 'value or row', 'values or rows')} not used"
    session.table(title, ["line", "reason"], [[row["line"], row["reason"]] for row in rejected[:_LISTED]])
    if len(rejected) > _LISTED:
        session.say(f"and {len(rejected) - _LISTED:,} more; --json lists all")


def _imported(
    database: Database, source: str, how: tuple[str, ReadOptions], progress: Progress
) -> tuple[list[ImportReport], list[dict[str, str]]]:
    """Reports of what was read, and what could not be: of a folder, one file that no reader can read stops no other."""
    from quinary.loops.literature import import_source

    file_format, options = how
    files = _files_in(Path(source))
    if files is None:
        return import_source(database, source, file_format=file_format, options=options, progress=progress), []
    reports: list[ImportReport] = []
    failed: list[dict[str, str]] = []
    for path in files:
        try:
            reports += import_source(database, str(path), file_format=file_format, options=options, progress=progress)
        except InputError as error:
            failed.append({"file": str(path), "reason": error.message.removeprefix(f"{path} ")})
    if not reports:
        raise InputError(f"nothing in {source} can be imported: {failed[0]['file']}: {failed[0]['reason']}")
    return reports, failed


def _files_in(folder: Path) -> list[Path] | None:
    """The files of a folder of tables, or None for anything else: a file, a name, a snapshot, a folder of calculations."""
    from quinary.readers.snapshot_files import is_snapshot

    if not folder.is_dir() or is_snapshot(folder) or any(folder.rglob("vasprun*.xml")):
        return None
    files = sorted(entry for entry in folder.iterdir() if entry.is_file() and not entry.name.startswith("."))
    return [path for path in files if not _is_store(path)] or None


def _is_store(path: Path) -> bool:
    """True for a SQLite file, such as the store that is being written, and for what SQLite keeps beside one."""
    if path.name.endswith(("-wal", "-shm", "-journal")):
        return True
    with path.open("rb") as stream:
        return stream.read(16) == b"SQLite format 3\x00"


def materials(
    context: typer.Context,
    elements: ElementsOption = "",
    limit: Annotated[int, typer.Option(min=0, help="At most this many.")] = 50,
    view: ViewOption = "",
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """List materials, newest knowledge included; --elements keeps those that contain all of them."""
    from quinary.errors import unknown_name
    from quinary.reference.elements import atomic_numbers
    from quinary.store.queries import counts, find_materials

    session = Session.of(context, db, as_json)
    unknown = [symbol for symbol in names_in(elements) if symbol not in atomic_numbers()]
    if unknown:
        raise unknown_name("element", unknown[0], atomic_numbers())
    if view:
        list_view(session, view, names_in(elements), limit)
        return
    with session.open(must_exist=True) as database, database.read() as connection:
        found = find_materials(connection, elements=names_in(elements), limit=limit)
        total = counts(connection)["materials"]
    rows: list[dict[str, Any]] = [
        {
            "formula": entry.formula,
            "structure": list(entry.material.structure),
            "processing": list(entry.material.processing),
            "is_known": entry.is_known,
            "is_generated": entry.is_generated,
        }
        for entry in found
    ]
    session.answer(
        {"total": total, "materials": rows},
        lambda: session.table(
            f"{len(rows)} of {counted(total, 'material')}",
            ["formula", "structure", "processing", "known", "generated"],
            [
                [
                    r["formula"],
                    "+".join(r["structure"]),
                    processing_in_words(r["processing"]),
                    _yes(r["is_known"]),
                    _yes(r["is_generated"]),
                ]
                for r in rows
            ],
        ),
    )


def _yes(value: Any) -> str:
    return "yes" if value else ""


def show(
    context: typer.Context,
    formula: Annotated[str, typer.Argument(help="A formula; every processing and structure of it is shown.")],
    view: ViewOption = "",
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show everything known of a composition: points with source and uncertainty, voids, verdicts."""
    from quinary.interfaces.cli.describing import material_documents, show_materials

    session = Session.of(context, db, as_json)
    if view:
        show_view(session, view, formula)
        return
    with session.open(must_exist=True) as database:
        documents = material_documents(database, formula)
    session.answer({"formula": formula, "materials": documents}, lambda: show_materials(session, formula, documents))
