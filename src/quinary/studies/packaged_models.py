"""The models that come with the package, made again from the embedded tables: `make models`.

What is written are the coefficients of models that were judged with chemical systems held out; `docs/learning.md` has the
figures. A property is left out where no model is better than a baseline.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from quinary.errors import InputError
from quinary.files import write_whole
from quinary.learning.judging import StudySettings
from quinary.learning.keeping import MemoryShelf
from quinary.loops.training import Question, gather, learn

__all__ = ["PACKAGED", "write_models"]

# Property -> the models to choose from: those that were best, or as good as the best, on the embedded tables.
PACKAGED: Final = {
    "elongation": ("extra_trees",),
    "hardness_vickers": ("extra_trees",),
    "phases": ("gradient_boosting",),
    "ultimate_tensile_strength": ("extra_trees",),
    "yield_strength": ("extra_trees",),
    "youngs_modulus": ("extra_trees",),
}


def write_models(folder: Path, names: Sequence[str] = tuple(PACKAGED)) -> list[Path]:
    """Learn each property from the embedded tables and write what is better than a baseline; returns the files.

    Raises:
        WorkError: a file cannot be written.
    """
    written = []
    for name in names:
        started = time.perf_counter()
        shelf = MemoryShelf()
        try:
            found = learn(Question(name), gather(Question(name)), StudySettings(models=PACKAGED[name]), shelf)
        except InputError as error:
            _say(f"{name}: not learned: {error.message}")
            continue
        card = found.kept.card
        told = f"{card.main_score} {card.honest_score['value']:.4g} {card.unit}, baselines {dict(card.baselines)}"
        if card.doubt:
            _say(f"{name}: left out: {card.doubt}")
            continue
        path = folder / f"{found.kept.name}.safetensors"
        written.append(write_whole(path, found.kept.read()))
        _say(f"{name}: {told}; {path.stat().st_size:,} bytes, {time.perf_counter() - started:.0f} s")
        _say(f"  beside the usual predictor: {dict(card.empirical)}; ranges {dict(card.ranges)}")
    return written


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    write_models(Path(sys.argv[1]), sys.argv[2:] or tuple(PACKAGED))
