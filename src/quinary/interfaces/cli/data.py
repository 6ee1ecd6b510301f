"""Commands on what is known: import, materials, show."""

from __future__ import annotations

from typing import Annotated, Any

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

__all__ = ["register"]


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
    licence: Annotated[str, typer.Option(help="Licence of the data.")] = "",
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Import measured values: good rows go in, bad rows are reported with line and reason, repeated ones add nothing."""
    from quinary.loops.literature import import_source
    from quinary.plugins.sockets import ReadOptions

    session = Session.of(context, db, as_json)
    options = ReadOptions(columns=_pairs(column, "--column"), units=_pairs(unit, "--unit"), doi=doi, licence=licence)
    with session.progress() as progress, session.open() as database:
        reports = import_source(database, source, file_format=file_format, options=options, progress=progress)
    totals = {
        "read": sum(report.n_read for report in reports),
        "added": sum(report.n_added for report in reports),
        "repeated": sum(report.n_repeated for report in reports),
        "rejected": [row for report in reports for row in report.rejected],
    }
    files = [report.as_dict() for report in reports] if len(reports) > 1 else []

    def say() -> None:
        """For a person."""
        readers = ", ".join(dict.fromkeys(report.reader for report in reports))
        session.say(f"{totals['added']} points added, {totals['repeated']} already there (read by {readers})")
        rejected = totals["rejected"]
        if isinstance(rejected, list) and rejected:
            session.table(
                f"{len(rejected)} values or rows not used",
                ["line", "reason"],
                [[r["line"], r["reason"]] for r in rejected[:20]],
            )
            if len(rejected) > 20:
                session.say(f"and {len(rejected) - 20} more; --json lists all")

    session.answer({**totals, **({"files": files} if files else {})}, say)


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
    from quinary.store.queries import counts, find_materials

    session = Session.of(context, db, as_json)
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
            f"{len(rows)} of {total} materials",
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
