"""The tables of labelled carbides and of published DEED."""

from collections import Counter

import pytest

from quinary.chemistry.composition import Composition
from quinary.reference.carbide_phases import phase_conflicts, phase_labels, published_deeds


def test_labels_count_negatives_and_conflicts_stay():
    counted = Counter((label.source, label.is_single_phase) for label in phase_labels())
    assert counted == {
        ("10.1038/s41524-021-00678-3", True): 34,
        ("10.1038/s41524-021-00678-3", False): 19,
        ("Lu et al.", True): 80,
        ("Lu et al.", False): 36,
    }
    assert set(phase_conflicts()) == {"(HfMoTiWZr)C", "(HfMoTaWZr)C", "(HfTaTiZr)C"}
    assert all(Composition.of(label.formula).formula == label.formula for label in phase_labels())


@pytest.mark.physics
def test_deed_is_the_root_of_ability_over_hull_enthalpy():
    """Divilov et al. 2024, 10.1038/s41586-023-06786-y: DEED = sqrt(sigma^-1 / <dH>), rounded as printed."""
    assert len(published_deeds()) == 27
    for known in published_deeds():
        assert abs((known.inverse_spread / (known.hull_enthalpy / 1000)) ** 0.5 - known.deed) < 0.6
        assert Composition.of(known.formula).is_ceramic
