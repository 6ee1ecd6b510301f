"""The command `learn`: judge models on held-out groups, choose one, train it, keep it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from quinary.interfaces.cli.shared.session import AtOption, DbOption, JsonOption, Session, names_in

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command(epilog="Example: quinary learn hardness_vickers --group system --out report")(learn)


def learn(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="PROPERTY", help="What to learn, such as hardness_vickers.")],
    group: Annotated[
        str, typer.Option(metavar="system|paper|element|time|none", help="What is held out together.")
    ] = "system",
    descriptors: Annotated[
        str, typer.Option(metavar="SET,...", help="What models are told of a composition; see docs/learning.md.")
    ] = "",
    models: Annotated[
        str, typer.Option(metavar="A,B,...|all|default", help="Models to judge; baselines are always there.")
    ] = "default",
    budget: Annotated[
        float | None,
        typer.Option(metavar="MINUTES", help="Also try settings of each model, and begin no model after so long."),
    ] = None,
    together: Annotated[
        str,
        typer.Option(
            metavar="A,B",
            help="Also learn from other labels: empirical, potential, calphad, dft, measured, or properties.",
        ),
    ] = "",
    curve: Annotated[
        bool, typer.Option("--curve", help="Say how many more rows would lower the error (a minute or so).")
    ] = False,
    wanted: Annotated[
        float | None, typer.Option(metavar="ERROR", help="With --curve: the error that more rows should reach.")
    ] = None,
    at: AtOption = None,
    anion: Annotated[str, typer.Option("--anion", metavar="C|N|B|O", help="Learn from ceramics of this anion.")] = "",
    data: Annotated[Path | None, typer.Option("--data", help="A table of your own instead of the store.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the report and the model card.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of folds and models.")] = 0,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Learn a property: judge models on groups they have not seen, take the simplest of the best, keep it for `predict`.

    Learns from the store if that has values of the property, else from the tables that come with Quinary. What was
    evaluated once is not evaluated again: an interrupted run goes on where it stopped.
    """
    from quinary.services.learning import learn as run_learn

    session = Session.of(context, db, as_json)
    with session.progress() as progress:
        document = run_learn(
            name, group=group, descriptors=names_in(descriptors), models=names_in(models), budget=budget,
            together=names_in(together), curve=curve, wanted=wanted, at=at or [], anion=anion, data=data, out=out, seed=seed,
            db=session.db, progress=progress,
        )  # fmt: skip
    session.answer(document, lambda: _show(session, document))


def _show(session: Session, document: dict[str, Any]) -> None:
    """For a person."""
    score, unit = document["score"], document["unit"]
    rows = [
        ["> " * (one["model"] == document["chosen"]) + one["model"], one["value"], *one["interval"],
         "baseline" if one["is_baseline"] else ""]
        for one in document["models"]
    ]  # fmt: skip
    title = f"{document['property']}: {document['rows']} rows, held out by {document['group']}"
    heading = f"{score.replace('_', ' ')}{f' ({unit})' if unit and score == 'mae' else ''}"
    session.table(title, ["model", heading, "95 % low", "95 % high", ""], rows)
    for line in _lines(document):
        session.say(line)


def _lines(document: dict[str, Any]) -> list[str]:
    unit = f" {document['unit']}" if document["unit"] else ""
    domain, usual = document["domain"], document["empirical"]
    size = (
        f"mean width {document['width']:.4g}{unit}" if "width" in document else f"mean size {document['set_size']:.2f}"
    )
    lines = [
        f"chosen: {document['chosen']}; the choice itself scores {document['choice']['value']:.4g}{unit}",
        f"with random folds {document['random']:.4g}{unit}: they would flatter by {document['gap']:.3g}{unit}",
        f"90 % intervals or sets: {document['coverage']:.1%} of unseen rows inside, {size}",
        f"domain: error in the furthest quarter {domain['ratio']:.2f} times that in the nearest, "
        f"rank correlation {domain['rank_correlation']:.2f}",
    ]
    if usual:
        lines.append(
            f"predictor {usual['model']} on the {usual['n_rows']} rows that it covers: {usual['score']:.4g}{unit}; "
            f"this model there: {usual['own_score']:.4g}{unit}"
        )
    kept = document["kept"]
    lines += [one["text"] for one in document["together"]]
    if document["learning_curve"] and document["learning_curve"]["extrapolation"]:
        lines += [f"learning curve: {text}" for text in document["learning_curve"]["extrapolation"]["texts"]]
    lines += [f"note: {text}" for text in document["warnings"]]
    lines.append(f"{kept['verdict']}; kept: {kept['name']}, in {kept['place']}")
    return [*lines, f"report: {document['report']}"] if document["report"] else lines
