"""Finding plug-ins, and refusing what is none."""

import itertools
import sys
from types import ModuleType

import pytest

from quinary.errors import InputError
from quinary.plugins import registry


@pytest.fixture
def new_module(tmp_path, monkeypatch):
    """`new_module(kind, text)` puts a file into the folder of a kind, as a person adding a plug-in does."""
    registry.plugins.cache_clear()
    added = []

    def add(kind, text):
        package = sys.modules.get(f"quinary.{kind}") or __import__(f"quinary.{kind}", fromlist=["x"])
        (tmp_path / "brand_new.py").write_text(text)
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
        added.append(f"quinary.{kind}.brand_new")

    yield add
    for name in added:
        sys.modules.pop(name, None)
    registry.plugins.cache_clear()


GENERATOR = """
class New:
    '''Makes what is known. Source: none.'''
    name = {name!r}
    version = "1"
    source = "look-up"
    def generate(self, task, n_samples):
        return task.known
PLUGIN = New()
"""


def test_a_new_file_is_a_new_plugin(new_module):
    new_module("generators", GENERATOR.format(name="brand_new"))
    assert "brand_new" in registry.plugins("generators")
    assert list(registry.plugins("generators")) == sorted(registry.plugins("generators"))


def test_a_second_plugin_of_the_same_name_is_refused(new_module):
    new_module("generators", GENERATOR.format(name="random"))
    with pytest.raises(InputError, match="two plug-ins of kind generators are called 'random'"):
        registry.plugins("generators")


def test_a_plugin_that_lacks_a_member_is_refused(new_module):
    new_module("generators", GENERATOR.format(name="lame").replace("version", "edition"))
    with pytest.raises(InputError, match=r"brand_new is not a plug-in of kind generators"):
        registry.plugins("generators")


def test_a_file_without_a_plugin_is_passed_over(new_module):
    new_module("generators", "HELPER = 1\n")
    assert isinstance(sys.modules["quinary.generators"], ModuleType)
    assert "brand_new" not in registry.plugins("generators")


def test_an_unknown_kind_and_an_unknown_name_say_what_there_is():
    with pytest.raises(InputError, match="did you mean predictors"):
        registry.plugins("predictor")
    with pytest.raises(InputError, match=r"unknown reader 'tabel'; did you mean table") as caught:
        registry.find_plugin("readers", "tabel")
    assert caught.value.choices[0] == "table"
    with pytest.raises(InputError, match=r"unknown predictable property 'shear'; did you mean shear_modulus"):
        registry.predictor_of("shear")


def test_every_property_is_predicted_by_the_plugin_that_names_it():
    for name, plugin in registry.predictors().items():
        for kind, quantity in itertools.product(plugin.materials, plugin.properties):
            is_ceramic = kind == "ceramic"
            assert registry.predictor_of(quantity, is_ceramic=is_ceramic, model=name) is plugin
            assert quantity in registry.predictable_properties(is_ceramic=is_ceramic)
            assert registry.predictor_of(quantity, is_ceramic=is_ceramic).preference >= plugin.preference
        assert registry.find_plugin("predictors", name) is plugin


def test_the_preferred_predictor_is_asked_unless_another_is_named():
    order = [plugin.name for plugin in registry.predictors_of("hardness_vickers", is_ceramic=True)]
    assert order == ["tian", "chen", "mazhnik_oganov", "teter"]
    assert registry.predictor_of("hardness_vickers", is_ceramic=True).name == "tian"
    assert registry.predictor_of("hardness_vickers", is_ceramic=True, model="teter").name == "teter"
    assert registry.predictor_of("bulk_modulus").name == "linear_combination"
    assert registry.predictor_of("bulk_modulus", is_ceramic=True).name == "ceramic_mixture"
    assert registry.predictors_of("hardness_vickers") == ()


def test_a_wrong_kind_or_model_is_refused():
    with pytest.raises(InputError, match="d_parameter can be predicted for alloys only, not for ceramics") as caught:
        registry.predictor_of("d_parameter", is_ceramic=True)
    assert "bulk_modulus" in caught.value.choices
    with pytest.raises(InputError, match="rice does not predict density of alloys; rule_of_mixtures would"):
        registry.predictor_of("density", model="rice")
    with pytest.raises(InputError, match="unknown predictor 'chan'; did you mean chen"):
        registry.predictor_of("hardness_vickers", is_ceramic=True, model="chan")


FAMILY = """
class Same:
    '''One of two.'''
    version = "1"
    source = "look-up"
    def __init__(self, name):
        self.name = name
    def generate(self, task, n_samples):
        return task.known
PLUGINS = (Same("one_of_two"), Same("two_of_two"))
"""


def test_a_file_may_hold_a_family(new_module):
    new_module("generators", FAMILY)
    assert {"one_of_two", "two_of_two"} <= set(registry.plugins("generators"))
