"""The figures of ceramics in one table: systems repeated, moduli, classes of oxides, inverse design, screening."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from quinary.errors import InputError
from quinary.exploring import Screening, screen
from quinary.progress import Progress
from quinary.spaces.grid import Grid
from quinary.spaces.limits import SpaceLimits
from quinary.studies.benches import BenchSettings
from quinary.studies.reproductions import ReproductionSettings, reproduce
from quinary_benchmarks.carbide_moduli import carbide_errors
from quinary_benchmarks.ceramic_design import DesignSettings, design_figures
from quinary_benchmarks.oxide_classes import oxide_figures

__all__ = ["run"]

_SCREENED: Final = 436_494  # compositions that Tang et al. 2021 predicted
_METALS: Final = ("Hf", "Nb", "Ta", "Ti", "Zr", "Mo", "V", "W", "Cr")
_FEWEST: Final = 5
_STEP: Final = 0.05
_EFFORT: Final = 0.1
_N_TREES: Final = 200


@dataclass(frozen=True, slots=True)
class _Figure:
    """A figure of a system, the published figure it stands beside, and what is aimed at (`>= 0.94`), if anything."""

    system: str
    part: str
    name: str
    goal: str = ""
    published: str = ""


_FIGURES: Final = (
    _Figure("zhang2022", "ours", "validation_accuracy", ">= 0.94", "validation_accuracy"),
    _Figure("zhang2022", "grouped", "lu_leave_pair_out", ">= 0.92"),
    _Figure("zhang2022", "grouped", "lu_leave_element_out", ">= 0.9"),
    _Figure("kaufmann2020", "ours", "train_mae", "<= 3.8", "train_mae"),
    _Figure("kaufmann2020", "ours", "mae_without_chromium", "<= 3.2"),
    _Figure("kaufmann2020", "ours", "mae"),
    _Figure("kaufmann2020", "grouped", "mae_leave_element_out_without_chromium", "<= 6"),
    _Figure("kaufmann2020", "grouped", "mae_leave_element_out"),
    _Figure("mellor2021", "ours", "rank_correlation"),
    _Figure("tang2021", "ours", "mae", "<= 18", "mae"),
    _Figure("jaafreh2022", "ours", "r2", ">= 0.93", "r2"),
    _Figure("jaafreh2022", "grouped", "r2_by_composition", ">= 0.92"),
    _Figure("jaafreh2022", "grouped", "r2_by_system", ">= 0.9"),
    _Figure("zuo2021", "grouped", "log10_mae_bulk_modulus_by_system", "<= 0.08", "log10_mae"),
    _Figure("zuo2021", "grouped", "log10_mae_shear_modulus_by_system", "<= 0.14", "log10_mae"),
    _Figure("mitra2022", "ours", "test_accuracy", ">= 0.94", "test_accuracy"),
    _Figure("mitra2022", "grouped", "balanced_accuracy_logistic_regression_leave_pair_out"),
    _Figure("dai2020", "ours", "lattice_error_percent", "<= 1"),
    _Figure("dai2020", "ours", "expansion_error_percent", "<= 15"),
    _Figure("dai2020", "ours", "network_energy_mae", "", "energy_mae"),
    _Figure("dai2020", "ours", "network_force_mae", "", "force_mae"),
    _Figure("dai2021", "ours", "volume_difference_from_binaries_percent"),
    _Figure("dai2021", "ours", "network_energy_mae", "", "energy_mae"),
    _Figure("dai2021", "ours", "network_force_mae", "", "force_mae"),
    _Figure("zhao2023", "ours", "mae", "", "mae"),
    _Figure("zhao2023", "grouped", "mae_leave_composition_out"),
    _Figure("zhao2023", "grouped", "mae_leave_element_out"),
)
_JUDGED: Final = "blend"  # judged by its mean over the draws of folds
_CARBIDE_GOALS: Final = {
    ("random", "bulk_modulus"): "<= 7.5",
    ("random", "shear_modulus"): "<= 9.5",
    ("random", "hardness_vickers"): "<= 2",
    ("element", "bulk_modulus"): "<= 10",
    ("element", "shear_modulus"): "<= 10.5",
    ("element", "hardness_vickers"): "<= 2.2",
}
_OXIDE_GOALS: Final = dict.fromkeys(("balanced_accuracy_six_classes", "balanced_accuracy_five_structures"), ">= 0.85")
_DESIGN_GOALS: Final = {
    "in_judges_interval": ">= 0.8",
    "agreed_bulk_modulus": ">= 0.9",
    "agreed_shear_modulus": ">= 0.9",
    "agreed_hardness_vickers": ">= 0.9",
    "single_phase": ">= 1",
    "limits_broken": "<= 0",
    "n_unanswered": "",
    "in_judges_interval_first": "",
    "agreed_first": "",
}
_ALL_ASKED: Final = "inverse design of carbides, what was not offered counted as missed"
_BASELINES: Final = {
    "random": "random carbides within the limits",
    "agreement": "judge and designer on random carbides",
}


def run(settings: BenchSettings) -> dict[str, Any]:
    """The systems of `quinary reproduce` at a tenth of its effort, moduli, oxide classes, inverse design, and a screening.

    `size` is the least number of carbides that are screened: five of as many metals as it takes, in steps of 5 %. What
    needs data that are not on this machine is named in `missing` and left out. `seconds` says how long each part took.
    """
    started, seconds, missing = time.monotonic(), {}, []
    parts: dict[str, Callable[[], Any]] = {
        # First, since its memory is the most that this process ever had.
        "screening": lambda: _screened(settings.size or _SCREENED, settings.progress),
        **{name: _system(name, settings) for name in dict.fromkeys(figure.system for figure in _FIGURES)},
        "carbides": lambda: carbide_errors(n_trees=_N_TREES, seed=settings.seed, progress=settings.progress),
        "oxides": lambda: oxide_figures(settings.seed, settings.progress),
        "inverse_design": lambda: design_figures(DesignSettings(seed=settings.seed), settings.progress),
    }
    found: dict[str, Any] = {}
    for number, (name, compute) in enumerate(parts.items()):
        settings.progress(name, number, len(parts))
        before = time.monotonic()
        try:
            found[name] = compute()
        except InputError as error:  # a data set that is not on this machine
            missing.append(str(error))
        seconds[name] = round(time.monotonic() - before, 1)
    rows = _rows(found)
    return {
        "effort": _EFFORT,
        "rows": rows,
        "n_goals_met": sum(1 for row in rows if row["met"] == "yes"),
        "n_goals": sum(1 for row in rows if row["met"]),
        **{name: found.get(name, {}) for name in ("carbides", "oxides", "inverse_design", "screening")},
        "systems": {figure.system: found[figure.system] for figure in _FIGURES if figure.system in found},
        "missing": missing,
        "seconds": {**seconds, "total": round(time.monotonic() - started, 1)},
    }


def _system(name: str, settings: BenchSettings) -> Callable[[], dict[str, Any]]:
    return lambda: reproduce(name, ReproductionSettings(_EFFORT, settings.seed))


def _row(measure: str, value: float, goal: str = "", published: float | None = None) -> dict[str, Any]:
    """A line of the table; `goal` is a sign and a number, or empty."""
    sign, _, limit = goal.partition(" ")
    is_met = "" if not sign else "yes" if (value >= float(limit) if sign == ">=" else value <= float(limit)) else "no"
    return {"measure": measure, "published": published, "ours": value, "goal": goal, "met": is_met}


def _rows(found: dict[str, Any]) -> list[dict[str, Any]]:
    """The table of what there is."""
    return [
        *(_system_row(figure, found[figure.system]) for figure in _FIGURES if figure.system in found),
        *(_carbide_row(row) for row in found.get("carbides", []) if row["model"] == _JUDGED),
        *(
            _row(f"oxide class: {name}", value, _OXIDE_GOALS.get(name, ""))
            for name, value in found.get("oxides", {}).items()
        ),
        *_design_rows(found.get("inverse_design", {})),
        *(_row(f"screening: {name}", value) for name, value in found.get("screening", {}).items()),
    ]


def _system_row(figure: _Figure, document: dict[str, Any]) -> dict[str, Any]:
    value, published = document[figure.part][figure.name], document["published"].get(figure.published)
    return _row(f"{figure.system} {figure.part}: {figure.name}", value, figure.goal, published)


def _carbide_row(row: dict[str, Any]) -> dict[str, Any]:
    """The mean of the blend over the draws of folds beside its goal, and the range of the draws."""
    drawn = f" ({row['lowest']:g} to {row['highest']:g} in {row['n_draws']} draws)" if row["n_draws"] > 1 else ""
    measure = f"carbides, {row['target']}, {row['split']} held out: MAE, GPa, blend{drawn}"
    return _row(measure, row["mae"], _CARBIDE_GOALS[row["split"], row["target"]])


def _design_rows(found: dict[str, Any]) -> list[dict[str, Any]]:
    """What was designed beside its goals; after each share that of random carbides, and of judge and designer on these."""
    rows = []
    for name, goal in _DESIGN_GOALS.items():
        # The goals are of candidates; what was asked for and not offered is told beside them.
        is_share = name in found.get("offered", {})
        if is_share:
            rows.append(_row(f"inverse design of carbides: {name}", found["offered"][name], goal))
        if name in found:
            what = _ALL_ASKED if is_share else "inverse design of carbides"
            rows.append(_row(f"{what}: {name}", found[name], "" if is_share else goal))
        rows += [
            _row(f"{what}: {name}", found[part][name])
            for part, what in _BASELINES.items()
            if name in found.get(part, {})
        ]
    return rows


def _screened(n_wanted: int, progress: Progress) -> dict[str, Any]:
    """Seconds, memory and count of a screening of carbides by hardness; no composition is kept here."""
    limits = [SpaceLimits.alloy(_METALS[:n], {}, (_FEWEST, _FEWEST), _STEP) for n in range(_FEWEST, len(_METALS) + 1)]
    chosen = next((one for one in limits if Grid(one).n_points >= n_wanted), limits[-1])
    found = screen(Screening(chosen, {"hardness_vickers": 1.0}, n_top=20, anion="C"), progress=progress)
    return {key: found[key] for key in ("count", "seconds", "peak_memory_mb")}
