"""The command `clusters`: a map of the compositions behind a property, groups in it, and where nothing was measured."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from quinary.interfaces.cli.learning_table import gathered_table, without_physics
from quinary.interfaces.cli.outputs import file_ending
from quinary.interfaces.cli.session import AtOption, DbOption, JsonOption, Session, names_in

if TYPE_CHECKING:
    from quinary.learning.clusters import ClusterMap

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command(epilog="Example: quinary clusters hardness_vickers --out map.html")(clusters)


def clusters(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="PROPERTY", help="Whose compositions to map.")],
    descriptors: Annotated[
        str, typer.Option(metavar="SET,...", help="Sets of features that span the space.")
    ] = "alloy,elements",
    method: Annotated[str, typer.Option("--method", metavar="pca|umap", help="How the map is drawn.")] = "pca",
    voids: Annotated[int, typer.Option(min=0, help="How many empty places to propose.")] = 5,
    at: AtOption = None,
    anion: Annotated[str, typer.Option("--anion", metavar="C|N|B|O", help="Ceramics of this anion.")] = "",
    data: Annotated[Path | None, typer.Option("--data", help="A table of your own instead of the store.")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="The picture, an HTML page.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of what is drawn.")] = 0,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Map the compositions of a property: groups, their centres, and empty places with a composition for each."""
    import numpy as np

    from quinary.chemistry.matrix import CompositionMatrix
    from quinary.interfaces.explanations import cluster_document, formulas_of
    from quinary.learning.clusters import cluster_map
    from quinary.loops.learning_data import Question
    from quinary.points.conditions import parse_conditions

    session = Session.of(context, db, as_json)
    if out is not None:
        file_ending(out, ".html", "the picture is an HTML page")
    question = Question(name, anion or "alloy", parse_conditions(at or []))
    table = without_physics(gathered_table(session, question, data)).table
    different = np.unique(table.groups["composition"], return_index=True)[1]
    matrix = CompositionMatrix(table.matrix.elements, table.matrix.fractions[np.sort(different)])
    found = cluster_map(matrix, names_in(descriptors), method, voids, seed)
    document = cluster_document(found, matrix, question.kind, name)
    document["picture"] = _write(found, formulas_of(matrix, matrix.fractions, question.kind), document, out)
    session.answer(document, lambda: _show(session, document))


def _write(found: ClusterMap, formulas: list[str], document: dict[str, Any], out: Path | None) -> str:
    from quinary.figures.cluster_page import cluster_page
    from quinary.files import written_whole

    if out is None:
        return ""
    title = f"Compositions with {document['property'].replace('_', ' ')}, {document['method'].upper()}"
    with written_whole(out) as temporary:
        page = cluster_page(found, formulas, [void["formula"] for void in document["voids"]], title)
        temporary.write_text(page, encoding="utf-8")
    return str(out)


def _show(session: Session, document: dict[str, Any]) -> None:
    """For a person."""
    rows = [[group["size"], group["centre"], group["nearest_known"], group["distance"]] for group in document["groups"]]
    session.table("Groups", ["rows", "centre", "most typical row", "centre to nearest known"], rows)
    voids = [[void["formula"], void["radius"], void["distance"]] for void in document["voids"]]
    if voids:
        session.table("Empty places", ["formula", "radius on the map", "to nearest known"], voids)
    for note in document["notes"]:
        session.say(f"note: {note}")
    if document["picture"]:
        session.say(f"picture: {document['picture']}")
