"""Commands that only compute: describe, predict, validate. They need no database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from quinary.interfaces.cli.shared.saying import say
from quinary.interfaces.cli.shared.session import (
    AtOption,
    DbOption,
    JsonOption,
    LatticeOption,
    ModelOption,
    Session,
    TableOption,
    TdbOption,
    names_in,
)
from quinary.interfaces.cli.shared.values import domain_text, estimate_text, method_text
from quinary.points.conditions import Conditions, conditions_in_words
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
    from quinary.services.describing import describe

    session = Session.of(context, db, as_json)
    document = describe(formulas or None, file=file, radii=radii, enthalpies=enthalpies, gas_constant=gas_constant)

    def show() -> None:
        """For a person."""
        for one in document["materials"]:
            entries = one["descriptors"].items()
            rows = [[name, entry["value"], entry["unit"], entry.get("reason", "")] for name, entry in entries]
            session.table(one["formula"], ["descriptor", "value", "unit", "why there is none"], rows)
            for reason in one["warnings"]:
                session.say(f"warning: {one['formula']} can hardly be: {reason}")
            for note in one["notes"]:
                session.say(f"{one['formula']}: {note}")

    session.answer(document, show)


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
    model: ModelOption = "",
    why: Annotated[
        bool, typer.Option("--why", help="Say who could have been asked, how good each is, and why.")
    ] = False,
    lattice: LatticeOption = "bcc",
    table: TableOption = "ultera2023",
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Predict properties, each with one standard deviation, an interval of 90 %, the method, and whether it is in its domain.

    A property may carry conditions: --property yield_strength@temperature=1273.
    """
    from quinary.services.predicting import predict as run_predict

    session = Session.of(context, db, as_json)
    with session.open_if_there() as store, session.progress() as progress:
        found = run_predict(
            formulas, names_in(",".join(property_names or [])), file=file, at=at or [], model=model, why=why,
            lattice=lattice, table=table, db=store, progress=progress,
        )  # fmt: skip
    session.answer(found, lambda: _show_predictions(session, found))


def _show_predictions(session: Session, found: dict[str, Any]) -> None:
    """For a person."""
    for entry in found["notes"]:
        session.say(f"{entry['formula']}: {entry['note']}")
    documents = found["predictions"]
    rows = [
        [
            d["formula"],
            _quantity_text(d),
            estimate_text(d),
            "" if "reason" in d else domain_text(d["in_domain"]),
            d.get("reason") or method_text(d["method"]),
        ]
        for d in documents
    ]
    session.table("", ["formula", "property", "value", "domain", "method"], rows)
    told = set()
    for document in documents:
        key = document["property"], tuple(one["model"] for one in document.get("choices", ()))
        if document.get("choices") and key not in told:
            told.add(key)
            choices = [
                [one["model"], one["place"], one["measure"], _score(one["score"]), _score(one["baseline"]),
                 one["rows"], one["reason"]]
                for one in document["choices"]
            ]  # fmt: skip
            title = f"who could say {document['property']} ({document['unit'] or 'class'})"
            session.table(title, ["model", "kept in", "measure", "score", "best guess", "rows", "why"], choices)


def _quantity_text(document: dict[str, Any]) -> str:
    """The property and its conditions: `yield_strength, 1273 K`."""
    said = conditions_in_words(Conditions.of(document["conditions"]).key)
    return document["property"] if said == "ambient" else f"{document['property']}, {said}"


def _score(value: float | None) -> str:
    return "" if value is None else rounded(value, 3)


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
    from quinary.services.validating import expected_seconds, validate

    session = Session.of(context, db, as_json)
    how: dict[str, Any] = {"file": file, "at": at, "potential": potential, "atoms": atoms, "workers": workers}
    _announce(expected_seconds(formulas or None, with_rungs, **how))
    with session.open_if_there() as store, session.progress() as progress:
        rest: dict[str, Any] = {"tdb": tdb, "all_rungs": all_rungs, "out": out, "db": store, "progress": progress}
        document = validate(formulas or None, with_rungs, **how, **rest)
    session.answer(document, lambda: _show_verdicts(session, document["verdicts"]))


def _show_verdicts(session: Session, verdicts: list[dict[str, Any]]) -> None:
    """For a person."""
    rows = [[d["formula"], d["rung"], d["outcome"], d["reason"]] for d in verdicts]
    session.table("", ["formula", "rung", "outcome", "reason"], rows)
    found = [[d["formula"], name, estimate_text(entry)] for d in verdicts for name, entry in d["properties"].items()]
    if found:
        session.table("", ["formula", "property", "value"], found)
    for line in (line for d in verdicts for line in other_opinions(d)):
        session.say(line)


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
        say(f"quinary: about {text} of work on idle cores; Ctrl-C stops it", err=True)
