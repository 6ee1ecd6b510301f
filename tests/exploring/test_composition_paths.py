"""Ways between alloys and effects of elements, by name."""

import pytest

from quinary.errors import InputError, WorkError
from quinary.exploring.composition_paths import effects_on, replaced, way_between
from quinary.inverse.paths import Substitution


def test_the_way_between_two_alloys():
    way = way_between("HfNbTaTi", "MoNbTaW", ["shear_modulus", "density"], 4)
    assert [way[0]["formula"], way[-1]["formula"]] == ["HfNbTaTi", "MoNbTaW"]
    values = [step["properties"]["shear_modulus"]["value"] for step in way]
    assert values == sorted(values)
    assert way[2]["composition"] == pytest.approx(
        {"Hf": 0.125, "Mo": 0.125, "Nb": 0.25, "Ta": 0.25, "Ti": 0.125, "W": 0.125}
    )


def test_an_element_is_replaced_and_a_property_stays():
    asked = Substitution("Hf", 0.0, {"shear_modulus": 0.01})
    way = replaced("HfNbTaTi", asked, ["Zr"], ["price"], 3)
    assert "Hf" not in way[-1]["composition"]
    first = way[0]["properties"]["shear_modulus"]["value"]
    assert all(step["properties"]["shear_modulus"]["value"] == pytest.approx(first, rel=0.0101) for step in way)
    assert set(way[0]["properties"]) == {"shear_modulus", "price"}


def test_what_leaves_is_taken_up_by_the_elements_that_were_named():
    asked = Substitution("Hf", 0.0, {"shear_modulus": 0.01})
    way = replaced("HfNbTaTi", asked, ["Zr", "V"], [], 5)
    assert all({"Zr", "V"} <= set(step["composition"]) for step in way[1:])
    assert way[-1]["composition"]["Zr"] + way[-1]["composition"]["V"] > 0.1
    assert all(step["properties"]["shear_modulus"]["uncertainty"] > 5 for step in way)


def test_the_others_stay_where_the_property_allows():
    way = replaced("HfNbTaTi", Substitution("Hf", 0.05, {"price": 1.0}), ["Zr"], [], 2)
    assert way[-1]["composition"] == pytest.approx({"Hf": 0.05, "Zr": 0.2, "Nb": 0.25, "Ta": 0.25, "Ti": 0.25})


@pytest.mark.physics
def test_effects_of_ten_atomic_percent():
    """0.9 c + 0.1 e changes G of MoNbTaW by +5.93 (W), +7.90 (Re), -2.61 GPa (Cr): values of Chong et al. 2021."""
    found = effects_on("MoNbTaW", ["shear_modulus"], ["Re", "Cr"], 0.005, table="chong2021")[0]
    replaced_parts = {s: 10 * found["effects"][s] * (1 - share) for s, share in (("W", 0.25), ("Re", 0), ("Cr", 0))}
    assert replaced_parts == pytest.approx({"W": 5.93, "Re": 7.90, "Cr": -2.61}, abs=0.01)
    assert found["value"] == pytest.approx(87.35)
    assert 0 < found["weighing_spread"] < 1


def test_what_cannot_be_steered():
    with pytest.raises(InputError, match="is a ceramic"):
        effects_on("(HfNbTaTiZr)C", ["density"], [], 0.01)
    with pytest.raises(InputError, match="no more W"):
        replaced("HfNbTaTi", Substitution("W", 0.0, {}), [], [], 3)
    with pytest.raises(WorkError, match="can be lowered to"):
        replaced("MoW", Substitution("W", 0.0, {"shear_modulus": 0.001}), [], [], 3)
