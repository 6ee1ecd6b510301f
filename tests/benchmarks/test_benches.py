"""Every bench that `quinary bench` names can be run, and a part of one is a bench of its own."""

import inspect
import json

import pytest

from quinary.errors import InputError
from quinary.studies.benches import BenchSettings, bench_named, bench_names, run_bench
from quinary_benchmarks import learn, learn_formulas, learn_phases, learn_values

FIGURES = {
    "balanced_accuracy": 0.8,
    "interval": [0.7, 0.9],
    "baseline": {"balanced_accuracy": 0.7},
    "coverage": 0.9,
    "mae": 12.0,
}


@pytest.mark.parametrize("name", bench_names())
def test_every_bench_takes_settings_and_nothing_else(name):
    bench = bench_named(name)
    (parameter,) = inspect.signature(bench).parameters.values()
    assert (parameter.name, parameter.annotation) == ("settings", "BenchSettings")
    assert inspect.signature(bench).return_annotation == "dict[str, Any]"
    assert bench.__doc__


def test_an_unknown_bench_is_refused_with_the_nearest():
    with pytest.raises(InputError, match="did you mean learn"):
        run_bench("lern", BenchSettings())


@pytest.fixture
def measured(monkeypatch):
    """The parts of `bench learn` with figures that are at hand; what was asked of each."""
    asked = []

    def figures(*told):
        asked.append(told)
        return FIGURES

    def ability(*told):
        asked.append(told)
        return {"law": "pairs", "mae": 10.0, "baseline": {"mae": 13.0}}

    monkeypatch.delenv("QUINARY_MIRROR", raising=False)
    monkeypatch.setattr(learn_phases, "phase_figures", figures)
    monkeypatch.setattr(learn_values, "value_figures", figures)
    monkeypatch.setattr(learn_formulas, "ability_figures", ability)
    monkeypatch.setattr(learn_formulas, "planted_figures", lambda _: {"rice": {"same_and_right": 9}, "noise": {}})
    return asked


PARTS = {
    "learn_phases": ["phase_two_class", "phase_four_class"],
    "learn_values": ["hardness_vickers", "yield_strength"],
    "learn_formulas": ["formulas", "entropy_forming_ability"],
}


@pytest.mark.parametrize("name", PARTS)
def test_the_parts_of_the_learning_bench_run(name, measured):
    steps = []
    document = run_bench(name, BenchSettings(7, seed=3, progress=lambda *step: steps.append(step)))
    assert [key for key in document if key not in {"name", "machine", "rows"}] == PARTS[name]
    assert all(told[-2:] == (7, 3) for told in measured)
    assert len(document["rows"]) == 2
    assert steps[-1][0] == "done"
    json.dumps(document)


def test_the_learning_bench_is_its_parts_together(measured):
    document = learn.run(BenchSettings())
    assert set(document) == {*(key for keys in PARTS.values() for key in keys), "rows"}
    assert [row["what"] for row in document["rows"]][-2:] == ["planted law: rice", "entropy-forming ability"]
    assert {told[-2:] for told in measured} == {(300, 0)}
