"""Screening finds what a look at every composition finds, at any interruption."""

import numpy as np
import pytest

from quinary.errors import InputError
from quinary.exploring.screening import Screening, screen
from quinary.inverse.bounds import extreme
from quinary.inverse.feasibility import polytope_of
from quinary.reference.lattices import elemental_values
from quinary.requests.forms import Linear
from quinary.requests.request import Limits
from quinary.spaces.limits import SpaceLimits

ELEMENTS = ("Ti", "V", "Nb", "Mo", "W")
SPACE = SpaceLimits.alloy(ELEMENTS, dict.fromkeys(ELEMENTS, (0.0, 0.4)), (3, 5), step=0.1)


def test_the_best_is_the_proven_best_of_the_lattice():
    found = screen(Screening(SPACE, {"shear_modulus": 1.0}, n_top=7))
    assert found["count"] == found["matching"] > 100
    values = [entry["properties"]["shear_modulus"]["value"] for entry in found["best"]]
    assert len(values) == 7
    assert values == sorted(values, reverse=True)
    form = Linear(elemental_values("shear_modulus", ELEMENTS).values)
    place = polytope_of(Limits(ELEMENTS, largest=0.4, n_components=(3, 5), smallest=0.1), ELEMENTS)
    assert values[0] == pytest.approx(extreme(form, place, highest=True).value)
    low, high = found["best"][0]["properties"]["shear_modulus"]["interval"]
    assert low < values[0] < high


def test_the_front_is_not_beaten_and_ranges_hold():
    asked = Screening(SPACE, {"shear_modulus": 1.0, "density": -1.0}, {"fracture_toughness_rice": (0.3, np.inf)}, 5)
    found = screen(asked)
    assert 0 < found["matching"] < found["count"]
    front = [
        (entry["properties"]["shear_modulus"]["value"], entry["properties"]["density"]["value"])
        for entry in found["front"]
    ]
    assert len(front) > 5
    for shear, density in front:
        assert not any(s >= shear and d <= density and (s, d) != (shear, density) for s, d in front)
    assert all(entry["properties"]["fracture_toughness_rice"]["value"] >= 0.3 for entry in found["front"])


def test_descriptors_and_ceramics_can_be_screened():
    assert screen(Screening(SPACE, {"mixing_entropy": 1.0}, n_top=1))["best"][0]["properties"]["mixing_entropy"][
        "value"
    ] == pytest.approx(13.38, abs=0.2)
    carbides = Screening(SPACE, {"hardness_vickers": 1.0}, n_top=3, anion="C")
    assert all(entry["formula"].endswith("C") for entry in screen(carbides)["best"])


def test_interrupted_work_goes_on(tmp_path, monkeypatch):
    import quinary.exploring.screening as module

    state = tmp_path / "result.json.state"
    space = SpaceLimits.alloy((*ELEMENTS, "Ta", "Zr"), step=0.05)
    asked = Screening(space, {"shear_modulus": 1.0, "density": -1.0}, n_top=5)
    whole = screen(asked)
    monkeypatch.setattr(module, "_SECONDS_BETWEEN_SAVES", 0.0)
    seen = []

    def stop(_what, done, total):
        seen.append(done / total)
        if len(seen) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        screen(asked, state, stop)
    assert state.exists()
    found = screen(asked, state)
    assert found["resumed_at"] > 0
    for key in ("count", "matching", "best", "front"):
        assert found[key] == whole[key]
    assert not state.exists()


def test_a_state_of_another_screening_is_refused(tmp_path):
    state = tmp_path / "x.state"
    state.write_bytes(b"nonsense")
    with pytest.raises(InputError, match="not the state of a screening"):
        screen(Screening(SPACE, {"shear_modulus": 1.0}), state)
    with pytest.raises(InputError, match="name what to rank by"):
        screen(Screening(SPACE, {}))


def test_elements_without_a_value_are_named():
    space = SpaceLimits.alloy(("Ti", "Fe", "Nb"), step=0.25)
    found = screen(Screening(space, {"bulk_modulus": 1.0, "mean_precursor_volume": -1.0}, n_top=3, anion="C"))
    assert found["without_value"] == {"bulk_modulus": ["Fe"]}
    assert 0 < found["matching"] < found["count"]
    assert screen(Screening(SPACE, {"hardness_vickers": 1.0}, n_top=1, anion="C"))["without_value"] == {}


def test_what_cannot_be_screened():
    with pytest.raises(InputError, match="1 or more"):
        Screening(SPACE, {"density": 1.0}, n_top=0)
    with pytest.raises(InputError, match="density=12:8 contradicts itself"):
        Screening(SPACE, {"density": 1.0}, {"density": (12.0, 8.0)})
    with pytest.raises(InputError, match="C cannot be among the metals"):
        Screening(SpaceLimits.alloy(("Ti", "C")), {"density": 1.0}, anion="C")
    with pytest.raises(InputError, match="has no predictor for ceramics with N"):
        screen(Screening(SPACE, {"single_phase_probability": 1.0}, anion="N"))
    with pytest.raises(InputError, match="not known of Fe, Ni with C"):
        screen(Screening(SpaceLimits.alloy(("Fe", "Ni")), {"bulk_modulus": 1.0}, anion="C"))
