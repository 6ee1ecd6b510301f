"""Commands on what is known: import, materials, show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from quinary.errors import InputError
from quinary.interfaces.cli.shared.previews import show_preview, show_rejected
from quinary.interfaces.cli.shared.reading import (
    ColumnOption,
    DecimalOption,
    DelimiterOption,
    DoiOption,
    EncodingOption,
    FormatOption,
    HeaderOption,
    MethodOption,
    SheetOption,
    UnitOption,
)
from quinary.interfaces.cli.shared.session import DbOption, ElementsOption, JsonOption, Session, WhoOption
from quinary.interfaces.cli.shared.viewing import (
    ViewOption,
    show_groups,
    show_materials,
    show_older_rules,
    show_summary,
    show_view,
)
from quinary.points.processing import processing_in_words
from quinary.reference.licences import LicenceClass, licence_named
from quinary.wording import counted

if TYPE_CHECKING:
    from quinary.services.importing import Imported

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
    method: MethodOption = "",
    doi: DoiOption = "",
    licence: Annotated[
        str, typer.Option(help="Licence of the data; given to what is there already without one, too.")
    ] = "",
    sheet: SheetOption = "",
    encoding: EncodingOption = "",
    delimiter: DelimiterOption = "",
    decimal: DecimalOption = "",
    header: HeaderOption = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be read from every column; store nothing.")
    ] = False,
    who: WhoOption = "",
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Import measured values: good rows go in, bad rows are reported with line and reason, repeated ones add nothing."""
    from quinary.services.importing import imported, previewed, reading_options

    session = Session.of(context, db, as_json)
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
        preview = previewed(source, file_format, options, db=session.db)
        session.answer(preview.as_dict(), lambda: show_preview(session, preview))
        if preview.is_unusable:
            raise typer.Exit(_BAD_INPUT)
        return
    with session.progress() as progress:
        found = imported(source, file_format, options, who=who, db=session.db, progress=progress)
    session.answer(found.as_dict(), lambda: _show_import(session, found, licence))
    if found.is_unusable:
        raise typer.Exit(_BAD_INPUT)


def _show_import(session: Session, found: Imported, licence: str) -> None:
    totals = found.as_dict()
    readers = ", ".join(dict.fromkeys(report.reader for report in found.reports))
    n_there = totals["repeated"] - totals["repeated_in_file"]
    told = [f"{counted(totals['added'], 'point')} added"]
    told += [f"{totals['repeated_in_file']:,} repeated in the file"] if totals["repeated_in_file"] else []
    session.say(f"{', '.join([*told, f'{n_there:,} already there'])} (read by {readers})")
    if found.new_store:
        session.say(f"a new store was made: {found.new_store}")
    for note in totals["notes"]:
        session.say(note)
    _show_left_out(session, totals["columns_left_out"])
    show_rejected(session, totals["rejected"])
    if totals["licensed"]:
        session.say(f"{counted(totals['licensed'], 'point')} that had no licence now under {licence}")
    if licence and licence_named(licence).kind is LicenceClass.NONE_GIVEN:
        session.say(f"{licence!r} is no licence known here, so these points cannot be exported without --private")
    for row in found.failed:
        session.say(f"not imported: {row['file']}: {row['reason']}")
    _show_followed(session, totals)


def _show_followed(session: Session, totals: dict[str, Any]) -> None:
    """What followed for what was there before, and how to undo the import."""
    if totals["completed"]:
        session.say(f"{counted(totals['completed'], 'point')} of the same file now under this DOI")
    if totals["superseded"]:
        session.say(f"{counted(totals['superseded'], 'point')} of the same file, read by older rules, are superseded")
    if totals["refused"]:
        session.say(f"{counted(totals['refused'], 'value')} refused where this comes from: refused here, too")
    for gone in totals["withdrawn"]:
        by, why = (f" by {gone['who']}" if gone["who"] else ""), (f" ({gone['why']})" if gone["why"] else "")
        session.say(
            f"the same import was withdrawn{by} on {gone['made_at']}{why}, and its points still do not count: "
            f"`quinary withdraw {gone['import']} --undo` brings them back"
        )
    if totals["added"] and totals["imports"]:
        first, last = totals["imports"][0], totals["imports"][-1]
        told = f"import {first}" if first == last else f"imports {first} to {last}"
        session.say(f"recorded as {told}: `quinary withdraw {first if first == last else 'NUMBER'}` would undo it")
    show_older_rules(session, totals)


def _show_left_out(session: Session, left_out: list[dict[str, str]]) -> None:
    """One line on the columns that nothing was read from."""
    remedies = {entry["column"]: entry["suggestion"] for entry in left_out}
    if not remedies:
        return
    named = [f"{column!r}" + (f" ({remedy})" if remedy else "") for column, remedy in remedies.items()]
    rest = [f"and {len(named) - _LISTED:,} more, which --json lists"] if len(named) > _LISTED else []
    session.say(
        f"{counted(len(remedies), 'column')} not read: {'; '.join([*named[:_LISTED], *rest])}."
        " --column NAME=HEADING says what one holds"
    )


def materials(
    context: typer.Context,
    elements: ElementsOption = "",
    limit: Annotated[int, typer.Option(min=0, help="At most this many.")] = 50,
    view: ViewOption = "",
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """List materials, newest knowledge included; --elements keeps those that contain all of them."""
    from quinary.services.looking import materials_list

    session = Session.of(context, db, as_json)
    document = materials_list(elements=elements, limit=limit, view=view, db=session.db)
    session.answer(document, lambda: show_groups(session, document) if view else _show_list(session, document))


def _show_list(session: Session, document: dict[str, Any]) -> None:
    rows = [
        [
            r["formula"],
            "+".join(r["structure"]),
            processing_in_words(r["processing"]),
            _yes(r["is_known"]),
            _yes(r["is_generated"]),
        ]
        for r in document["materials"]
    ]
    title = f"{len(rows)} of {counted(document['total'], 'material')}"
    session.table(title, ["formula", "structure", "processing", "known", "generated"], rows)


def _yes(value: Any) -> str:
    return "yes" if value else ""


def show(
    context: typer.Context,
    formula: Annotated[str, typer.Argument(help="A formula; every processing and structure of it is shown.")],
    view: ViewOption = "",
    property_: Annotated[
        list[str] | None, typer.Option("--property", metavar="NAME", help="Only this property. May be repeated.")
    ] = None,
    source: Annotated[
        str, typer.Option(metavar="TEXT", help="Only sources and studies with this in name or DOI.")
    ] = "",
    summary: Annotated[
        bool, typer.Option("--summary", help="A row a property and conditions; without --json that is the default.")
    ] = False,
    details: Annotated[bool, typer.Option("--details", help="Every point of every material.")] = False,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what is known of a composition: a summary; with --details every point, void and verdict of each material."""
    from quinary.services.looking import show

    session = Session.of(context, db, as_json)
    if details and (summary or view):
        raise InputError("--details shows every point: leave --summary and --view away")
    is_short = summary or not (details or view or session.as_json)
    document = show(formula, view=view, property=property_ or (), source=source, summary=is_short, db=session.db)

    def say() -> None:
        """For a person."""
        for note in document["notes"]:
            session.say(f"{formula}: {note}")
        if view:
            show_view(session, document)
        elif is_short:
            show_summary(session, document)
        else:
            show_materials(session, formula, document["materials"])
        if not view:
            show_older_rules(session, document)

    session.answer(document, say)
