"""How fast thirteen alloy descriptors are computed, from formulas and from a matrix, beside hea-bench and matminer."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from typing import Any, Final

import numpy as np

from quinary.chemistry.bulk import formula_matrix
from quinary.descriptors.alloys import alloy_descriptors, describe_alloys
from quinary.studies.benches import BenchSettings
from quinary.threads import n_cores, over_blocks
from quinary_benchmarks.descriptor_parity import THEIRS, largest_difference

__all__ = ["random_formulas", "run"]

_COMPOSITIONS: Final = 200_000
_ELEMENTS: Final = (
    "Al", "Co", "Cr", "Cu", "Fe", "Hf", "Ir", "Mn", "Mo", "Nb", "Ni", "Pd", "Re", "Ru", "Si", "Ta", "Ti", "V", "W", "Zr",
)  # fmt: skip
_FEWEST, _MOST = 4, 6
_REPEATS: Final = 7
_RIVAL_REPEATS: Final = 3
_HEA_BENCH_SAMPLE: Final = 2_000
_MAGPIE_SAMPLE: Final = 100
_WEN_SAMPLE: Final = 10
_COPIED_NUMBERS: Final = 16_000_000  # 128 MB, several times any cache


def random_formulas(n_formulas: int, seed: int) -> list[str]:
    """Formulas of four to six of twenty elements, amounts in at.% with one decimal, such as `Cr24.9Mo50.1Ti17.3W7.7`."""
    random = np.random.default_rng(seed)
    sizes = random.integers(_FEWEST, _MOST + 1, n_formulas).tolist()
    chosen = random.random((n_formulas, len(_ELEMENTS))).argsort(axis=1)[:, :_MOST].tolist()
    amounts = random.gamma(3.0, size=(n_formulas, _MOST))
    formulas = []
    for size, places, row in zip(sizes, chosen, amounts, strict=True):
        tenths = np.maximum(np.round(1000.0 * row[:size] / row[:size].sum()), 1.0)
        formulas.append("".join(f"{_ELEMENTS[p]}{t / 10:g}" for p, t in zip(places, tenths.tolist(), strict=False)))
    return formulas


def run(settings: BenchSettings) -> dict[str, Any]:
    """Compositions a second for the thirteen descriptors in `THEIRS`, `size` random alloys, all in one run.

    Each speed is the median of several repeats; `..._best` is the fastest of them, which on a shared machine is nearer to
    what the code can do. End to end means from formula strings. matminer computes other descriptors: its Magpie statistics
    (`matminer_per_second`) and those of Wen et al., which come nearest to ours. Goals: >= 1,000,000 a second from a
    matrix, and end to end >= 100 times hea-bench.
    """
    formulas = random_formulas(settings.size or _COMPOSITIONS, settings.seed)
    names = tuple(THEIRS)
    matrix = formula_matrix(formulas, _ELEMENTS)
    steps: dict[str, Callable[[], list[float]]] = {
        "quinary": lambda: _speeds(lambda: describe_alloys(formulas, names), len(formulas), _REPEATS),
        "matrix": lambda: _speeds(lambda: alloy_descriptors(matrix, names), len(formulas), _REPEATS),
        "parsing": lambda: _speeds(lambda: formula_matrix(formulas), len(formulas), _REPEATS),
        "hea_bench": lambda: _hea_bench_speeds(formulas[:_HEA_BENCH_SAMPLE]),
        "matminer": lambda: _matminer_speeds("magpie", formulas[:_MAGPIE_SAMPLE]),
        "matminer_wen": lambda: _matminer_speeds("wen", formulas[:_WEN_SAMPLE]),
    }
    speeds = {}
    for number, (name, measure) in enumerate(steps.items()):
        speeds[name] = measure()
        settings.progress("measuring", number + 1, len(steps) + 1)
    difference, n_compared = largest_difference()
    settings.progress("measuring", len(steps) + 1, len(steps) + 1)
    return _document(speeds, _copy_bandwidth(), (len(_ELEMENTS) + len(names)) * 8, difference, n_compared)


def _document(
    speeds: Mapping[str, Sequence[float]], bandwidth: float, bytes_each: int, difference: float, n_compared: int
) -> dict[str, Any]:
    figures = {name: statistics.median(found) if found else None for name, found in speeds.items()}
    ours, rival, matrix = (statistics.median(speeds[name]) for name in ("quinary", "hea_bench", "matrix"))
    assert ours and rival and matrix  # noqa: S101 - those three are always measured
    return {
        "rows": [_row(name, found) for name, found in speeds.items()],
        **{f"{name}_per_second": None if value is None else round(value, 1) for name, value in figures.items()},
        **{f"{name}_per_second_best": round(max(speeds[name]), 1) for name in ("quinary", "matrix", "hea_bench")},
        "speedup_over_hea_bench": round(ours / rival, 1),
        "copy_bandwidth_gigabytes_per_second": round(bandwidth / 1e9, 2),
        "share_of_memory_bandwidth": round(matrix * bytes_each / bandwidth, 4),
        "max_relative_difference": difference,
        "compositions_compared": n_compared,
        "cores": n_cores(),
    }


_MEASURES: Final = {
    "quinary": ("quinary, from formulas", ">= 100 x hea-bench"),
    "matrix": ("quinary, from a matrix", ">= 1000000"),
    "parsing": ("quinary, formulas to a matrix only", ""),
    "hea_bench": ("hea-bench, from formulas", ""),
    "matminer": ("matminer Magpie statistics, from formulas", ""),
    "matminer_wen": ("matminer WenAlloys, from formulas", ""),
}


def _row(name: str, speeds: Sequence[float]) -> dict[str, Any]:
    measure, goal = _MEASURES[name]
    if not speeds:
        return {"measure": f"{measure}: matminer is not installed", "median": None, "best": None, "goal": goal}
    return {
        "measure": measure,
        "median": round(statistics.median(speeds), 1),
        "best": round(max(speeds), 1),
        "goal": goal,
    }


def _speeds(work: Callable[[], object], n_items: int, n_repeats: int) -> list[float]:
    """Items a second in each repeat, after one that does not count (it fills caches and reads tables)."""
    work()
    found = []
    for _ in range(n_repeats):
        started = time.perf_counter()
        work()
        found.append(n_items / (time.perf_counter() - started))
    return found


def _hea_bench_speeds(formulas: Sequence[str]) -> list[float]:
    from hea_bench.composition import parse_formula

    functions = [find() for find in THEIRS.values()]

    def work() -> None:
        for formula in formulas:
            alloy = parse_formula(formula)
            for function in functions:
                function(alloy)

    return _speeds(work, len(formulas), _RIVAL_REPEATS)


def _matminer_speeds(featurizer: str, formulas: Sequence[str]) -> list[float]:
    """Empty if matminer, which is no requirement of ours, is not installed."""
    if find_spec("matminer") is None:
        return []
    from matminer.featurizers.composition import ElementProperty, WenAlloys
    from pymatgen.core import Composition

    chosen = WenAlloys() if featurizer == "wen" else ElementProperty.from_preset("magpie", impute_nan=False)

    def work() -> None:
        for formula in formulas:
            chosen.featurize(Composition(formula))

    return _speeds(work, len(formulas), 1)


def _copy_bandwidth() -> float:
    """Bytes read and written a second by all cores that copy an array much larger than the caches; the best of seven."""
    source, target = np.ones(_COPIED_NUMBERS), np.empty(_COPIED_NUMBERS)

    def copy(rows: slice) -> None:
        target[rows] = source[rows]

    def work() -> None:
        over_blocks(lambda: copy, _COPIED_NUMBERS, _COPIED_NUMBERS // n_cores())

    return max(_speeds(work, 2 * source.nbytes, _REPEATS))
