"""Commands that only compute: describe, predict, validate. They need no database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from quinary.errors import InputError
from quinary.interfaces.cli.session import (
    AtOption,
    DbOption,
    JsonOption,
    LatticeOption,
    Session,
    TableOption,
    TdbOption,
    names_in,
    whole_range,
)
from quinary.interfaces.cli.values import domain_text, estimate_text
from quinary.wording import rounded

__all__ = ["other_opinions", "register"]

_WORTH_SAYING: Final = 30.0  # seconds
_OPINIONS: Final = {"lattice_parameter": "a", "bulk_modulus": "B", "shear_modulus": "G", "formation_energy": "E_f"}

FormulasArgument = Annotated[list[str] | None, typer.Argument(help="Formulas, such as MoNbTaW or Al0.5CoCrFeNi.")]
FileOption = Annotated[Path | None, typer.Option("--file", help="A text file with one formula a line.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(epilog="Example: quinary describe CoCrFeMnNi MoNbTaW")(describe)
    app.command(epilog="Example: quinary predict MoNbTaW --property fracture_toughness_rice --json")(predict)
    app.command(epilog="Example: quinary validate HfNbTaTiZr --with rules,calphad --at temperature=1473")(validate)


def _formulas(given: list[str] | None, file: Path | None) -> list[str]:
    formulas = list(given or [])
    if file is not None:
        try:
            formulas += [line.strip() for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(
                f"cannot read formulas from {file}: {getattr(error, 'strerror', None) or error}"
            ) from error
    if not formulas:
        raise InputError("no formula given")
    return formulas


def describe(
    context: typer.Context,
    formulas: FormulasArgument = None,
    file: FileOption = None,
    radii: Annotated[
        str, typer.Option(metavar="TABLE", help="Atomic radii of alloys: metallic, covalent or volume.")
    ] = "metallic",
    enthalpies: Annotated[
        str, typer.Option(metavar="TABLE", help="Pair enthalpies of alloys: miedema, dft_bcc, dft_fcc or dft_hcp.")
    ] = "miedema",
    gas_constant: Annotated[float, typer.Option(min=1.0, help="R in J/mol/K; many papers took 8.314.")] = 8.314462618,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compute descriptors: entropy, size mismatch, mixing enthalpy, VEC and the rest, each with its unit."""
    from quinary.chemistry.composition import Composition
    from quinary.curation.plausible import implausible
    from quinary.interfaces.api import describe_documents

    session = Session.of(context, db, as_json)
    documents = describe_documents(_formulas(formulas, file), radii, enthalpies, gas_constant)
    for document in documents:
        document["warnings"] = implausible(Composition.of(document["formula"]))

    def show() -> None:
        """For a person."""
        for document in documents:
            rows = [
                [name, entry["value"], entry["unit"], entry.get("reason", "")]
                for name, entry in document["descriptors"].items()
            ]
            session.table(document["formula"], ["descriptor", "value", "unit", "why there is none"], rows)
            for reason in document["warnings"]:
                session.say(f"warning: {document['formula']} can hardly be: {reason}")

    session.answer({"materials": documents}, show)


def predict(
    context: typer.Context,
    formulas: FormulasArgument = None,
    file: FileOption = None,
    property_names: Annotated[
        list[str] | None,
        typer.Option(
            "--property", metavar="P,...", help="Properties; default: all that can be predicted. May be repeated."
        ),
    ] = None,
    at: AtOption = None,
    model: Annotated[
        str,
        typer.Option(
            "--model", metavar="NAME", help="A predictor, or a learned model: `quinary plugins`, `quinary models`."
        ),
    ] = "",
    lattice: LatticeOption = "bcc",
    table: TableOption = "ultera2023",
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Predict properties, each with one standard deviation, an interval, the method, and whether it is in its domain."""
    from quinary.interfaces.api import predict_documents
    from quinary.points.conditions import parse_conditions

    session = Session.of(context, db, as_json)
    with session.progress() as progress:
        documents = predict_documents(
            _formulas(formulas, file),
            names_in(",".join(property_names or [])),
            parse_conditions(at or []),
            lattice=lattice,
            table=table,
            model=model,
            store=session.db,
            progress=progress,
        )

    def show() -> None:
        """For a person."""
        rows = [
            [
                d["formula"],
                d["property"],
                estimate_text(d),
                "" if "reason" in d else domain_text(d["in_domain"]),
                d.get("reason") or d["method"],
            ]
            for d in documents
        ]
        session.table("", ["formula", "property", "value", "domain", "method"], rows)

    session.answer({"predictions": documents}, show)


def validate(
    context: typer.Context,
    formulas: FormulasArgument = None,
    file: FileOption = None,
    with_rungs: Annotated[
        str, typer.Option("--with", metavar="rules,calphad,potential,faults,phonons,dft", help="Rungs of the ladder.")
    ] = "rules,calphad",
    at: AtOption = None,
    tdb: TdbOption = None,
    all_rungs: Annotated[
        bool, typer.Option("--all-rungs", help="Go on after a rung has ruled a candidate out.")
    ] = False,
    potential: Annotated[
        str,
        typer.Option(
            metavar="NAME,...", help="Interatomic potential; of several the first counts, the others check its error."
        ),
    ] = "diep",
    atoms: Annotated[str, typer.Option(metavar="LO:HI", help="Fewest and most atoms in a computed cell.")] = "32:54",
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the inputs that the rung dft writes.")] = None,
    workers: Annotated[int, typer.Option("--workers", help="Processes over which candidates are spread.")] = 1,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check candidates rung by rung: rules, phase equilibrium, potential, DFT. Failed and skipped verdicts are results."""
    from quinary.loops.ladder import Climb, estimated_seconds, ladder, validate_compositions
    from quinary.plugins.sockets import ValidationSettings
    from quinary.points.conditions import parse_conditions

    session = Session.of(context, db, as_json)
    temperature = parse_conditions(at or []).temperature
    settings = ValidationSettings(temperature, tdb, potential=potential, n_atoms=whole_range(atoms), folder=out)
    rungs, wanted = ladder(names_in(with_rungs)), _formulas(formulas, file)
    climb = Climb(is_whole=all_rungs, n_processes=workers)
    _announce(estimated_seconds(wanted, rungs, settings, workers))
    with session.progress() as progress:
        verdicts = validate_compositions(wanted, rungs, settings, progress, climb)
    documents: list[dict[str, Any]] = [verdict.as_dict() for verdict in verdicts]

    def show() -> None:
        """For a person."""
        rows = [[d["formula"], d["rung"], d["outcome"], d["reason"]] for d in documents]
        session.table("", ["formula", "rung", "outcome", "reason"], rows)
        found = [
            [d["formula"], name, estimate_text(entry)] for d in documents for name, entry in d["properties"].items()
        ]
        if found:
            session.table("", ["formula", "property", "value"], found)
        for line in (line for d in documents for line in other_opinions(d)):
            session.say(line)

    session.answer({"verdicts": documents}, show)


def other_opinions(verdict: dict[str, Any]) -> list[str]:
    """What potentials other than the first found, one line each, and which errors their disagreement widened."""
    found = list(verdict["values"].get("potentials", {}).items())[1:]
    ratios = verdict["values"].get("disagreement", {})
    widened = [f"{name.replace('_', ' ')} {ratio:.1f} times" for name, ratio in ratios.items() if ratio and ratio > 1]
    lines = []
    for label, figures in found:
        numbers = [f"{symbol} {rounded(figures[name], 3)}" for name, symbol in _OPINIONS.items() if name in figures]
        left_out = [f"does not count, {figures['left_out']}"] if "left_out" in figures else []
        lines.append(f"{verdict['formula']}, {label}: {', '.join([*numbers, *left_out])}")
    if ratios:
        said = f"widens the errors: {', '.join(widened)}" if widened else "is within the errors of their cards"
        lines.append(f"{verdict['formula']}: the disagreement of the potentials {said}")
    return lines


def _announce(seconds: float) -> None:
    """Say on stderr how long the work will take, if it is long."""
    if seconds >= _WORTH_SAYING:
        text = f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
        typer.echo(f"quinary: about {text} of work on idle cores; Ctrl-C stops it", err=True)
