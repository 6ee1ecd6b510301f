"""What is known: which elements and pairs of elements the embedded alloys hold."""

from collections import defaultdict
from itertools import combinations

import numpy as np

from quinary.chemistry.composition import Composition
from quinary.chemistry.matrix import as_matrix
from quinary.inverse.engine.training_sets import usual_elements
from quinary.loops.known_materials import known_alloys
from quinary.plugins.estimates import is_alloyed
from quinary.reference.pairs import alloyed_systems

EXOTIC = ("Co1.75Mn1.69Ru54.79Sr41.77", "Ca18Fe9Nb1Os20Ru25Sr27")


def test_the_table_of_alloyed_pairs_is_what_the_embedded_alloys_say():
    systems = defaultdict(set)
    for alloy in known_alloys(None):
        for pair in combinations(alloy.elements, 2):
            systems[frozenset(pair)].add(frozenset(alloy.elements))
    assert alloyed_systems() == {pair: len(found) for pair, found in systems.items()}


def test_known_alloys_are_in_the_domain_without_their_own_system_and_exotic_ones_are_not():
    """A pair of one system only is unknown to whom that system is held out."""
    matrix = as_matrix(known_alloys(None))
    others = np.array([[float(alloyed_systems().get(frozenset({a, b}), 0) > 1) for b in matrix.elements]
                       for a in matrix.elements])  # fmt: skip
    known = ((matrix.fractions @ others) * matrix.fractions).sum(axis=1)
    share_inside = (known >= 0.9 * (1 - (matrix.fractions**2).sum(axis=1)) - 1e-9).mean()
    assert share_inside > 0.98
    assert is_alloyed(matrix).all()
    assert is_alloyed(as_matrix([*EXOTIC, "HfNbTaTiZr", "W"])).tolist() == [False, False, True, True]


def test_elements_of_a_few_alloys_are_not_usual():
    usual = usual_elements(known_alloys(None))
    assert {"Hf", "Nb", "Ta", "Ti", "Zr", "Re", "Ru", "Al", "Co"} <= usual
    assert not usual & {"Sr", "Ca", "Os"}
    assert usual_elements([Composition.of("MoNb"), Composition.of("TaW")]) == {"Mo", "Nb", "Ta", "W"}
