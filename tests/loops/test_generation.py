"""Design: exactly what was asked for, or the proof that it cannot be."""

import itertools

import numpy as np
import pytest

from quinary.chemistry.composition import Composition
from quinary.chemistry.identity import composition_key
from quinary.chemistry.matrix import CompositionMatrix
from quinary.descriptors.alloys.formulas import alloy_descriptors
from quinary.errors import ImpossibleRequestError, InputError
from quinary.files import cache_folder
from quinary.inverse.engine.designer import Designer
from quinary.inverse.engine.training_sets import REFRACTORY, covered_elements, training_set
from quinary.loops.generation import design
from quinary.loops.known_materials import known_alloys
from quinary.prediction import PredictionService
from quinary.predictors.ceramic_mixture import CeramicModuliMixture
from quinary.reference.precursors import precursor_column
from quinary.requests.request import Limits, Request, Seed
from quinary.store.kept.candidates import candidates_in

STIFF = Request(ranges={"shear_modulus": (110.0, 120.0)})


def compositions(candidates):
    return [entry.as_dict()["composition"] for entry in candidates]


@pytest.mark.parametrize("generator", ["nearest", "random"])
def test_exactly_n_different_new_compositions_that_meet_the_request(generator):
    limits = Limits(("Ti", "Nb", "Mo", "Ta", "W"), {"W": (0.0, 0.4), "Nb": (0.05, 1.0)}, (3, 4))
    asked = Request(ranges={"shear_modulus": (80.0, 100.0), "density": (0.0, 13.0)}, limits=limits)
    found = design(None, asked, 12, generator=generator, seed=4)
    assert len(found) == 12
    known = {composition_key(alloy) for alloy in known_alloys(None)}
    assert len({composition_key(entry.composition) for entry in found}) == 12
    for entry in found:
        document = entry.as_dict()
        fractions = document["composition"]
        assert composition_key(entry.composition) not in known
        assert sum(fractions.values()) == pytest.approx(1.0, abs=1e-9)
        assert set(fractions) <= set(limits.elements)
        assert all(fraction > 0 for fraction in fractions.values())
        assert 3 <= len(fractions) <= 4
        assert fractions.get("W", 0.0) <= 0.4 + 1e-9
        assert fractions["Nb"] >= 0.05 - 1e-9
        assert 80.0 <= document["properties"]["shear_modulus"]["value"] <= 100.0
        assert document["properties"]["density"]["value"] <= 13.0
        assert 0.0 < document["novelty"] <= 1.0
        assert document["nearest_known"]


def test_the_same_seed_gives_the_same_answer_and_another_does_not():
    first, again, other = (design(None, STIFF, 5, generator="random", seed=seed) for seed in (7, 7, 8))
    assert [entry.as_dict() for entry in first] == [entry.as_dict() for entry in again]
    assert compositions(first) != compositions(other)


def test_objectives_order_the_candidates():
    asked = Request(
        ranges={"shear_modulus": (90.0, 130.0)}, minimize=("density",), limits=Limits(("Cr", "Mo", "Nb", "W"))
    )
    found = design(None, asked, 8, generator="random")
    densities = [entry.properties["density"].value for entry in found]
    assert densities == sorted(densities)


@pytest.mark.parametrize(("anion", "metals"), [(None, ("Mo", "Nb", "Ta", "W")), ("O", ("Co", "Cu", "Mg", "Ni", "Zn"))])
def test_where_one_composition_is_best_the_next_best_follow(anion, metals):
    limits = Limits(metals, n_components=(len(metals), len(metals)), smallest=0.1, step=0.01, anion=anion)
    found = design(None, Request(minimize=("density",), limits=limits), 4, generator="random")
    densities = [entry.properties["density"].value for entry in found]
    assert densities == sorted(densities)
    lightest = "Nb" if anion is None else "Mg"
    assert found[0].composition.cations[lightest] == pytest.approx(1 - 0.1 * (len(metals) - 1))
    assert len({composition_key(entry.composition) for entry in found}) == 4


def test_an_oxide_needs_no_property_and_no_shear_modulus_of_its_metals():
    limits = Limits(("Co", "Cu", "Mg", "Ni", "Zn"), n_components=(5, 5), smallest=0.1, step=0.01, anion="O")
    for entry in design(None, Request(limits=limits), 2, generator="random"):
        assert "shear_modulus" not in entry.properties
        assert entry.properties["lattice_parameter"].value == pytest.approx(4.23, abs=0.03)


def test_two_objectives_are_answered_along_the_whole_front():
    asked = Request(maximize=("shear_modulus",), minimize=("density",), limits=Limits(("Ti", "V", "Mo", "W", "Cr")))
    found = design(None, asked, 5, generator="random")
    stiffness = [entry.properties["shear_modulus"].value for entry in found]
    assert stiffness == sorted(stiffness, reverse=True)
    assert stiffness[0] > 130.0 > 70.0 > stiffness[-1]
    assert found[0].properties["density"].value > 17.0 > 6.0 > found[-1].properties["density"].value


def test_without_a_wish_only_the_limits_count():
    found = design(None, Request(limits=Limits(("Mo", "Nb", "Ta"), n_components=(3, 3))), 4, generator="random")
    assert all(set(fractions) == {"Mo", "Nb", "Ta"} for fractions in compositions(found))


def test_without_elements_those_of_the_known_alloys_that_are_covered():
    allowed = covered_elements(["shear_modulus"])
    for fractions in compositions(design(None, STIFF, 10, generator="random")):
        assert set(fractions) <= allowed


@pytest.mark.physics
def test_the_impossible_is_refused_with_the_best_that_can_be_had():
    """Chong et al. 2021 (10.1088/1361-648X/ac0195): pure Ir, 216.35 GPa, is the stiffest of these six."""
    limits = Limits(("W", "Re", "Ru", "Ir", "Mo", "Ta"))
    with pytest.raises(ImpossibleRequestError) as caught:
        design(None, Request(ranges={"shear_modulus": (250.0, float("inf"))}, limits=limits), 3, generator="random")
    assert caught.value.evidence["bound"] == pytest.approx(216.35, abs=0.01)
    assert caught.value.evidence["certain"] is True


def test_too_few_new_compositions_is_said_and_not_proven():
    limits = Limits(("Mo", "Nb", "Ta"), {"Mo": (0.33, 0.3301), "Nb": (0.33, 0.3301)}, (3, 3))
    with pytest.raises(ImpossibleRequestError, match="of 50 new compositions") as caught:
        design(None, Request(limits=limits), 50, generator="random")
    assert caught.value.evidence["certain"] is False


def test_fewer_are_taken_where_that_is_allowed():
    limits = Limits(("Mo", "Nb", "Ta"), {"Mo": (0.33, 0.3301), "Nb": (0.33, 0.3301)}, (3, 3))
    asked = Request(limits=limits)
    with pytest.raises(ImpossibleRequestError, match=r"found \d of 50 .*allow fewer"):
        design(None, asked, 50, generator="random")
    found = design(None, asked, 50, generator="random", allow_fewer=True)
    assert 1 <= len(found) <= 4
    assert all(0.33 <= entry.composition.cations["Mo"] <= 0.3301 for entry in found)


def test_where_nothing_is_found_the_nearest_is_told():
    """As near as a dense grid gets, and no farther where a limit is looser."""
    palette, wanted = ("Mo", "Nb", "Ta", "W", "Ti"), {"valence_electron_concentration": 5.9, "mixing_entropy": 13.2}

    def miss(fractions):
        values = alloy_descriptors(CompositionMatrix(palette, fractions), list(wanted))
        return sum((values[name] / value - 1.0) ** 2 for name, value in wanted.items())

    steps = np.array(list(itertools.product(range(21), repeat=4)))
    steps = np.column_stack([steps, 20 - steps.sum(axis=1)])
    told = []
    for largest in (0.30, 0.34):
        limits = Limits(palette, {"Mo": (0.0, largest), "W": (0.0, largest)}, (3, 5), smallest=0.05)
        with pytest.raises(
            ImpossibleRequestError, match=r"the nearest, \S+, has valence_electron_concentration 5\.\d+, "
        ) as e:
            design(None, Request(targets=wanted, limits=limits), 3, generator="random", allow_fewer=True)
        nearest = e.value.evidence["composition"]
        is_inside = (steps >= 0).all(axis=1) & (steps[:, [0, 3]] <= 20 * largest).all(axis=1)
        is_inside &= ((steps > 0).sum(axis=1) >= 3) & ((steps > 0).sum(axis=1) <= 5)
        told.append(miss(np.array([[nearest.get(symbol, 0.0) for symbol in palette]]))[0])
        assert told[-1] <= miss(steps[is_inside] / 20).min()
    assert told[1] <= told[0] * 1.01


def test_novelty_that_nothing_near_the_seed_can_have_is_refused():
    """HfNbTaTiZr is known, so that nothing within 0.1 of it is 0.2 from known materials."""
    with pytest.raises(
        ImpossibleRequestError, match=r"novelty 0.2 cannot be had at most 0.1 from HfNbTaTiZr"
    ) as caught:
        design(None, Request(seed=Seed("HfNbTaTiZr", 0.1), novelty=0.2), 3, generator="random")
    assert caught.value.evidence["certain"] is True
    assert caught.value.evidence["bound"] == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("asked", "settings", "message"),
    [
        (STIFF, {"n": 0}, "0 candidates cannot be designed"),
        (STIFF, {"n": 1, "seed": -1}, "seed is -1"),
        (STIFF, {"n": 1, "generator": "gan"}, "unknown generator 'gan'; did you mean cgan"),
        (STIFF, {"n": 1, "lattice": "diamond"}, "unknown lattice 'diamond'"),
        (STIFF, {"n": 1, "table": "mine"}, "unknown elemental table 'mine'"),
        (
            Request(targets={"vacancy_formation_energy": 2.0}),
            {"n": 1},
            "nothing predicts vacancy_formation_energy of alloys; `quinary learn vacancy_formation_energy` would",
        ),
        (Request(limits=Limits(("Mo", "Xe"))), {"n": 1}, "Xe has no elemental value"),
        (Request(limits=Limits(fractions={"Xe": (0.1, 1.0)})), {"n": 1}, "Xe has no elemental value"),
        (
            Request(targets={"price": 10.0}, limits=Limits(anion="C")),
            {"n": 1},
            "price can be predicted for alloys only",
        ),
        (Request(seed=Seed("(HfNbTa)C")), {"n": 1}, r"\(HfNbTa\)C is a ceramic"),
        (Request(limits=Limits(("Hf", "Re"), anion="C")), {"n": 1}, "Re has no"),
    ],
)
def test_what_cannot_be_used_is_refused(asked, settings, message):
    with pytest.raises(InputError, match=message):
        design(None, asked, settings.pop("n"), **{"generator": "random", **settings})


def test_an_element_asked_for_twice_is_named_once():
    asked = Request(limits=Limits(("Mo", "Xe", "Nb"), {"Xe": (0.1, 1.0)}))
    with pytest.raises(InputError, match=r"^Xe has no elemental value"):
        design(None, asked, 1, generator="random")


def test_an_element_may_be_forbidden_or_obligatory():
    limits = Limits(fractions={"W": (0.0, 0.0), "Re": (0.1, 1.0)})
    for fractions in compositions(design(None, Request(ranges=STIFF.ranges, limits=limits), 6, generator="random")):
        assert "W" not in fractions
        assert fractions["Re"] >= 0.1 - 1e-9


def test_candidates_are_stored_once_unless_told_otherwise(filled, numbers):
    counter = filled.counter()
    design(filled, STIFF, 3, generator="random", is_stored=False)
    assert (numbers(filled)["candidates"], filled.counter()) == (0, counter)
    found = design(filled, STIFF, 3, generator="random")
    design(filled, STIFF, 3, generator="random")
    assert numbers(filled)["candidates"] == 3
    again = design(filled, STIFF, 3, generator="random")
    assert [entry.as_dict() for entry in again] == [entry.as_dict() for entry in found]
    with filled.read() as connection:
        stored = {entry["id"]: entry for entry in candidates_in(connection)}
    assert {entry.id: entry.as_dict()["composition"] for entry in found} == {
        identifier: entry["composition"] for identifier, entry in stored.items()
    }


def test_what_the_store_knows_is_not_offered_as_new(database, tmp_path):
    from quinary.loops.literature.importing import import_source

    offered = design(database, STIFF, 1, generator="random", is_stored=False)[0]
    path = tmp_path / "measured.csv"
    path.write_text(f"formula,hardness (GPa)\n{offered.composition.formula},5\n")
    import_source(database, str(path))
    assert composition_key(offered.composition) in {composition_key(alloy) for alloy in known_alloys(database)}
    again = design(database, STIFF, 3, generator="random", is_stored=False)
    assert composition_key(offered.composition) not in {composition_key(entry.composition) for entry in again}


def test_the_embedded_tables_are_known_everywhere():
    known = known_alloys(None)
    assert len(known) > 3000
    assert len({composition_key(alloy) for alloy in known}) == len(known)
    assert not any(alloy.is_ceramic for alloy in known)


def test_what_a_generator_learns_from():
    data = training_set(known_alloys(None), ("shear_modulus",))
    assert 900 < len(data.matrix) < 1300
    n_refractory = sum((data.matrix.fractions[:, i] > 0) for i, s in enumerate(data.matrix.elements) if s in REFRACTORY)
    assert (n_refractory >= 3).all()
    assert data.values["shear_modulus"].shape == (len(data.matrix),)
    inside = training_set(known_alloys(None), ("shear_modulus",), ("Mo", "Nb", "Ta", "W"))
    assert inside.matrix.elements == ("Mo", "Nb", "Ta", "W")


def test_the_cache_is_where_the_user_says(monkeypatch, tmp_path):
    monkeypatch.setenv("QUINARY_CACHE", str(tmp_path))
    assert cache_folder("generators") == tmp_path / "generators"
    monkeypatch.delenv("QUINARY_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder("generators") == tmp_path / "xdg/quinary/generators"


def test_a_descriptor_may_be_asked_for():
    asked = Request(targets={"mixing_entropy": 12.0}, limits=Limits(("Mo", "Nb", "Ta", "W", "Ti")))
    found = design(None, asked, 5, generator="random")
    assert [entry.properties["mixing_entropy"].value for entry in found] == pytest.approx([12.0] * 5, rel=1e-3)


def test_like_this_one_but_without_hafnium():
    limits = Limits(fractions={"Hf": (0.0, 0.0)}, elements=("Hf", "Nb", "Ta", "Ti", "Zr", "V"))
    asked = Request(seed=Seed("HfNbTaTiZr", 0.3), limits=limits, novelty=0.05, diversity=0.02)
    found = compositions(design(None, asked, 6, generator="random"))
    for fractions in found:
        assert "Hf" not in fractions
        apart = sum(abs(fractions.get(s, 0.0) - 0.2 * (s in "HfNbTaTiZr")) for s in ("Hf", "Nb", "Ta", "Ti", "Zr", "V"))
        assert apart / 2 <= 0.3 + 1e-9


def test_candidates_come_in_the_order_of_their_probability():
    found = design(None, STIFF, 8, generator="random")
    chances = [round(entry.probability, 2) for entry in found]
    assert chances == sorted(chances, reverse=True)
    assert all(0 < chance < 1 for chance in chances)


@pytest.mark.parametrize(("anion", "ending"), [("C", "C"), ("N", "N"), ("B2", "B2"), ("C0.5N0.5", "(C0.5N0.5)")])
def test_ceramics_are_designed_on_their_cations(anion, ending):
    limits = Limits(("Ti", "Zr", "Hf", "Nb", "Ta"), n_components=(3, 5), anion=anion, smallest=0.05)
    found = design(None, Request(ranges={"bulk_modulus": (230.0, 290.0)}, limits=limits), 6, generator="random")
    for entry in found:
        document = entry.as_dict()
        assert document["formula"].endswith(f"){ending}")
        assert sum(document["composition"].values()) == pytest.approx(1.0, abs=1e-9)
        assert 3 <= len(document["composition"]) <= 5
        assert min(document["composition"].values()) >= 0.05 - 1e-9
        assert 230.0 <= document["properties"]["bulk_modulus"]["value"] <= 290.0
        assert "hardness_vickers" in document["properties"]


def test_oxides_are_designed_and_said_to_be_untested():
    limits = Limits(("Mg", "Ca", "Cu", "Zn", "Zr"), n_components=(4, 5), anion="O", largest=0.35)
    for entry in design(None, Request(maximize=("bulk_modulus",), limits=limits), 3, generator="random"):
        assert entry.composition.formula.endswith(")O")
        assert not entry.properties["bulk_modulus"].in_domain


def test_candidates_inside_the_domain_are_found_among_even_mixtures():
    wish = Request(
        targets={"hardness_vickers": 20.0}, ranges={"single_phase_probability": (0.8, 1.0)}, limits=Limits(anion="C")
    )
    for entry in design(None, wish, 3, generator="random"):
        assert len(entry.composition.cations) >= 3
        assert all(entry.properties[name].in_domain for name in wish.properties)
        assert entry.properties["single_phase_probability"].value >= 0.8


def test_a_property_without_a_predictor_for_the_anion_is_named():
    wish = Request(ranges={"single_phase_probability": (0.8, 1.0)}, limits=Limits(anion="N"))
    with pytest.raises(InputError, match="no predictor for ceramics with N; it has one for those with C"):
        design(None, wish, 2)


def test_a_predictor_of_ones_own_is_asked():
    class Limited(CeramicModuliMixture):
        """The plain mixture of three binaries."""

        def elements(self, name, anions=()):
            return super().elements(name, anions) & {"Hf", "Ta", "Ti"}

    own = Limited("limited", 0, is_plain=True)
    wish = Request(targets={"bulk_modulus": 260.0}, limits=Limits(anion="C"))
    known = [Composition.of("(HfTa)C")]
    found = Designer(known, known, service=PredictionService(instead={"bulk_modulus": own})).design(
        wish, 2, generator="random"
    )
    parts = [precursor_column("C", "bulk_modulus")[symbol] for symbol in ("Hf", "Ta", "Ti")]
    for entry in found:
        shares = [entry.composition.cations.get(symbol, 0.0) for symbol in ("Hf", "Ta", "Ti")]
        assert entry.properties["bulk_modulus"].value == pytest.approx(np.dot(shares, parts))
    assert all({"Hf", "Ta", "Ti"}.issuperset(entry.composition.cations) for entry in found)


def test_a_hardness_beyond_all_binaries_is_not_found():
    asked = Request(targets={"hardness_vickers": 60.0}, limits=Limits(("Ti", "Zr", "Hf", "Nb"), anion="C"))
    with pytest.raises(ImpossibleRequestError, match="found 0 of 2") as caught:
        design(None, asked, 2, generator="random")
    assert caught.value.evidence["certain"] is False


def test_candidates_are_not_one_alloy_several_times():
    asked = Request(maximize=("fracture_toughness_rice",), limits=Limits(("Mo", "Nb", "Ti", "V", "Zr")))
    found = compositions(design(None, asked, 3, generator="random"))
    symbols = ("Mo", "Nb", "Ti", "V", "Zr")
    rows = np.array([[entry.get(symbol, 0.0) for symbol in symbols] for entry in found])
    apart = np.abs(rows[:, None] - rows[None, :]).sum(axis=2) / 2
    assert apart[~np.eye(3, dtype=bool)].min() >= 0.01
