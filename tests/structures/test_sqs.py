"""Quasirandom structures: stoichiometry, what is said about it, and how random they are."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quinary.errors import InputError
from quinary.structures.prototypes import prototype_named
from quinary.structures.sqs import SqsSettings, fitting_size, occupations_of, special_quasirandom, whole_occupation

QUICK = SqsSettings(n_iterations=2000)
EXAMPLES = (
    ("bcc", "MoNbTaW", (16, 16)), ("fcc", "CoCrFeMnNi", (20, 20)), ("hcp", "HfTiZr", (18, 18)),
    ("rock-salt", "(HfNbTaTiZr)C", (20, 20)), ("rock-salt", "(TiZr)C0.5N0.5", (16, 16)),
    ("AlB2", "(HfNbTaTiZr)B2", (30, 30)), ("fluorite", "(CeHfZr)O2", (27, 27)),
    ("perovskite", "(LaSr)(MnCo)O3", (40, 40)), ("spinel", "(MgZn)(AlCr)2O4", (28, 28)),
)  # fmt: skip


@pytest.mark.parametrize(("prototype", "formula", "n_atoms"), EXAMPLES)
def test_every_sublattice_has_what_the_formula_says(prototype, formula, n_atoms):
    occupations = occupations_of(formula, prototype_named(prototype))
    n_cells = fitting_size(prototype, occupations, n_atoms)
    found = special_quasirandom(prototype, occupations, n_cells, QUICK)
    assert len(found.atoms) == n_atoms[0]
    assert found.rounding_error < 1e-6
    assert 0 <= found.correlation_error < 0.5
    names, sublattices = np.array(found.atoms.get_chemical_symbols()), found.atoms.arrays["sublattice"]
    keys = sorted(set(sublattices), key=lambda key: (key == -1, key))
    for key, counts in zip(keys, found.counts, strict=True):
        symbols = list(names[sublattices == key])
        assert {symbol: symbols.count(symbol) for symbol in set(symbols)} == dict(counts)
    assert math.isclose(sum(found.composition.values()), 1.0)


def test_two_sublattices_of_metals_can_be_filled_each():
    found = special_quasirandom("B2", ({"Al": 0.5, "Ni": 0.5}, {"Co": 1.0}), 8, QUICK)
    assert [dict(counts) for counts in found.counts] == [{"Al": 4, "Ni": 4}, {"Co": 8}]


def test_the_same_seed_gives_the_same_structure_and_another_one_another():
    occupations = ({"Mo": 0.5, "W": 0.5},)
    made = [special_quasirandom("bcc", occupations, 24, SqsSettings(seed=s, n_iterations=500)) for s in (1, 1, 2)]
    numbers = [entry.atoms.numbers.tolist() for entry in made]
    assert numbers[0] == numbers[1] != numbers[2]


def test_more_tries_are_nearer_to_random():
    occupations = ({"Mo": 0.25, "Nb": 0.25, "Ta": 0.25, "W": 0.25},)
    few, many = (
        special_quasirandom("bcc", occupations, 32, SqsSettings(n_iterations=n)).correlation_error for n in (2, 50_000)
    )
    assert many < few / 1.5
    assert many < 0.04


@pytest.mark.physics
def test_an_ordered_structure_is_told_from_a_random_one():
    """Of CsCl order all first neighbours are unlike and all second and third alike: correlations -1, 1, 1 (definition)."""
    found = special_quasirandom("bcc", ({"Al": 0.5, "Ni": 0.5},), 2, QUICK)
    assert found.correlation_error == pytest.approx(1.0)


@given(
    st.lists(st.integers(1, 50), min_size=1, max_size=6),
    st.integers(6, 100),
)
def test_largest_remainders_are_whole_and_near(parts, n_sites):
    total = sum(parts)
    occupation = {f"X{i}": part / total for i, part in enumerate(parts)}
    try:
        counts, error = whole_occupation(occupation, n_sites)
    except InputError:
        assert min(occupation.values()) * n_sites < 1
        return
    assert sum(counts.values()) == n_sites
    assert all(abs(counts[key] - share * n_sites) < 1 + 1e-6 for key, share in occupation.items())
    assert error < 1 / n_sites + 1e-9


def test_an_impossible_stoichiometry_names_the_nearest_and_the_size_that_fits():
    with pytest.raises(InputError, match=r"nearest is Al2Ni1; 2 cells can hold it|nearest is Al1Ni2; 2 cells"):
        special_quasirandom("bcc", ({"Al": 0.5, "Ni": 0.5},), 3, SqsSettings(tolerance=0.0))
    with pytest.raises(InputError, match=r"3 sites are too few for 0\.1 % Ni: take at least 500"):
        special_quasirandom("bcc", ({"Al": 0.999, "Ni": 0.001},), 3)


def test_rounding_is_stated():
    found = special_quasirandom("fcc", ({"Cr": 1 / 3, "Ni": 2 / 3},), 32, QUICK)
    assert found.counts[0] == {"Cr": 11, "Ni": 21}
    assert found.rounding_error == pytest.approx(abs(11 / 32 - 1 / 3))


@pytest.mark.parametrize(
    ("formula", "prototype", "message"),
    [
        ("MoNbTaW", "rock-salt", "2 sublattices"),
        ("(TiZr)C0.9", "rock-salt", "vacancies"),
        ("(TiZr)C", "fluorite", "vacancies"),
        ("(TiZr)C", "B2", "anions are elsewhere"),
    ],
)
def test_a_formula_that_does_not_fit_is_refused(formula, prototype, message):
    with pytest.raises(InputError, match=message):
        occupations_of(formula, prototype_named(prototype))


def test_sizes_that_cannot_be_are_refused():
    occupations = occupations_of("(MgZn)(AlCr)2O4", prototype_named("spinel"))
    with pytest.raises(InputError, match="14 atoms a cell"):
        fitting_size("spinel", occupations, (15, 20))
    with pytest.raises(InputError, match="too few"):
        fitting_size("bcc", ({"Mo": 0.99, "W": 0.01},), (2, 6))


def test_the_edges_are_those_that_were_asked_for():
    found = special_quasirandom("rock-salt", ({"Ti": 1.0}, {"C": 1.0}), 4, SqsSettings(a=4.5))
    assert found.atoms.get_volume() == pytest.approx(4.5**3)
    assert np.isfinite(found.correlation_error)
    assert found.correlation_error == 0.0


def test_a_small_cell_is_the_same_in_every_run_and_is_not_layered():
    """Ten sites have one shell of nearest images: to the search all 252 arrangements are alike, to the further shells not."""
    settings = SqsSettings(n_iterations=5000)
    found = [special_quasirandom("fcc", ({"Cu": 0.5, "Au": 0.5},), 10, settings) for _ in range(4)]
    assert len({tuple(entry.atoms.get_chemical_symbols()) for entry in found}) == 1
    assert found[0].correlation_error < 0.3
