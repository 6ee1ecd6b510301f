"""The tables of entropy-forming abilities."""

import pytest

from quinary.chemistry.composition import Composition
from quinary.reference.elements import describe_column
from quinary.reference.forming_abilities import computed_spreads, published_abilities


@pytest.mark.physics
def test_published_values():
    """10.1038/s41467-018-07160-7 and, with Cr, 10.1038/s41524-020-00317-6."""
    values = {known.formula: known for known in published_abilities()}
    assert len(values) == 62
    assert sum("Cr" in formula for formula in values) == 6
    assert values["(MoNbTaVW)C"].value == 125
    assert values["(HfMoVWZr)C"].value == 37
    assert values["(CrMoNbVW)C"].value == 116
    assert values["(HfNbTaTiZr)C"].is_single_phase
    assert values["(HfMoTiWZr)C"].is_single_phase is False
    assert values["(MoTaTiVZr)C"].is_single_phase is None


def test_formulas_are_written_as_we_write_them_and_all_were_computed():
    formulas = {known.formula for known in published_abilities()}
    assert all(Composition.of(formula).formula == formula for formula in formulas)
    assert computed_spreads("diep", "2.0.0").keys() == formulas
    assert all(0.005 < spread.spread < 0.04 for spread in computed_spreads("diep", "2.0.0").values())
    assert computed_spreads("diep", "0.0.0") == {}
    assert describe_column("energy_spreads_carbides", "spread").unit == "eV/atom"
