"""A user's script with every verb. A test has mypy read all of it, strictly; another runs `on_my_data`, which is quick."""

from pathlib import Path
from typing import Any

import quinary
from quinary import Composition, CompositionFeaturizer, ElementSplit, PaperSplit, Request, SystemSplit, TimeSplit

MINE = ["MoNbTaW", "HfNbTaTiZr"]


def on_my_data(folder: Path) -> dict[str, Any]:
    """A table of one's own: in, looked at, corrected, and out again."""
    table, db = folder / "mine.csv", folder / "mine.db"
    table.write_text("formula,hardness (GPa),YS (MPa),doi\nMoNbTaW,4.46,1058,10.1000/a\nHfNbTaTiZr,3.8,929,10.1000/b\n")
    seen = quinary.read(table, column={"hardness_vickers": "hardness (GPa)"})
    found = quinary.import_file(table, licence="CC-BY-4.0", db=db)
    materials = quinary.materials_list(elements=["Mo", "Nb"], limit=5, db=db)
    document = quinary.show("MoNbTaW", db=db)
    aggregated = quinary.view(db, "aggregated", formula="MoNbTaW")
    missing = quinary.voids(loop="literature", limit=3, sheet=folder / "wanted.csv", db=db)
    studies = quinary.sources(kind={"10.1000/a": "original"}, db=db)
    doubted = quinary.check(all=True, db=db)
    beside = quinary.compare(table, column={"hardness_vickers": "hardness (GPa)"}, db=db)
    with quinary.open(db) as database:
        counter = database.counter()
        same = quinary.materials_list(db=database)
    sheet = quinary.lab_sheet("MoNbTaW", mass=20.0, purity={"Nb": 0.999}, out=folder / "lab.csv")
    described = quinary.describe(MINE, radii="covalent")
    verdicts = quinary.validate(MINE, with_="rules", at={"temperature": 1273})
    exported = quinary.export(folder / "out.csv", origin="literature", db=db)
    taken = quinary.snapshot(out=folder / "taken.zip", title="Mine", db=db)
    verified = quinary.snapshot_verify(folder / "taken.zip")
    difference = quinary.snapshot_diff(folder / "taken.zip", folder / "taken.zip")
    status = quinary.cycle_status(db=db)
    paused, resumed = quinary.cycle_pause(db=db), quinary.cycle_resume(db=db)
    log, retried = quinary.cycle_log(trace=True, db=db), quinary.cycle_retry(db=db)
    undone, restored = quinary.withdraw(1, why="a try", db=db), quinary.withdraw(1, undo=True, db=db)
    history = quinary.log(limit=10, db=db)
    own = quinary.properties_add("lattice_thermal_conductivity", unit="W/m/K", db=db)
    vocabulary = quinary.properties(db=db)
    gone = quinary.properties_remove("lattice_thermal_conductivity", db=db)
    thermodynamic = quinary.tdb_list(db=db)
    models = quinary.models_list(db=db)
    kinds, sets, systems = quinary.plugins_list(), quinary.data_list(), quinary.reproduce_list()
    fractions = Composition.of("Al0.3CoCrFeNi").atomic_fractions
    tables = [
        seen,
        materials,
        aggregated,
        missing,
        studies,
        doubted,
        beside,
        same,
        described,
        verdicts,
        vocabulary,
        models,
    ]
    documents = [found, document, sheet, exported, taken, verified, difference, status, paused, resumed, log, retried]
    return {
        "tables": [*tables, thermodynamic, kinds, sets, systems],
        "documents": [*documents, own, gone, undone, restored, history],
        "counter": counter,
        "fractions": fractions,
        "version": quinary.__version__,
    }


def decide(db: Path, key: str) -> list[dict[str, Any]]:
    """What a person says of findings."""
    return [
        quinary.check_accept(key, who="A. Person", db=db),
        quinary.check_reject(key, who="A. Person", note="as printed", db=db),
        quinary.check_correct(key, who="A. Person", value="529 MPa", db=db),
    ]


def predict_and_design(db: Path) -> list[Any]:
    """What is asked of models."""
    predicted = quinary.predict(MINE, "yield_strength", at={"temperature": 1273}, why=True, db=db)
    learned = quinary.learn("hardness_vickers", group="system", models=["lasso"], db=db)
    card, gone = quinary.models_show("mine", db=db), quinary.models_remove("mine", db=db)
    reasons = quinary.explain("hardness_vickers", model="lasso", formula_terms=1, db=db)
    groups = quinary.clusters("hardness_vickers", voids=3, db=db)
    wanted = Request(ranges={"shear_modulus": (100, 120)}, limits=quinary.Limits(elements=("Mo", "Nb", "Ta", "W")))
    with quinary.open(db) as database:
        decided = quinary.design_explain(wanted)["decided"]
        candidates = quinary.design(database, wanted, n=2, generator="nearest")
        report = quinary.Cycle(database, rungs=("rules",)).once()
    best = quinary.screen(["Mo", "Nb", "Ta"], step=0.1, rank=["shear_modulus"], top=5)
    drawn = quinary.map(["Mo", "Nb", "Ta"], "shear_modulus", step=0.1)
    way = quinary.path("MoNbTaW", "HfNbTaTi", steps=4)
    slopes = quinary.effects("MoNbTaW", property=["shear_modulus"])
    formulas = [candidate.composition.formula for candidate in candidates]
    return [
        predicted,
        learned,
        card,
        gone,
        reasons,
        groups,
        decided,
        formulas,
        report.n_waiting,
        best,
        drawn,
        way,
        slopes,
    ]


def compute(folder: Path, db: Path) -> list[dict[str, Any]]:
    """What takes atoms, equilibria, a network or a while."""
    return [
        quinary.efa("(HfNbTaTiZr)C", structures=50),
        quinary.phases("MoNbTaW", from_=600, to=2000, step=100, scheil=True, tdb=folder / "mine.tdb"),
        quinary.dft(MINE, out=folder / "dft", atoms=(32, 54)),
        quinary.tdb_add(folder / "mine.tdb", db=db),
        quinary.tdb_remove("mine.tdb", db=db),
        quinary.data_get("ultera_sample", mirror=folder),
        quinary.cycle_once(workers=2, budget=60, sheet=folder / "wanted.xlsx", db=db),
        quinary.cycle_watch(interval=5, budget=60, db=db),
        quinary.demo(out=folder / "demo"),
        quinary.bench("store", size=100),
        quinary.reproduce("zhang2022", effort=0.1),
    ]


def honest_scores(frame: Any, hardness: Any) -> list[int]:
    """Splits and features for models of one's own."""
    features = CompositionFeaturizer(["mixing_entropy"]).fit_transform(frame["formula"])
    ceramics = quinary.CeramicFeaturizer("all").fit_transform(["(HfTa)C", "(TiZr)N"])
    numbers = quinary.FractionFeaturizer(["Mo", "Nb"]).fit_transform([[0.5, 0.5]])
    folds = [
        *SystemSplit(5).split(frame, hardness),
        *ElementSplit().split(frame),
        *quinary.PairSplit(fewest=5).split(frame),
        *PaperSplit(5, column="doi").split(frame),
        *TimeSplit(5, column="year").split(frame),
    ]
    return [len(features), len(ceramics), len(numbers), *(len(train) for train, _ in folds)]


def careful(formula: str) -> str:
    """An error of input is a ValueError, with the valid choices."""
    try:
        return str(quinary.predict(formula, "hardness_vickers")["value"].iloc[0])
    except quinary.ImpossibleRequestError as error:
        return str(error.evidence)
    except quinary.InputError as error:
        return f"{error.message}; {', '.join(error.choices)}"
    except ValueError as error:
        return str(error)
