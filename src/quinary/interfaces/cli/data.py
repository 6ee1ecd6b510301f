"""Commands on what is known: import, materials, show."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from quinary.errors import InputError
from quinary.interfaces.cli.session import (
    DbOption,
    ElementsOption,
    JsonOption,
    Session,
    names_in,
)
from quinary.interfaces.cli.viewing import ViewOption, list_view, show_view
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
    file_format: Annotated[str, typer.Option("--format", metavar="auto|table|ultera|mpea|wanted")] = "auto",
    column: Annotated[
        list[str] | None, typer.Option("--column", metavar="NAME=HEADING", help="Which column holds what.")
    ] = None,
    unit: Annotated[
        list[str] | None, typer.Option("--unit", metavar="HEADING=UNIT", help="The unit of a column.")
    ] = None,
    doi: Annotated[str, typer.Option(help="DOI of the study, where the file does not say.")] = "",
    licence: Annotated[
        str, typer.Option(help="Licence of the data; given to what is there already without one, too.")
    ] = "",
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Import measured values: good rows go in, bad rows are reported with line and reason, repeated ones add nothing."""
    from quinary.plugins.sockets import ReadOptions

    session = Session.of(context, db, as_json)
    options = ReadOptions(columns=_pairs(column, "--column"), units=_pairs(unit, "--unit"), doi=doi, licence=licence)
    with session.progress() as progress, session.open() as database:
        reports, failed = _imported(database, source, (file_format, options), progress)
    totals: dict[str, Any] = {
        "read": sum(report.n_read for report in reports),
        "added": sum(report.n_added for report in reports),
        "repeated": sum(report.n_repeated for report in reports),
        "licensed": sum(report.n_licensed for report in reports),
        "rejected": [row for report in reports for row in report.rejected],
    }
    if len(reports) > 1 or failed:
        totals |= {"files": [report.as_dict() for report in reports], "failed": failed}

    def say() -> None:
        """For a person."""
        readers = ", ".join(dict.fromkeys(report.reader for report in reports))
        session.say(
            f"{counted(totals['added'], 'point')} added, {totals['repeated']:,} already there (read by {readers})"
        )
        rejected = totals["rejected"]
        if rejected:
            session.table(
                f"{counted(len(rejected), 'value or row', 'values or rows')} not used",
                ["line", "reason"],
                [[r["line"], r["reason"]] for r in rejected[:_LISTED]],
            )
            if len(rejected) > _LISTED:
                session.say(f"and {len(rejected) - _LISTED:,} more; --json lists all")
        if totals["licensed"]:
            session.say(f"{counted(totals['licensed'], 'point')} that had no licence now under {licence}")
        if licence and licence_named(licence).kind is LicenceClass.NONE_GIVEN:
            session.say(f"{licence!r} is no licence known here, so these points cannot be exported without --private")
        for row in failed:
            session.say(f"not imported: {row['file']}: {row['reason']}")

    session.answer(totals, say)
    is_unusable = totals["rejected"] and not totals["added"] and not totals["repeated"]
    if failed or is_unusable:
        raise typer.Exit(_BAD_INPUT)


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


def _pairs(texts: list[str] | None, option: str) -> dict[str, str]:
    pairs = {}
    for text in texts or []:
        name, equals, value = text.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise InputError(f"cannot read {option} {text!r}: write it as NAME=VALUE")
        pairs[name.strip()] = value.strip()
    return pairs


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
                    "+".join(r["processing"]),
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
