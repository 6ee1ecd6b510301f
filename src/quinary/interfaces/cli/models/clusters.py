"""The command `clusters`: a map of the compositions behind a property, groups in it, and where nothing was measured."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from quinary.interfaces.cli.shared.session import AtOption, DbOption, JsonOption, Session, names_in

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
    from quinary.services.learning import clusters as run_clusters

    session = Session.of(context, db, as_json)
    with session.open_if_there() as store:
        document = run_clusters(
            name, descriptors=names_in(descriptors), method=method, voids=voids, at=at or [], anion=anion, data=data,
            out=out, seed=seed, db=store,
        )  # fmt: skip
    session.answer(document, lambda: _show(session, document))


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
