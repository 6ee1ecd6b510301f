"""The commands that show and measure Quinary: demo and bench."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from quinary.interfaces.cli.session import DbOption, JsonOption, Session

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(epilog="Example: quinary demo --out demo")(demo)
    app.command(epilog="Example: quinary bench store --json")(bench)


def demo(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="Folder for the database and the report.")] = Path("demo"),
    seed: Annotated[int, typer.Option(help="Seed of the generator's samples.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """The whole loop on published data: import, find voids, fill them, train, design, validate, report."""
    from quinary.studies.demo import run_demo

    session = Session.of(context, None, as_json)
    with session.progress() as progress:
        result = run_demo(out, seed=seed, progress=progress)
    document = result.as_dict()

    def show() -> None:
        """For a person."""
        session.say(
            f"{document['points']} points on {document['materials']} materials; {document['voids']} voids found; "
            f"generator trained in {document['training_seconds']:.0f} s on {document['training_alloys']} alloys"
        )
        rows = [
            [
                t["name"],
                t["median"],
                t["share_within_10_percent"],
                t["mean_error"],
                t["nearest_known_error"],
                t["training_alloys_near"],
            ]
            for t in document["targets"]
        ]
        session.table(
            "Samples of the generator as they come",
            ["target", "median G (GPa)", "share within 10 %", "mean error", "nearest known", "training alloys near"],
            rows,
        )
        session.say(f"report: {document['report']}")

    session.answer(document, show)


def bench(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Which figures: store.")],
    points: Annotated[int, typer.Option(help="Number of points.")] = 1_000_000,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure speed on this machine."""
    from quinary.errors import unknown_name
    from quinary.studies.bench_store import bench_store

    session = Session.of(context, db, as_json)
    if name != "store":
        raise unknown_name("bench", name, ["store"])
    with session.progress() as progress:
        document = bench_store(session.db, n_points=points, progress=progress)
    session.answer(
        document,
        lambda: session.table(
            f"store, {points} points",
            ["measure", "value", "unit", "goal"],
            [[row["measure"], row["value"], row["unit"], row["goal"]] for row in document["rows"]],
        ),
    )
