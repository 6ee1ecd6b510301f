"""Which structure a composition is looked for in."""

import numpy as np
import pytest

from quinary.chemistry.composition import Composition
from quinary.errors import InputError
from quinary.structures.prototypes import prototype_named
from quinary.structures.solutions import conventional_edges, likely_structures, starting_edges


@pytest.mark.parametrize(
    ("formula", "names"),
    [
        ("MoNbTaW", ("bcc",)), ("HfNbTaTiZr", ("bcc",)), ("HfTiZr", ("hcp",)), ("CoCrFeMnNi", ("fcc",)),
        ("AlCoCrFeNi", ("bcc", "fcc")), ("Mo", ("bcc",)), ("(HfNbTaTiZr)C", ("rock-salt",)),
        ("(TiZr)C0.5N0.5", ("rock-salt",)), ("(HfTiZr)B2", ("AlB2",)), ("(CeZr)O2", ("fluorite",)),
        ("(LaSr)(MnCo)O3", ("perovskite",)), ("(MgZn)(AlCr)2O4", ("spinel",)),
    ],
)  # fmt: skip
def test_structures(formula, names):
    assert likely_structures(Composition.of(formula)) == names


@pytest.mark.parametrize("formula", ["(TiZr)C0.8", "XeMo", "(TiZr)B4"])
def test_what_no_structure_is_known_for_is_refused(formula):
    with pytest.raises(InputError, match=r"no structure is known|no solid solution"):
        likely_structures(Composition.of(formula))


@pytest.mark.physics
@pytest.mark.parametrize(
    ("formula", "prototype", "edge", "source"),
    [("MoNbTaW", "bcc", 3.213, "10.1016/j.intermet.2010.05.014"), ("(HfNbTaTiZr)C", "rock-salt", 4.52, "Vegard")],
)
def test_vegards_law_is_near_the_measured_edge(formula, prototype, edge, source):
    """MoNbTaW: 3.2134 A measured. The carbide: mean of the edges 4.638, 4.470, 4.456, 4.328, 4.698 A."""
    assert source
    a, c = starting_edges(Composition.of(formula), prototype)
    assert a == pytest.approx(edge, rel=0.015)
    assert c is None


def test_edges_follow_a_deformation():
    kind = prototype_named("hcp")
    assert conventional_edges(kind, (3.0, 4.8), np.eye(3)) == pytest.approx((3.0, 4.8))
    assert conventional_edges(kind, (3.0, 4.8), np.diag([1.1, 1.1, 0.9])) == pytest.approx((3.3, 4.32))
    assert conventional_edges(prototype_named("fcc"), (4.0, None), 1.05 * np.eye(3))[0] == pytest.approx(4.2)
