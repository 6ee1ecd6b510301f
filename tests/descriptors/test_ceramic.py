"""The plug-ins for ceramics, and who describes what."""

import numpy as np
import pytest

from quinary.chemistry.composition import Composition
from quinary.descriptors import alloy, ceramic, electron_criteria, oxidation, oxide
from quinary.plugins.sockets import DescriptorPlugin
from quinary.points.properties import property_named
from quinary.services.describing import describe
from quinary.units import unit_named

PLUGINS = [alloy.PLUGIN, ceramic.PLUGIN, oxide.PLUGIN]


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda plugin: plugin.name)
def test_fills_the_socket_and_speaks_the_vocabulary(plugin):
    assert isinstance(plugin, DescriptorPlugin)
    for name in plugin.properties:
        assert property_named(name).is_derived
        unit_named(property_named(name).unit)


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda plugin: plugin.name)
def test_what_is_not_covered_is_nan_and_does_not_disturb_the_rest(plugin):
    compositions = [Composition.of(text) for text in ("MoNb", "(HfTa)C", "(Sr)(Ti)O3", "TaW", "(MgNi)O")]
    found = plugin.describe(compositions)
    for row, composition in enumerate(compositions):
        values = {name: column[row] for name, column in found.items()}
        if plugin.covers(composition):
            alone = plugin.describe([composition])
            assert np.isfinite(list(values.values())).any()
            assert all(np.allclose(alone[name], [value], rtol=1e-12, equal_nan=True) for name, value in values.items())
        else:
            assert np.isnan(list(values.values())).all()


def test_each_formula_gets_the_descriptors_of_its_kind():
    documents = describe(["MoNbTaW", "(HfNbTaTiZr)C", "(Sr)(Ti)O3"])["materials"]
    metal, carbide, perovskite = (document["descriptors"] for document in documents)
    assert "mixture_density" in metal
    assert "ionic_character" not in metal
    assert set(metal) == {*alloy.PLUGIN.properties, *oxidation.PLUGIN.properties}
    assert set(carbide) == {*ceramic.PLUGIN.properties, *electron_criteria.PLUGIN.properties}
    assert set(perovskite) == {*ceramic.PLUGIN.properties, *oxide.PLUGIN.properties}
    assert carbide["mean_precursor_density"] == {"value": pytest.approx(9.2113, abs=5e-4), "unit": "g/cm^3"}
    assert metal["valence_electron_concentration"]["value"] == pytest.approx(5.5)
    assert carbide["valence_electron_concentration"]["value"] == pytest.approx(8.4)
    assert carbide["mixing_enthalpy"] == {"value": pytest.approx(1.711, abs=5e-4), "unit": "kJ/mol"}
