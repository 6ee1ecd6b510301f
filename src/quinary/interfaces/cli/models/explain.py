"""The command `explain`: what a property depends on, as far as the data say."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from quinary.interfaces.cli.shared.session import AtOption, DbOption, JsonOption, Session, names_in

__all__ = ["register"]

_N_SHOWN: Final = 10


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command(epilog="Example: quinary explain hardness_vickers --formula-terms 2 --out why")(explain)


def explain(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="PROPERTY", help="What to explain, such as hardness_vickers.")],
    descriptors: Annotated[
        str, typer.Option(metavar="SET,...", help="Sets of features, or single descriptors, to explain with.")
    ] = "fractions,alloy,elements",
    model: Annotated[str, typer.Option(metavar="NAME", help="The model whose reasons are asked for.")] = "extra_trees",
    formula_terms: Annotated[
        int, typer.Option("--formula-terms", min=0, max=3, metavar="N", help="Most terms of a formula; 0 for none.")
    ] = 2,
    at: AtOption = None,
    anion: Annotated[str, typer.Option("--anion", metavar="C|N|B|O", help="Ceramics of this anion.")] = "",
    data: Annotated[Path | None, typer.Option("--data", help="A table of your own instead of the store.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the page with the figures.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of folds, shuffles and resamples.")] = 0,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Explain a property: importance with its warnings, partial dependence, elements, and a formula that may be luck.

    Learns from the same data as `quinary learn`. Importance and errors are those on chemical systems that were not learned
    from. What more of an element does is told of the values that `quinary predict` answers with.
    """
    from quinary.services.learning import explain as run_explain

    session = Session.of(context, db, as_json)
    with session.open_if_there() as store, session.progress() as progress:
        document = run_explain(
            name, descriptors=names_in(descriptors), model=model, formula_terms=formula_terms, at=at or [], anion=anion,
            data=data, out=out, seed=seed, db=store, progress=progress,
        )  # fmt: skip
    session.answer(document, lambda: _show(session, document))


def _show(session: Session, document: dict[str, Any]) -> None:
    """For a person."""
    unit = f" ({document['unit']})" if document["unit"] else ""
    dropped = {tuple(one["features"]): one["value"] for one in document["importance"]["drop_column"]}
    rows = [
        [_label(one["features"]), one["value"], one["error"], dropped.get(tuple(one["features"]), float("nan"))]
        for one in document["importance"]["permutation"][:_N_SHOWN]
    ]
    columns = ["feature", f"error added when shuffled{unit}", "±", f"when left out{unit}"]
    session.table(f"{document['property']}: {document['rows']} rows, {document['model']}", columns, rows)
    effects = [[e["element"], e["change"], e["spread"], e["rows"]] for e in document["elements"][:_N_SHOWN]]
    if effects:
        who = ", ".join(document["models"].values())
        session.table(
            f"5 at.% more of an element, as {who} answers",
            ["element", f"change{unit}", "spread over rows", "rows"],
            effects,
        )
    for line in _lines(document):
        session.say(line)


def _label(features: list[str]) -> str:
    return features[0] + (f" and {len(features) - 1} correlated" if len(features) > 1 else "")


def _lines(document: dict[str, Any]) -> list[str]:
    errors, unit = document["mae"], f" {document['unit']}" if document["unit"] else ""
    lines = [
        f"mean absolute error on unseen groups: model {errors['model']:.3g}{unit}, mean {errors['mean']:.3g}{unit}, "
        f"median {errors['median']:.3g}{unit}"
    ]
    if document["formula"]:
        formula = document["formula"]
        lines.append(f"formula: {formula['text']}")
        stated = "" if formula["mae"] is None else f"its error on unseen groups: {formula['mae']:.3g}{unit}; "
        lines.append(f"{stated}{formula['stability']['text']}")
    if document["mixing_law"]:
        law = document["mixing_law"]
        name = f"{law['law'].replace('_', ' ')} of the {law['scale']}" if law["law"] else "none beats the mean clearly"
        lines.append(
            f"mixing law: {name}; error on unseen groups {law['mae']:.3g}{unit}, mean {errors['mean']:.3g}{unit}"
        )
    lines += [f"note: {warning}" for warning in document["warnings"]]
    return [*lines, f"page: {document['report']}"] if document["report"] else lines
