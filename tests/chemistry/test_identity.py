"""The canonical key: what is one material, and what is not."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quinary.chemistry.composition import Composition
from quinary.chemistry.identity import composition_key
from quinary.points.material import Material

METALS = ["Mo", "Nb", "Ta", "W", "Hf", "Ti", "Zr", "V", "Cr"]
palettes = st.lists(st.sampled_from(METALS), min_size=2, max_size=6, unique=True)
# what papers write: at most three decimals
written = st.integers(1, 100_000).map(lambda n: n / 1000)
alloys = st.dictionaries(st.sampled_from(METALS), written, min_size=1, max_size=6)
any_alloys = st.dictionaries(st.sampled_from(METALS), st.floats(1e-4, 1), min_size=1, max_size=6)
anions = st.dictionaries(st.sampled_from(["B", "C", "N", "O"]), st.floats(0.4, 2), min_size=1, max_size=2)


def key(source):
    return composition_key(Composition.of(source))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("WTaNbMo", "Mo1 Nb1 Ta1 W1"),
        ("Al0.5CoCrFeNi", "Al1 Co2 Cr2 Fe2 Ni2"),
        ("Nb-30Hf-5Ti at%", "Hf6 Nb13 Ti1"),
        ("Hf17.29Nb71.97Ti10.74", "Hf1729 Nb7197 Ti1074"),
        ("(HfNbTaTiZr)C", "Hf1 Nb1 Ta1 Ti1 Zr1 @1; C1 @1"),
        ("(GdLaNdSmY)(CrMn)O3", "Cr1 Mn1 @0.5; Gd1 La1 Nd1 Sm1 Y1 @0.5; O1 @1.5"),
    ],
)
def test_keys_are_what_the_store_has(source, expected):
    assert key(source) == expected


@pytest.mark.parametrize(
    ("written_in_a_paper", "meant"),
    [
        ("Ti33.3Zr33.3Hf33.4", "TiZrHf"),
        ("Ti33Zr33Hf33", "TiZrHf"),
        ("Ti33.33Zr33.33Hf33.34", "TiZrHf"),
        ("Mo16.67Nb16.67Ta16.67W16.67V16.67Cr16.65", "MoNbTaWVCr"),
        ("Mo16.7Nb16.7Ta16.7W16.7V16.6Cr16.6", "MoNbTaWVCr"),
        ("Mo14.3Nb14.3Ta14.3W14.3V14.3Cr14.3Ti14.2", "MoNbTaWVCrTi"),
        ("Al11.1Co22.2Cr22.2Fe22.2Ni22.2", "Al0.5CoCrFeNi"),
        ("Al11.11Co22.22Cr22.22Fe22.22Ni22.22", "Al0.5CoCrFeNi"),
        ("Al6.98Co23.26Cr23.26Fe23.26Ni23.26", "Al0.3CoCrFeNi"),
        ("Ti15.8Ta21.1Nb21.1W21.1Mo21.1", "Ti0.75NbTaMoW"),
        ("(Ti0.33Zr0.33Hf0.33)C", "(TiZrHf)C"),
        ("(TiZrHf)C0.6667", "(TiZrHf)3C2"),
    ],
)
def test_the_rounding_of_papers_makes_no_new_material(written_in_a_paper, meant):
    assert key(written_in_a_paper) == key(meant)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("MoNbTaW", "MoNbTaWB0.002"),
        ("Fe99.95B0.05", "Fe"),
        ("Fe99.99999B0.00001", "Fe"),
        ("Fe99.95B0.05", "Fe99.95C0.05"),
        ("Hf20Nb80", "Hf20.2Nb79.8"),
        ("Al0.3CoCrFeNi", "Al0.31CoCrFeNi"),
        ("(HfZr)C", "(HfZr)C0.99"),
        ("(HfZr)C", "(HfZr)N"),
        ("(HfZr)B2", "HfZrB2"),
        ("(LaNd)(CrMn)O3", "(LaNdCrMn)2O3"),
    ],
)
def test_different_materials_stay_apart(one, other):
    assert key(one) != key(other)


@given(alloys, st.randoms(use_true_random=False))
@settings(max_examples=150)
def test_the_order_of_elements_does_not_count(amounts, random):
    items = list(amounts.items())
    random.shuffle(items)
    assert key(dict(items)) == key(amounts)
    assert key("".join(f"{symbol}{amount}" for symbol, amount in items)) == key(amounts)


@given(alloys, st.floats(1e-3, 1e3))
@settings(max_examples=150)
def test_the_scale_of_amounts_does_not_count(amounts, scale):
    assert key({symbol: scale * amount for symbol, amount in amounts.items()}) == key(amounts)


@given(alloys, st.lists(st.floats(-1e-12, 1e-12), min_size=6, max_size=6))
@settings(max_examples=150)
def test_rounding_noise_does_not_count(amounts, noise):
    noisy = {symbol: amount * (1 + e) for (symbol, amount), e in zip(amounts.items(), noise, strict=False)}
    assert key(noisy) == key(amounts)


@given(palettes, st.data())
@settings(max_examples=150)
def test_small_whole_ratios_survive_rounding_to_a_hundredth_of_a_percent(palette, data):
    counts = {symbol: data.draw(st.integers(1, 5)) for symbol in palette}
    total = sum(counts.values())
    rounded = {symbol: round(100 * count / total, 2) for symbol, count in counts.items()}
    assert key(rounded) == key(counts)


@given(any_alloys | alloys)
@settings(max_examples=150)
def test_the_formula_of_an_alloy_has_its_key(amounts):
    found = Composition.of(amounts)
    assert key(found.formula) == composition_key(found)


@given(any_alloys, anions)
@settings(max_examples=150)
def test_the_formula_of_a_ceramic_has_its_key(cations, around):
    found = Composition.ceramic(cations, around)
    assert key(found.formula) == composition_key(found)


@given(any_alloys, any_alloys)
@settings(max_examples=100)
def test_the_formula_of_a_mixed_oxide_has_its_key(first, second):
    def group(amounts):
        return "(" + "".join(f"{symbol}{amount:.9f}" for symbol, amount in amounts.items()) + ")"

    found = Composition.of(f"{group(first)}{group(second)}O3")
    assert key(found.formula) == composition_key(found)
    assert key(f"{group(second)}{group(first)}O3") == composition_key(found)


@given(any_alloys, st.sampled_from(["B", "C", "N"]), st.floats(1e-7, 1e-3))
@settings(max_examples=150)
def test_a_trace_is_never_lost(amounts, trace, amount):
    total = math.fsum(amounts.values())
    found = Composition.of({**amounts, trace: amount * total})
    assert trace in composition_key(found)
    assert trace in Composition.of(found.formula).elements
    assert composition_key(found) != key(amounts)


@given(any_alloys, any_alloys)
@settings(max_examples=150)
def test_different_element_sets_never_merge(one, other):
    if set(one) != set(other):
        assert key(one) != key(other)


def test_a_material_has_identity_at_three_levels():
    alloy = Composition.of("MoNbTaW")
    bare, cast = Material(alloy), Material(alloy, ("BCC",), ("AC",))
    annealed = Material(alloy, ("BCC",), ("AC", "A"))
    two_phases = Material(alloy, ("BCC", "Laves"), ("AC",))
    everything = [bare, cast, annealed, two_phases]

    assert {entry.composition_key for entry in everything} == {"Mo1 Nb1 Ta1 W1"}
    assert len({entry.structure_key for entry in everything}) == 3
    assert cast.structure_key == annealed.structure_key
    assert len({entry.key for entry in everything}) == 4
    assert Material(Composition.of("W25Ta25Nb25Mo25"), ("BCC",), ("AC",)) == cast
    assert hash(Material(Composition.of("W25Ta25Nb25Mo25"), ("BCC",), ("AC",))) == hash(cast)


def test_structure_and_processing_cannot_be_mistaken_for_each_other():
    alloy = Composition.of("MoNbTaW")
    assert Material(alloy, ("A",), ()).key != Material(alloy, (), ("A",)).key
