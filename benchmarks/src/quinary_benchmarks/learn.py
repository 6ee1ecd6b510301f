"""How well models do on chemical systems they have not seen, against the rival's forest refitted in the same run.

Everything is nested: what is chosen or calibrated for a held-out fold (members of a blend, intervals, sets) comes from the
other folds, by models that saw neither the fold nor the rows they are calibrated on.
"""

from __future__ import annotations

from typing import Any

from quinary.studies.benches import BenchSettings
from quinary_benchmarks import learn_formulas, learn_phases, learn_values

__all__ = ["run"]


def run(settings: BenchSettings) -> dict[str, Any]:
    """Phases in two and four classes, hardness, yield strength: ours, the baseline on the same rows, 95 % intervals.

    `size` is the number of trees in a forest (300 by default); fewer is quicker and worse. With `QUINARY_MIRROR` set,
    the yield strengths behind Debnath et al. 2021 are judged as well. `formulas` says how often planted laws came back, and
    `entropy_forming_ability` what the law found in the published values errs, against a forest. Each of the three parts is
    a bench of its own: `learn_phases`, `learn_values`, `learn_formulas`.
    """
    parts = [part.run(settings) for part in (learn_phases, learn_values, learn_formulas)]
    document = {name: value for part in parts for name, value in part.items()}
    return {**document, "rows": [row for part in parts for row in part["rows"]]}
