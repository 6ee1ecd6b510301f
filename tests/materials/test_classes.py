"""Classes of materials: what the predicate language says, and what it refuses."""

import pytest

from quinary.chemistry.composition import Composition
from quinary.errors import InputError
from quinary.materials.classes import MaterialClass, Members, Range, read_class
from quinary.materials.policy import default_policy


def belongs(asked, formula, structure=()):
    composition = Composition.of(formula)
    return asked.holds(composition.elements, structure, is_ceramic=composition.is_ceramic)


@pytest.mark.parametrize(
    ("entry", "formula", "structure", "expected"),
    [
        ({"kind": "alloy"}, "MoNbTaW", (), True),
        ({"kind": "alloy"}, "(HfNb)C", (), False),
        ({"elements": ["Mo", "Nb", "Ta"]}, "MoNb", (), True),
        ({"elements": ["Mo", "Nb", "Ta"]}, "MoNbTi", (), False),
        ({"elements": {"all": ["Mo", "Nb"]}}, "MoNbTi", (), True),
        ({"elements": {"all": ["Mo", "Nb"]}}, "MoTi", (), False),
        ({"elements": {"any": ["Re", "Nb"]}}, "MoNb", (), True),
        ({"elements": {"any": ["Re", "Nb"]}}, "MoTi", (), False),
        ({"elements": {"none": ["Al"]}}, "MoNb", (), True),
        ({"elements": {"none": ["Al"]}}, "AlNb", (), False),
        ({"elements": ["Hf", "Nb"]}, "(HfNb)C", (), True),
        ({"elements": {"any": ["C"]}}, "(HfNb)C", (), False),
        ({"elements": {"any": ["C"]}}, "Hf45Nb45C10", (), True),
        ({"anion": ["C"]}, "(HfNb)C", (), True),
        ({"anion": "C"}, "(HfNb)B2", (), False),
        ({"anion": ["C", "N"]}, "(HfNb)(C0.5N0.5)", (), True),
        ({"anion": ["C", "N"]}, "(HfNb)C", (), False),
        ({"n_components": "3:"}, "MoNbTa", (), True),
        ({"n_components": "3:"}, "(HfNb)C", (), False),
        ({"n_components": 2}, "(HfNb)C", (), True),
        ({"n_components": ":2"}, "MoNbTa", (), False),
        ({"structure": ["BCC"]}, "MoNb", ("BCC", "BCC"), True),
        ({"structure": ["BCC"]}, "MoNb", ("B2", "BCC"), False),
        ({"structure": ["bcc"]}, "MoNb", (), False),
        ({"structure": {"any": ["BCC"], "none": ["Laves"]}}, "MoNb", ("B2", "BCC"), True),
        ({"structure": {"none": ["Laves"]}}, "MoNb", (), False),
        ({"n_phases": 1}, "MoNb", ("BCC",), True),
        ({"n_phases": 1}, "MoNb", ("BCC", "BCC"), False),
    ],
)
def test_what_belongs_to_a_class(entry, formula, structure, expected):
    assert belongs(read_class("a class", entry), formula, structure) is expected


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ({}, "must say something"),
        ("bcc", "must say something"),
        ({"element": ["Mo"]}, "unknown field 'element'; did you mean elements"),
        ({"elements": ["Mo", "Xx"]}, "unknown element 'Xx'"),
        ({"elements": []}, "list of names"),
        ({"elements": {}}, "a table of only, all, any, none"),
        ({"elements": {"some": ["Mo"]}}, "unknown manner 'some'"),
        ({"anion": ["Si"]}, "unknown anion 'Si'"),
        ({"kind": "glass"}, "unknown kind of material 'glass'"),
        ({"structure": ["BCC+FCC"]}, "not the name of one phase"),
        ({"n_components": "6:3"}, 'a range such as "3:6"'),
        ({"n_components": "many"}, "n_components"),
        ({"n_phases": True}, "n_phases"),
        ({"n_phases": 0}, "n_phases"),
    ],
)
def test_a_mistake_is_refused_with_the_name_of_the_class(entry, problem):
    with pytest.raises(InputError, match=problem) as refused:
        read_class("my class", entry)
    assert "'my class'" in refused.value.message


def test_the_classes_that_come_with_quinary():
    classes = {want.of_class.name: want.of_class for want in default_policy().wants if want.of_class}
    alloy, carbide = classes["bcc refractory alloy"], classes["single-phase carbide"]
    assert belongs(alloy, "MoNbTaW", ("BCC",))
    assert not belongs(alloy, "MoNbTaW", ("BCC", "Laves"))
    assert not belongs(alloy, "CoCrFeMnNi", ("FCC",))
    assert belongs(carbide, "(HfNbTaTiZr)C", ("rock-salt",))
    assert not belongs(carbide, "(HfNbTaTiZr)N", ("rock-salt",))


def test_parts_are_records():
    asked = read_class("x", {"elements": {"only": ["Mo"], "none": ["W"]}, "n_components": "2:4"})
    assert asked == MaterialClass("x", elements=Members(only=("Mo",), none=("W",)), n_components=Range(2, 4))
