"""The figures of ceramics in one table: published systems repeated, moduli of carbides, classes of oxides, screening."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from quinary.errors import InputError
from quinary.loops.screening import Screening, screen
from quinary.progress import Progress
from quinary.spaces.grid import Grid
from quinary.spaces.limits import SpaceLimits
from quinary.studies.benches import BenchSettings
from quinary.studies.carbide_moduli import carbide_errors
from quinary.studies.oxide_classes import oxide_figures
from quinary.studies.reproductions import ReproductionSettings, reproduce

__all__ = ["run"]

_SCREENED: Final = 436_494  # compositions that Tang et al. 2021 predicted
_METALS: Final = ("Hf", "Nb", "Ta", "Ti", "Zr", "Mo", "V", "W", "Cr")
_FEWEST: Final = 5
_STEP: Final = 0.05
_EFFORT: Final = 0.1
_N_TREES: Final = 200


@dataclass(frozen=True, slots=True)
class _Goal:
    """A figure of a system, the published figure it stands beside, and what is aimed at."""

    system: str
    part: str
    figure: str
    published: str = ""
    sign: str = ""
    goal: float | None = None


_GOALS: Final = (
    _Goal("zhang2022", "ours", "validation_accuracy", "validation_accuracy", ">=", 0.94),
    _Goal("zhang2022", "grouped", "lu_leave_pair_out", "", ">=", 0.92),
    _Goal("zhang2022", "grouped", "lu_leave_element_out", "", ">=", 0.90),
    _Goal("kaufmann2020", "ours", "train_mae", "train_mae", "<=", 3.8),
    _Goal("kaufmann2020", "ours", "mae", "", "<=", 3.2),
    _Goal("kaufmann2020", "grouped", "mae_leave_element_out", "", "<=", 6.0),
    _Goal("mellor2021", "ours", "rank_correlation"),
    _Goal("tang2021", "ours", "mae", "mae", "<=", 18.0),
    _Goal("jaafreh2022", "ours", "r2", "r2", ">=", 0.93),
    _Goal("jaafreh2022", "grouped", "r2_by_composition", "", ">=", 0.92),
    _Goal("jaafreh2022", "grouped", "r2_by_system", "", ">=", 0.90),
    _Goal("zuo2021", "grouped", "log10_mae_bulk_modulus_by_system", "log10_mae", "<=", 0.08),
    _Goal("zuo2021", "grouped", "log10_mae_shear_modulus_by_system", "log10_mae", "<=", 0.14),
    _Goal("mitra2022", "ours", "test_accuracy", "test_accuracy", ">=", 0.94),
    _Goal("mitra2022", "grouped", "balanced_accuracy_logistic_regression_leave_pair_out"),
    _Goal("dai2020", "ours", "lattice_error_percent", "", "<=", 1.0),
    _Goal("dai2020", "ours", "expansion_error_percent", "", "<=", 15.0),
    _Goal("dai2020", "ours", "network_energy_mae", "energy_mae"),
    _Goal("dai2020", "ours", "network_force_mae", "force_mae"),
    _Goal("dai2021", "ours", "volume_difference_from_binaries_percent"),
    _Goal("dai2021", "ours", "network_energy_mae", "energy_mae"),
    _Goal("dai2021", "ours", "network_force_mae", "force_mae"),
    _Goal("zhao2023", "ours", "mae", "mae"),
    _Goal("zhao2023", "grouped", "mae_leave_composition_out"),
    _Goal("zhao2023", "grouped", "mae_leave_element_out"),
)
_CARBIDE_GOALS: Final = {
    ("random", "bulk_modulus"): 7.5,
    ("random", "shear_modulus"): 9.5,
    ("random", "hardness_vickers"): 2.0,
    ("element", "bulk_modulus"): 10.0,
    ("element", "shear_modulus"): 10.5,
    ("element", "hardness_vickers"): 2.2,
}
_OXIDE_GOAL: Final = 0.85
_OXIDE_KINDS: Final = ("six_classes", "five_structures")


def run(settings: BenchSettings) -> dict[str, Any]:
    """The ceramic systems of `quinary reproduce` at a tenth of its effort, models of moduli, oxide classes, and a screening.

    `size` is the least number of carbides that are screened: five of as many metals as it takes, in steps of 5 %. What
    needs data that are not on this machine is named in `missing` and left out.
    """
    missing: list[str] = []
    documents = _documents(settings, missing)
    carbides = _or_missing(
        lambda: carbide_errors(n_trees=_N_TREES, seed=settings.seed, progress=settings.progress), missing
    )
    oxides = _or_missing(lambda: oxide_figures(settings.seed, settings.progress), missing)
    screening = _screened(settings.size or _SCREENED, settings.progress)
    rows = [
        *_system_rows(documents),
        *_carbide_rows(carbides or []),
        *_oxide_rows(oxides or {}),
        *_speed_rows(screening),
    ]
    return {
        "effort": _EFFORT,
        "rows": rows,
        "n_goals_met": sum(1 for row in rows if row["met"] == "yes"),
        "n_goals": sum(1 for row in rows if row["met"]),
        "carbides": carbides or [],
        "oxides": oxides or {},
        "screening": screening,
        "systems": documents,
        "missing": missing,
    }


def _documents(settings: BenchSettings, missing: list[str]) -> dict[str, dict[str, Any]]:
    found = {}
    names = list(dict.fromkeys(aim.system for aim in _GOALS))
    for number, name in enumerate(names):
        settings.progress(name, number, len(names))
        document = _or_missing(lambda name=name: reproduce(name, ReproductionSettings(_EFFORT, settings.seed)), missing)
        if document is not None:
            found[name] = document
    return found


def _or_missing(compute: Any, missing: list[str]) -> Any:
    """What `compute` gives; None where a data set is not on this machine, which `missing` then names."""
    try:
        return compute()
    except InputError as error:
        missing.append(str(error))
        return None


def _row(measure: str, value: float, published: float | None, sign: str, goal: float | None) -> dict[str, Any]:
    is_met = "" if goal is None else "yes" if (value >= goal if sign == ">=" else value <= goal) else "no"
    aim = "" if goal is None else f"{sign} {goal:g}"
    return {"measure": measure, "published": published, "ours": value, "goal": aim, "met": is_met}


def _system_rows(documents: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        _row(
            f"{aim.system} {aim.part}: {aim.figure}",
            documents[aim.system][aim.part][aim.figure],
            documents[aim.system]["published"].get(aim.published),
            aim.sign,
            aim.goal,
        )
        for aim in _GOALS
        if aim.system in documents
    ]


def _carbide_rows(errors: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The blend beside its goals, which it cannot be said to meet: it was chosen on these folds."""
    return [
        _chosen_on_them(
            f"carbides, {row['target']}, {row['split']} held out: MAE, GPa",
            row["mae"],
            None,
            "<=",
            _CARBIDE_GOALS[row["split"], row["target"]],
        )
        for row in errors
        if row["model"] == "blend"
    ]


def _chosen_on_them(measure: str, value: float, published: float | None, sign: str, goal: float) -> dict[str, Any]:
    row = _row(measure, value, published, sign, goal)
    return {**row, "goal": f"{row['goal']}; the model was chosen on these folds", "met": ""}


def _oxide_rows(figures: dict[str, float]) -> list[dict[str, Any]]:
    return [
        _row(f"oxide class: {name}", value, None, ">=", _OXIDE_GOAL if name.endswith(_OXIDE_KINDS) else None)
        for name, value in figures.items()
    ]


def _screened(n_wanted: int, progress: Progress) -> dict[str, Any]:
    """Seconds, memory and count of a screening of carbides by hardness; no composition is kept here."""
    limits = [SpaceLimits.alloy(_METALS[:n], {}, (_FEWEST, _FEWEST), _STEP) for n in range(_FEWEST, len(_METALS) + 1)]
    chosen = next((one for one in limits if Grid(one).n_points >= n_wanted), limits[-1])
    found = screen(Screening(chosen, {"hardness_vickers": 1.0}, n_top=20, anion="C"), progress=progress)
    return {key: found[key] for key in ("count", "seconds", "peak_memory_mb")}


def _speed_rows(screening: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        _row("screening: compositions", screening["count"], _SCREENED, "", None),
        _row("screening: seconds", screening["seconds"], None, "", None),
        _row("screening: peak memory, MB", screening["peak_memory_mb"], None, "", None),
    ]
