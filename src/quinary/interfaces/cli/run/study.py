"""The commands that show and measure Quinary: demo and bench."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from quinary.interfaces.cli.shared.session import DbOption, JsonOption, Session

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
    from quinary.services.studying import demo

    session = Session.of(context, None, as_json)
    with session.progress() as progress:
        document = demo(out=out, seed=seed, progress=progress)

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
    name: Annotated[str, typer.Argument(help="Which figures; see the example below.")],
    size: Annotated[
        int | None, typer.Option(help="How many: points, compositions or repeats; each has a default.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of what is drawn.")] = 0,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure speed and quality on this machine, side by side with what others offer."""
    from quinary.services.studying import bench

    session = Session.of(context, db, as_json)
    with session.progress() as progress:
        document = bench(name, size=size, seed=seed, db=session.db, progress=progress)
    rows = document["rows"]

    def show() -> None:
        """For a person."""
        columns = list(dict.fromkeys(column for row in rows for column in row))
        session.table(name, columns, [[row.get(column, "") for column in columns] for row in rows])

    session.answer(document, show)
