"""Which parts of a ceramic's formula share a site: brackets, elements beside them, plain formulas of known types."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quinary.chemistry.composition import Composition
from quinary.chemistry.formula_readings import read_formula
from quinary.chemistry.identity import composition_key

METALS = ["Ti", "Zr", "Hf", "V", "Nb", "Ta", "Cr", "Mo", "W"]
CATIONS = [*METALS, "La", "Gd", "Y", "Sr", "Ba", "Mg", "Al", "Fe", "Ni"]
groups = st.dictionaries(st.sampled_from(CATIONS), st.integers(1, 9), min_size=2, max_size=5)
singles = st.sampled_from(CATIONS).map(lambda symbol: {symbol: 1})
anion_sites = st.sampled_from(
    [{"O": 1}, {"C": 1}, {"N": 1}, {"B": 1}, {"C": 1, "N": 1}, {"C": 1, "O": 3}, {"B": 1, "O": 4}, {"S": 1}, {"F": 1}]
)


def key(formula):
    return composition_key(Composition.of(formula))


def sites(formula):
    return ["".join(sublattice.elements) for sublattice in Composition.of(formula).sublattices]


@pytest.mark.parametrize(
    ("formula", "shares"),
    [
        ("(YbErYHo)2Si2O7", {"O": 7 / 11, "Si": 2 / 11, "Y": 0.5 / 11}),
        ("(LaPrNdSm)2Hf2O7", {"O": 7 / 11, "Hf": 2 / 11, "La": 0.5 / 11}),
        ("Ba(TiZrHfSn)O3", {"O": 0.6, "Ba": 0.2, "Ti": 0.05}),
        ("(MgCoNiZn)Cr2O4", {"O": 4 / 7, "Cr": 2 / 7, "Mg": 1 / 28}),
        ("(TiVNbTa)2AlC", {"C": 0.25, "Al": 0.25, "Ti": 0.125}),
        ("(TiZrHf)3SiC2", {"C": 1 / 3, "Si": 1 / 6, "Ti": 1 / 6}),
        ("(MoWTaNb)Si2", {"Si": 2 / 3, "Mo": 1 / 12}),
        ("(TiZrNb)5Si3", {"Si": 3 / 8}),
        ("(AlCrTiSi)N", {"N": 0.5, "Si": 0.125}),
        ("(YErLu)3Al5O12", {"O": 0.6, "Al": 0.25, "Y": 0.05}),
        ("(LaGd)PO4", {"O": 4 / 6, "P": 1 / 6}),
        ("(LaGd)(PO4)", {"O": 4 / 6, "P": 1 / 6}),
        ("Ca5(PO4)3F", {"O": 12 / 21, "P": 3 / 21, "F": 1 / 21}),
        ("(CaSr)(OH)2", {"O": 0.4, "H": 0.4}),
        ("(MoWNb)S2", {"S": 2 / 3}),
        ("(CaSrBa)F2", {"F": 2 / 3}),
        ("(MoW)2AlB2", {"B": 0.4, "Al": 0.2}),
        ("(MgCoNi)0.9Li0.1O", {"O": 0.5, "Li": 0.05, "Mg": 0.15}),
        ("Hf0.2(ZrTi)0.8C", {"C": 0.5, "Hf": 0.1, "Zr": 0.2}),
    ],
)
def test_what_is_in_a_bracket_is_relative(formula, shares):
    found = Composition.of(formula)
    assert found.is_ceramic
    assert {symbol: found.atomic_fractions[symbol] for symbol in shares} == pytest.approx(shares)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("(Gd0.2La0.2Nd0.2Sm0.2Y0.2)2Zr2O7", "(GdLaNdSmY)2Zr2O7"),
        ("(Hf1Zr1Ti1)C", "(HfZrTi)C"),
        ("La0.7Sr0.3(CrMn)O3", "(La0.7Sr0.3)(CrMn)O3"),
        ("(LaSr)2(Mn)2O6", "(LaSr)MnO3"),
        ("SrTiO3", "(Sr)(Ti)O3"),
        ("TiSrO3", "SrTiO3"),
        ("La0.7Sr0.3MnO3", "(La0.7Sr0.3)MnO3"),
        ("Y2Si2O7", "(Y)2Si2O7"),
        ("Ti2AlC", "(Ti)2AlC"),
        ("MoSi2", "(Mo)Si2"),
        ("(HfTi)CN", "(HfTi)(CN)"),
        ("(HfTi)CN", "(HfTi)C0.5N0.5"),
        ("TiCN", "Ti(C0.5N0.5)"),
        ("C(HfTi)", "(HfTi)C"),
    ],
)
def test_one_material_in_two_spellings(one, other):
    assert key(one) == key(other)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("SrTiO3", ["Sr", "Ti", "O"]),
        ("La2Zr2O7", ["La", "Zr", "O"]),
        ("MgAl2O4", ["Mg", "Al", "O"]),
        ("La2CuO4", ["La", "Cu", "O"]),
        ("Y3Al5O12", ["Y", "Al", "O"]),
        ("CaWO4", ["Ca", "W", "O"]),
        ("Y2SiO5", ["Y", "Si", "O"]),
        ("HfSiO4", ["Hf", "Si", "O"]),
        ("Ba0.5Sr0.5Co0.8Fe0.2O3", ["BaSr", "CoFe", "O"]),
        ("Ti3SiC2", ["Ti", "Si", "C"]),
        ("TiVAlC", ["TiV", "Al", "C"]),
        ("SiC", ["Si", "C"]),
        ("B4C", ["B", "C"]),
        ("CaCO3", ["Ca", "C", "O"]),
        ("MgCoNiCuZnO5", ["CoCuMgNiZn", "O"]),
        ("GdYO3", ["GdY", "O"]),
        ("CrFeO3", ["CrFe", "O"]),
        ("CeZrO4", ["CeZr", "O"]),
        ("AlTiN2", ["AlTi", "N"]),
    ],
)
def test_a_plain_formula_has_the_sites_of_its_type(formula, expected):
    assert sites(formula) == expected


@pytest.mark.parametrize("formula", ["Co2FeSi", "AlSi", "(CoCrFeNi)94Si6", "Fe80P13C7", "Fe3C", "(CoCrFeNi)2AlC0.1"])
def test_alloys_stay_alloys(formula):
    assert not Composition.of(formula).is_ceramic


def test_a_mapping_has_the_sites_of_its_formula():
    assert key({"O": 3, "Ti": 1, "Sr": 1}) == key("SrTiO3")
    assert key({"La": 0.7, "Mn": 1, "O": 3, "Sr": 0.3}) == key("La0.7Sr0.3MnO3")


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("(HfTi)CN", "CN is read as C0.5N0.5"),
        ("(La0.3Gd0.3)2Zr2O7", "sum to 0.6"),
        ("SrTiO3", "read as ABO3"),
        ("Ti2AlC", "read as M2AX"),
    ],
)
def test_what_was_taken_for_granted_is_said(formula, words):
    (note,) = read_formula(formula).notes
    assert words in note


@pytest.mark.parametrize("formula", ["(HfTi)C", "(HfTi)(C0.5N0.5)", "Sr(TiZr)O3", "(GdLa)2Zr2O7", "(HfTi)B2"])
def test_what_is_written_out_needs_no_note(formula):
    assert read_formula(formula).notes == ()


@pytest.mark.physics
@pytest.mark.parametrize(
    ("formula", "electrons"), [("(HfNbTaTiZr)CN", 8.9), ("(CrNbTaTiV)CN", 9.5), ("(HfTiZr)CN", 8.5)]
)
def test_valence_electrons_of_carbonitrides(formula, electrons):
    """Divilov et al., Nature 625 (2024) 66, Table 1: valence electrons per pair of metal and anion."""
    from quinary.descriptors.ceramic import PLUGIN

    found = PLUGIN.describe([Composition.of(formula)])["valence_electron_concentration"]
    assert float(found[0]) == pytest.approx(electrons)


def _text(site):
    inside = "".join(f"{symbol}{amount}" for symbol, amount in site.items())
    return f"({inside})" if len(site) > 1 else inside


@given(
    st.lists(groups | singles, min_size=1, max_size=3),
    st.lists(st.integers(1, 5), min_size=3, max_size=3),
    anion_sites,
    st.integers(4, 14),
)
@settings(max_examples=300, deadline=None)
def test_the_formula_printed_is_read_as_the_same_material(cations, counts, anions, n_anions):
    total = math.fsum(anions.values())
    around = "".join(f"{symbol}{amount / total:.4f}" for symbol, amount in anions.items())
    text = "".join(f"({_text(site)}){count}" for site, count in zip(cations, counts, strict=False))
    found = Composition.of(f"{text}({around}){n_anions}")
    if found.is_ceramic:
        assert key(found.formula) == composition_key(found)
        assert [set(s.elements) for s in Composition.of(found.formula).sublattices] == [
            set(s.elements) for s in found.sublattices
        ]


@given(st.lists(groups | singles, min_size=1, max_size=3), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_within_a_bracket_does_not_count(cations, random):
    def shuffled(site):
        items = list(site.items())
        random.shuffle(items)
        return dict(items)

    first = "".join(f"({_text(site)})" for site in cations) + "O5"
    assert key("".join(f"({_text(shuffled(site))})" for site in cations) + "O5") == key(first)
