"""The main job end to end on published data: import -> voids -> fill -> train -> design -> validate -> report.

What is imported and predicted for known materials is the same everywhere. The network is not: processors add in another order,
and training amplifies the last digit. Its candidates differ, and with them the number of their points: see
docs/decisions/014-the-points-of-the-demo.md.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.matrix import CompositionMatrix
from quinary.errors import WorkError
from quinary.figures.report import ReportData, TargetSamples, write_report
from quinary.generators.cgan import trained_network
from quinary.inverse.engine import DEFAULT_CONDITIONS, Designer, TrainingSet, training_set
from quinary.loops.cycle import Cycle
from quinary.loops.known_materials import known_alloys
from quinary.loops.literature import ImportReport, import_source
from quinary.loops.prediction import fill_predictions
from quinary.materials.policy import default_policy
from quinary.plugins import GenerationTask, PredictionTask, find_plugin, predictor_of
from quinary.progress import Progress, silent
from quinary.readers.embedded import EMBEDDED
from quinary.requests import Candidate, Request, default_design_policy
from quinary.store.database import Database, open_database
from quinary.store.kept import add_candidates, verdicts_on
from quinary.store.queries import count_voids, counts, find_materials

if TYPE_CHECKING:
    from quinary.generative.gan import TrainedWgan

__all__ = ["DemoResult", "run_demo"]

VoidTable: TypeAlias = dict[str, dict[str, int]]

SHEAR, TOUGHNESS = DEFAULT_CONDITIONS
# S1, Fig 6: the shear modulus alone is asked for, GPa.
MODULI: Final = (30.0, 60.0, 90.0, 120.0)
# S1, Fig 7: the four corners of shear modulus (GPa) and toughness (MPa m^0.5); a and d go against the correlation of the two.
# All four lie inside what compositions of the covered elements can reach.
CORNERS: Final = {
    "a: low G, high K": (50.0, 0.40),
    "b: high G, high K": (110.0, 0.62),
    "c: low G, low K": (40.0, 0.18),
    "d: high G, low K": (100.0, 0.42),
}
_N_SAMPLES: Final = 1000
_N_CANDIDATES: Final = 2
_NEAR: Final = 0.10
_RARE: Final = ("Re", "Ru", "Ir")


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What the demo found; `as_dict` is what the command prints.

    `points_before_design` are the points of known materials, the same on every processor; those of candidates come on top.
    """

    counts: Mapping[str, int]
    points_before_design: int
    voids_before: int
    voids_after: int
    training: Mapping[str, Any]
    rare_elements: Mapping[str, int]
    elements: tuple[str, ...]
    targets: Sequence[TargetSamples]
    candidates: Sequence[Mapping[str, Any]]
    report: Path
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """The result as one JSON document."""
        return {
            "points": self.counts["points"],
            "points_before_design": self.points_before_design,
            "materials": self.counts["materials"],
            "voids": self.voids_before,
            "voids_after_filling": self.voids_after,
            "training_seconds": round(float(self.training["seconds"]), 2),
            "training_alloys": self.training["n_alloys"],
            "training_alloys_left_out": self.training["n_left_out"],
            "training_alloys_with": dict(self.rare_elements),
            "targets": [_target_dict(target) for target in self.targets],
            "candidates": list(self.candidates),
            "report": str(self.report),
            "seconds": round(self.seconds, 1),
        }


@dataclass(frozen=True, slots=True)
class _Story:
    """What the report tells: the voids before and after, the network and its data, the samples, candidates, verdicts."""

    imports: Sequence[ImportReport]
    points_before_design: int
    voids_before: VoidTable
    voids_after: VoidTable
    network: TrainedWgan
    data: TrainingSet
    training: Mapping[str, Any]
    targets: Sequence[TargetSamples]
    candidates: Sequence[Candidate]
    asked: Mapping[str, Mapping[str, float]]
    verdicts: Mapping[str, Sequence[Mapping[str, Any]]]
    counts: Mapping[str, int]
    seed: int

    @property
    def rare_elements(self) -> dict[str, int]:
        """Number of training alloys with rhenium, ruthenium, iridium."""
        return {symbol: _n_with(self.data.matrix, symbol) for symbol in _RARE}


def _target_dict(target: TargetSamples) -> dict[str, Any]:
    return {
        "name": target.name,
        "wanted": dict(target.wanted),
        "median": target.median,
        "share_within_10_percent": target.share_within,
        "mean_error": target.mean_error,
        "nearest_known_error": target.nearest_known_error,
        "training_alloys_near": target.n_training_near,
    }


def run_demo(out: Path, *, seed: int = 0, progress: Progress = silent) -> DemoResult:
    """Run everything in the folder `out`, which gets a database, a trained generator and the report, all made anew.

    Raises:
        WorkError: the folder cannot be written.
    """
    started = time.perf_counter()
    with _fresh_database(out) as database:
        story = _play(database, out, seed, progress)
    report = write_report(_report_data(story), out / "report.html")
    return DemoResult(
        counts=story.counts,
        points_before_design=story.points_before_design,
        voids_before=_total(story.voids_before),
        voids_after=_total(story.voids_after),
        training=story.training,
        rare_elements=story.rare_elements,
        elements=story.data.matrix.elements,
        targets=story.targets,
        candidates=[candidate.as_dict() for candidate in story.candidates],
        report=report,
        seconds=time.perf_counter() - started,
    )


def _play(database: Database, out: Path, seed: int, progress: Progress) -> _Story:
    """The job itself, step by step."""
    imports = [import_source(database, name, progress=progress)[0] for name in EMBEDDED]
    before, after = _fill(database, progress)
    n_points = _n_points(database)
    task, data = _learn_from(database, out, seed, progress)
    clock = time.perf_counter()
    network = trained_network(task)
    training = {
        "seconds": time.perf_counter() - clock,
        "n_alloys": len(data.matrix),
        "n_left_out": data.n_left_out,
        "settings": ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in asdict(network.settings).items()),
    }
    targets = [_sampled(name, wanted, network, data, seed) for name, wanted in _wishes().items()]
    designed = _design(database, task, seed, progress)
    candidates = [candidate for candidate, _ in designed]
    asked = {candidate.id: wanted for candidate, wanted in designed}
    Cycle(database).once(progress=progress)
    with database.read() as connection:
        tally = counts(connection)
    verdicts = _verdicts(database, candidates)
    return _Story(
        imports, n_points, before, after, network, data, training, targets, candidates, asked, verdicts, tally, seed
    )


def _n_points(database: Database) -> int:
    with database.read() as connection:
        return counts(connection)["points"]


def _total(table: VoidTable) -> int:
    return sum(sum(names.values()) for names in table.values())


def _fresh_database(out: Path) -> Database:
    """An empty database in `out`; only the demo's own files of an earlier run are removed."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name in ("demo.db", "demo.db-wal", "demo.db-shm"):
            (out / name).unlink(missing_ok=True)
        shutil.rmtree(out / "generator", ignore_errors=True)
    except OSError as error:
        raise WorkError(f"cannot write into {out}: {error.strerror}") from error
    return open_database(f"sqlite:///{out / 'demo.db'}")


def _fill(database: Database, progress: Progress) -> tuple[VoidTable, VoidTable]:
    """The voids before and after the prediction loop has filled what it can."""
    policy = default_policy()
    with database.read() as connection:
        before = count_voids(connection, policy)
    fill_predictions(database, policy, progress=progress)
    with database.read() as connection:
        return before, count_voids(connection, policy)


def _learn_from(database: Database, out: Path, seed: int, progress: Progress) -> tuple[GenerationTask, TrainingSet]:
    data = training_set(known_alloys(database), DEFAULT_CONDITIONS)
    task = GenerationTask(data.matrix, data.values, Request(), seed, out / "generator", progress)
    return task, data


def _wishes() -> dict[str, dict[str, float]]:
    moduli = {f"G = {value:g} GPa": {SHEAR: value} for value in MODULI}
    corners = {name: {SHEAR: shear, TOUGHNESS: toughness} for name, (shear, toughness) in CORNERS.items()}
    return {**moduli, **corners}


def _sampled(
    name: str, wanted: Mapping[str, float], network: TrainedWgan, data: TrainingSet, seed: int
) -> TargetSamples:
    """A thousand samples for one wish, as they come, held against the wish and against the nearest known alloy."""
    fractions = network.sample(network.draw_conditions(_N_SAMPLES, seed, wanted), seed)
    values = _evaluate(CompositionMatrix(data.matrix.elements, fractions))
    error = _relative_errors(values, wanted)
    nearest = find_plugin("generators", "nearest").generate(
        GenerationTask(data.matrix, data.values, Request(targets=wanted), seed), 1
    )
    known_error = _relative_errors(data.values, wanted)
    return TargetSamples(
        name=name,
        wanted=wanted,
        fractions=fractions,
        values=values,
        median=float(np.median(values[SHEAR])),
        share_within=float((error.max(axis=0) <= _NEAR).mean()),
        mean_error=float(error.mean()),
        nearest_known_error=float(_relative_errors(_evaluate(nearest), wanted).mean()),
        n_training_near=int((known_error.max(axis=0) <= _NEAR).sum()),
    )


def _relative_errors(values: Mapping[str, NDArray[np.float64]], wanted: Mapping[str, float]) -> NDArray[np.float64]:
    """|value / wanted - 1| for each wanted property (rows) and sample (columns)."""
    return np.array([np.abs(values[name] / aim - 1) for name, aim in wanted.items()])


def _evaluate(matrix: CompositionMatrix) -> dict[str, NDArray[np.float64]]:
    task = PredictionTask(matrix)
    # as S1 has it: samples that hold more silicon or boron than an alloy does have a linear combination, too
    return {name: predictor_of(name).predict(name, task).values for name in DEFAULT_CONDITIONS}


def _design(
    database: Database, task: GenerationTask, seed: int, progress: Progress
) -> list[tuple[Candidate, Mapping[str, float]]]:
    """A few candidates that meet each wish, stored as generated materials; each with the wish it answers."""
    alloys = known_alloys(database)
    policy = default_design_policy()
    designer = Designer(alloys, alloys, counter=database.counter(), cache=task.cache, progress=progress, policy=policy)
    found: list[tuple[Candidate, Mapping[str, float]]] = []
    for wanted in _wishes().values():
        request = Request(targets=wanted)
        candidates = designer.design(request, _N_CANDIDATES, generator="cgan", seed=seed)
        with database.write() as connection:
            add_candidates(connection, policy.applied(request), candidates)
        found += [(candidate, wanted) for candidate in candidates]
    return found


def _verdicts(database: Database, candidates: Sequence[Candidate]) -> dict[str, list[dict[str, Any]]]:
    table: dict[str, list[dict[str, Any]]] = {}
    with database.read() as connection:
        stored = {entry.formula: entry.id for entry in find_materials(connection) if entry.is_generated}
        for candidate in candidates:
            formula = candidate.composition.formula
            table[formula] = verdicts_on(connection, stored[formula]) if formula in stored else []
    return table


def _n_with(matrix: CompositionMatrix, symbol: str) -> int:
    if symbol not in matrix.elements:
        return 0
    return int((matrix.fractions[:, matrix.elements.index(symbol)] > 0).sum())


def _report_data(story: _Story) -> ReportData:
    """Everything that the report shows; as many samples are drawn without a wish as there are training alloys."""
    network, data = story.network, story.data
    asked = network.draw_conditions(len(data.matrix), story.seed, {})
    generated = network.sample(asked, story.seed)
    n_moduli = len(MODULI)
    return ReportData(
        title="From measured alloys to new ones",
        subtitle="Published data, voids, a conditional generator, candidates and their verdicts",
        facts=_facts(story),
        imports=[_import_dict(report) for report in story.imports],
        voids={
            loop: {name: (n, story.voids_after[loop][name]) for name, n in names.items()}
            for loop, names in story.voids_before.items()
        },
        elements=data.matrix.elements,
        real=data.matrix.fractions,
        generated=generated,
        real_values=data.values,
        generated_values=_evaluate(CompositionMatrix(data.matrix.elements, generated)),
        asked_values={name: asked[:, index] for index, name in enumerate(network.condition_names)},
        moduli_targets=story.targets[:n_moduli],
        corner_targets=story.targets[n_moduli:],
        rare_elements=story.rare_elements,
        candidates=[{**candidate.as_dict(), "asked": story.asked[candidate.id]} for candidate in story.candidates],
        verdicts=story.verdicts,
        training=story.training,
    )


def _import_dict(report: ImportReport) -> dict[str, Any]:
    entry = EMBEDDED[report.source]
    return {
        "source": report.source,
        "read": report.n_read,
        "added": report.n_added,
        "repeated": report.n_repeated,
        "n_rejected": len(report.rejected),
        "licence": entry.licence,
        "doi": entry.doi,
    }


def _facts(story: _Story) -> list[tuple[str, str]]:
    n_before, n_after = _total(story.voids_before), _total(story.voids_after)
    return [
        ("data points of known materials", f"{story.points_before_design:,}"),
        ("data points of candidates", f"{story.counts['points'] - story.points_before_design:,}"),
        ("materials", f"{story.counts['materials']:,}"),
        ("voids found", f"{n_before:,}"),
        ("voids filled", f"{n_before - n_after:,}"),
        ("training alloys", f"{len(story.data.matrix):,}"),
        ("training time", f"{story.training['seconds']:.0f} s"),
        ("candidates", f"{len(story.candidates):,}"),
    ]
