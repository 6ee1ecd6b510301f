"""How well models do on chemical systems they have not seen, against the rival's forest refitted in the same run.

Everything is nested: what is chosen or calibrated for a held-out fold (members of a blend, intervals, sets) comes from the
other folds, by models that saw neither the fold nor the rows they are calibrated on.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from quinary.studies.bench_learn_formulas import ability_figures, planted_figures
from quinary.studies.bench_learn_phases import phase_figures
from quinary.studies.bench_learn_values import value_figures
from quinary.studies.benches import BenchSettings
from quinary.studies.learning_tables import hardness_table, strength_table, strength_table_debnath

__all__ = ["run"]


def run(settings: BenchSettings) -> dict[str, Any]:
    """Phases in two and four classes, hardness, yield strength: ours, the baseline on the same rows, 95 % intervals.

    `size` is the number of trees in a forest (300 by default); fewer is quicker and worse. With `QUINARY_MIRROR` set,
    the yield strengths behind Debnath et al. 2021 are judged as well. `formulas` says how often planted laws came back, and
    `entropy_forming_ability` what the law found in the published values errs, against a forest.
    """
    n_trees = settings.size or 300
    document: dict[str, Any] = {}
    steps = ["phase_two_class", "phase_four_class", "hardness_vickers", "yield_strength"]
    for number, name in enumerate(steps):
        settings.progress(name, number, len(steps))
        if name.startswith("phase"):
            document[name] = phase_figures(name.removeprefix("phase_"), n_trees, settings.seed)
        else:
            table = hardness_table() if name == "hardness_vickers" else strength_table()
            document[name] = value_figures(table, n_trees, settings.seed)
    mirror = os.environ.get("QUINARY_MIRROR")
    if mirror and (Path(mirror) / "debnath_representations").is_dir():
        document["yield_strength_debnath"] = value_figures(strength_table_debnath(Path(mirror)), n_trees, settings.seed)
    rows = [_row(name, figures) for name, figures in document.items()]
    settings.progress("formulas", len(steps), len(steps) + 1)
    document["formulas"] = planted_figures(settings.seed)
    document["entropy_forming_ability"] = ability_figures(n_trees, settings.seed)
    settings.progress("done", len(steps) + 1, len(steps) + 1)
    return {**document, "rows": rows + _formula_rows(document)}


def _formula_rows(document: dict[str, Any]) -> list[dict[str, Any]]:
    ability = document["entropy_forming_ability"]
    return [
        *(
            {
                "what": f"planted law: {name}",
                "figure": "resamples with its terms, of 10",
                "ours": found["same_and_right"],
            }
            for name, found in document["formulas"].items()
            if name != "noise"
        ),
        {
            "what": "entropy-forming ability",
            "figure": f"mae, {ability['law']}",
            "ours": round(ability["mae"], 2),
            "baseline": round(ability["baseline"]["mae"], 2),
        },
    ]


def _row(name: str, figures: dict[str, Any]) -> dict[str, Any]:
    """A line for a person: the first figure of ours and of the baseline."""
    first = next(iter(figures))
    low, high = figures["interval"]
    return {
        "what": name,
        "figure": first,
        "ours": round(figures[first], 3),
        "interval": f"{low:.3g} to {high:.3g}",
        "baseline": round(figures["baseline"][first], 3),
        "coverage": round(figures["coverage"], 3),
    }
