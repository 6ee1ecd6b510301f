"""What can be asked for, and what contradicts itself."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quinary.errors import InputError
from quinary.requests.request import DEFAULT_TOLERANCE, Limits, Request, Seed

INF = math.inf


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            lambda: Request(targets={"shear_modulos": 100}),
            r"unknown property 'shear_modulos'; did you mean shear_modulus",
        ),
        (lambda: Request(targets={"phases": 1}), "phases is a class: name one, such as BCC, not 1"),
        (lambda: Request(targets={"shear_modulus": math.nan}), "not a finite number"),
        (lambda: Request(targets={"shear_modulus": INF}), "not a finite number"),
        (lambda: Request(targets={"shear_modulus": -5}), "outside 0 to 1000 GPa"),
        (lambda: Request(ranges={"shear_modulus": (120, 110)}), "contradicts itself"),
        (lambda: Request(ranges={"shear_modulus": (math.nan, 110)}), "contradicts itself"),
        (lambda: Request(ranges={"shear_modulus": (INF, INF)}), "contradicts itself"),
        (lambda: Request(maximize=("density",), minimize=("density",)), "both maximized and minimized"),
        (lambda: Request(targets={"density": 9}, maximize=("density",)), "target 9 and be maximized"),
        (
            lambda: Request(targets={"density": 9}, ranges={"density": (10, 12)}),
            "target density=9 lies outside its range 10:12",
        ),
        (lambda: Limits(("Xx",)), "unknown element 'Xx'; did you mean Xe"),
        (lambda: Limits(fractions={"Qq": (0, 1)}), "unknown element 'Qq'"),
        (lambda: Limits(anion="F"), "unknown anion 'F'"),
        (lambda: Limits(fractions={"Mo": (0.5, 0.2)}), "Mo=0.5:0.2 contradicts itself"),
        (lambda: Limits(fractions={"Mo": (-0.1, 0.2)}), "from 0 to 1"),
        (lambda: Limits(fractions={"Mo": (0.1, 1.2)}), "from 0 to 1"),
        (lambda: Limits(fractions={"Mo": (math.nan, 0.2)}), "from 0 to 1"),
        (lambda: Limits(fractions={"Mo": (0.6, 1), "W": (0.6, 1)}), r"sum to 1\.2, more than 1"),
        (lambda: Limits(("Mo", "W"), {"Nb": (0.1, 1)}), "Nb must be present but is not among the elements Mo, W"),
        (lambda: Limits(("Mo", "W"), {"Mo": (0, 0.4), "W": (0, 0.4)}), "sum to less than 1"),
        (lambda: Limits(n_components=(0, 3)), "0:3 contradicts itself"),
        (lambda: Limits(n_components=(4, 3)), "4:3 contradicts itself"),
        (lambda: Limits(("Mo", "W"), n_components=(3, 5)), "3 components were asked for from Mo, W alone"),
        (
            lambda: Limits(fractions={"Mo": (0.1, 1), "W": (0.1, 1)}, n_components=(1, 1)),
            "only 1 components are allowed",
        ),
        (lambda: Limits(largest=0.2, n_components=(1, 4)), "4 components of at most 0.2 each do not sum to 1"),
        (lambda: Limits(step=0.3), "does not divide 1"),
        (lambda: Limits(("Mo", "Nb"), {"Nb": (0, 0)}, (2, 2)), "2 components were asked for from Mo alone"),
        (lambda: Limits(n_components=(6, 6), smallest=0.2), "6 components, at least 0.2 of each need 1.2 in all"),
        (lambda: Limits(fractions={"Mo": (0.9, 1)}, n_components=(3, 3), smallest=0.1), "Mo >= 0.9 need 1.1 in all"),
        (lambda: Limits(smallest=0.6, largest=0.5), "contradict each other"),
        (lambda: Seed("MoNbTaW", 0.0), "distance 0 from MoNbTaW"),
        (lambda: Seed("MoXx"), "Xx"),
        (lambda: Request(novelty=1.5), "novelty 1.5 is not between"),
        (lambda: Request.from_dict({"target": {}}), "unknown word in the request 'target'; did you mean targets"),
        (lambda: Request.from_dict({"limits": {"element": ["Mo"]}}), "unknown word in the limits 'element'"),
        (lambda: Request.from_dict({"ranges": {"density": 5}}), "the range of density is 5: write two numbers"),
        (lambda: Request.from_dict({"targets": {"density": "heavy"}}), "density: 'heavy' is not a number in g/cm"),
    ],
)
def test_a_contradiction_is_refused_in_one_line(wrong, message):
    with pytest.raises(InputError, match=message) as caught:
        wrong()
    assert "\n" not in caught.value.message


def test_the_sides_of_a_request():
    asked = Request(targets={"density": 10.0}, ranges={"shear_modulus": (100, INF)}, minimize=("price",))
    assert asked.properties == ("density", "shear_modulus", "price")
    assert asked.interval("density") == pytest.approx((9.99, 10.01))
    assert asked.interval("shear_modulus") == (100, INF)
    assert asked.interval("price") == (-INF, INF)
    assert asked.is_met_by({"density": 10.005, "shear_modulus": 1000.0})
    assert not asked.is_met_by({"density": 10.2, "shear_modulus": 1000.0})
    assert not asked.is_met_by({"density": math.nan, "shear_modulus": 1000.0})


def test_a_target_inside_a_range_narrows_it():
    asked = Request(targets={"density": 10.0}, ranges={"density": (9.995, 20)})
    assert asked.interval("density") == pytest.approx((9.995, 10.01))


def test_a_request_is_plain_json_and_has_a_digest_of_its_own():
    asked = Request(ranges={"shear_modulus": (100, INF)}, limits=Limits(("Mo", "W"), {"Mo": (0.1, 1.0)}))
    body = json.loads(json.dumps(asked.as_dict(), allow_nan=False))
    assert body["ranges"] == {"shear_modulus": [100, None]}
    assert body["limits"]["fractions"] == {"Mo": [0.1, 1.0]}
    assert asked.digest != Request(ranges={"shear_modulus": (101, INF)}).digest
    assert len(asked.digest) == 12


@given(st.floats(0.1, 900), st.floats(0.9, 1.1))
def test_a_target_is_met_within_its_tolerance(target, ratio):
    asked = Request(targets={"shear_modulus": target})
    if abs(abs(ratio - 1) - DEFAULT_TOLERANCE) > 1e-9:
        assert asked.is_met_by({"shear_modulus": target * ratio}) == (abs(ratio - 1) < DEFAULT_TOLERANCE)


def test_a_request_comes_back_from_its_words():
    asked = Request(
        targets={"density": 10.0},
        ranges={"shear_modulus": (100, INF)},
        minimize=("price",),
        limits=Limits(("Mo", "W", "Nb"), {"Mo": (0.1, 1.0)}, (2, 3), largest=0.7, step=0.01),
        seed=Seed("MoNbW", 0.2),
        novelty=0.05,
    )
    assert Request.from_dict(json.loads(json.dumps(asked.as_dict()))) == asked


def test_a_request_in_a_persons_words():
    asked = Request.from_dict(
        {
            "ranges": {"density": [None, 9]},
            "maximize": "shear_modulus",
            "limits": {"n_components": 4},
            "seed": "MoNbTaW",
        }
    )
    assert asked.interval("density") == (-INF, 9.0)
    assert (asked.maximize, asked.limits.n_components) == (("shear_modulus",), (4, 4))
    assert asked.seed == Seed("MoNbTaW")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"targets": {"shear_modulus": "90 GPa"}}, "shear_modulus: '90 GPa' is not a number in GPa"),
        ({"ranges": {"density": [1, 2, 3]}}, r"the range of density is \[1, 2, 3\]: write two numbers"),
        ({"ranges": {"single_phase_probability": [1.2, None]}}, "single_phase_probability = 1.2 is outside 0 to 1"),
        ({"anion": "C"}, "anion stands under limits in a request"),
        ({"limits": {"fractions": {"W": "much"}}}, "the range of W is 'much'"),
    ],
)
def test_what_a_person_wrote_wrong_is_said_in_their_words(body, message):
    with pytest.raises(InputError, match=message):
        Request.from_dict(body)


def test_conditions_and_classes_have_one_spelling():
    asked = Request(
        targets={"phases": "A2", "density": 9},
        ranges={"yield_strength@temperature=1273 K": (900, INF), "phases=fcc": (0.1, 1)},
        maximize=("hardness_vickers@temperature=298",),
    )
    assert asked.targets == {"density": 9.0}
    assert asked.classes == {"phases": "BCC"}
    assert asked.ranges == {"yield_strength@temperature=1273": (900, INF), "phases=FCC": (0.1, 1)}
    assert asked.maximize == ("hardness_vickers",)
    assert asked.wanted == ("density", "yield_strength@temperature=1273", "phases=FCC", "phases=BCC")
    assert asked.interval("phases=BCC") == (0.5, 1.0)
    assert Request.from_dict(json.loads(json.dumps(asked.as_dict()))) == asked


def test_common_conditions_are_those_of_every_measured_property_that_states_none():
    asked = Request.from_dict(
        {
            "at": {"temperature": 1273},
            "ranges": {
                "yield_strength": [600, None],
                "mixing_entropy": [10, None],
                "elongation@temperature=873": [5, None],
            },
            "targets": {"phases": "BCC"},
        }
    )
    assert set(asked.properties) == {
        "yield_strength@temperature=1273", "mixing_entropy", "elongation@temperature=873", "phases=BCC@temperature=1273",
    }  # fmt: skip


def test_plain_structure_states_conditions():
    asked = Request.from_dict(
        {"ranges": {"yield_strength": [{"at": {"temperature": 1273}, "low": 900}, {"high": 2000}]},
         "targets": {"elongation": {"at": {"temperature": "600 K"}, "value": 12}}}
    )  # fmt: skip
    assert asked.ranges == {"yield_strength@temperature=1273": (900, INF), "yield_strength": (-INF, 2000)}
    assert asked.targets == {"elongation@temperature=600": 12.0}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"ranges": {"yield_strength": {"at": {"temp": 1273}, "low": 900}}}, "unknown condition 'temp'"),
        ({"ranges": {"yield_strength": {"from": 900}}}, "unknown word about yield_strength 'from'"),
        ({"targets": {"yield_strength": "BCC"}}, "'BCC' is not a number in MPa"),
        ({"targets": {"phases": 3}}, "phases is a class: name one, such as BCC, not 3"),
        ({"maximize": ["phases"]}, "phases is a class, not a number"),
        ({"ranges": {"phases=BCC": [2, None]}}, "phases=BCC is a probability"),
        ({"at": "hot"}, "cannot read condition 'hot'"),
    ],
)
def test_what_cannot_be_read_of_conditions_and_classes_is_one_line(body, words):
    with pytest.raises(InputError, match=words):
        Request.from_dict(body)


def test_a_side_that_is_left_open_is_none_or_infinite():
    for open_side in (None, INF):
        assert Request(ranges={"shear_modulus": (100, open_side)}).interval("shear_modulus") == (100, INF)
    assert Request(ranges={"density": [None, 9]}).interval("density") == (-INF, 9)


def test_a_limit_between_two_steps_is_refused_and_one_that_touches_a_step_is_not():
    with pytest.raises(InputError, match=r"no multiple of the step 0\.05 lies in Nb = 0\.331:0\.339"):
        Limits(("Nb", "Ta"), {"Nb": (0.331, 0.339)}, step=0.05)
    assert Limits(("Nb", "Ta"), {"Nb": (0.35, 0.35)}, step=0.05).fractions["Nb"] == (0.35, 0.35)
