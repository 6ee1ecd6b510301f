"""Policies: what each kind of material should have."""

import pytest

from quinary.errors import InputError
from quinary.materials.policy import Policy, Want, default_policy, policy_from, read_policy
from quinary.points.point import Origin
from quinary.points.properties import properties

TEXT = """
[[want]]
origin = "literature"
materials = "known"
kind = "ceramic"
priority = 2
properties = ["hardness_vickers", "density"]
conditions = ["", "load=9.8"]
"""


def test_a_policy_is_a_list_of_wants():
    assert read_policy(TEXT).wants == (
        Want("hardness_vickers", Origin.LITERATURE, ("", "load=9.8"), "known", "ceramic", 2),
        Want("density", Origin.LITERATURE, ("", "load=9.8"), "known", "ceramic", 2),
    )


def test_what_is_not_said_is_wanted_of_all_materials_at_ambient_conditions():
    (want,) = read_policy('[[want]]\norigin = "prediction"\nproperties = ["density"]').wants
    assert want == Want("density", Origin.PREDICTION, ("",), "all", "all", 5)


def test_the_version_follows_the_wants():
    assert read_policy(TEXT).version == read_policy("# a remark\n" + TEXT).version
    assert read_policy(TEXT).version != read_policy(TEXT.replace("load=9.8", "load=4.9")).version
    assert read_policy(TEXT).version != read_policy(TEXT.replace("priority = 2", "priority = 3")).version


@pytest.mark.parametrize(
    ("materials", "kind", "is_known", "is_generated", "is_ceramic", "expected"),
    [
        ("all", "all", False, False, False, False),  # what was said of it was refused or withdrawn
        ("all", "all", False, True, False, True),
        ("known", "all", True, False, False, True),
        ("known", "all", False, True, False, False),
        ("generated", "all", True, True, False, True),
        ("generated", "all", True, False, False, False),
        ("all", "ceramic", True, False, True, True),
        ("all", "ceramic", True, False, False, False),
        ("all", "alloy", True, False, True, False),
        ("known", "alloy", True, True, False, True),
    ],
)
def test_to_whom_a_want_applies(materials, kind, is_known, is_generated, is_ceramic, expected):
    want = Want("density", Origin.LITERATURE, ("",), materials, kind, 1)
    assert want.applies_to(is_known=is_known, is_generated=is_generated, is_ceramic=is_ceramic) is expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[want", "not valid TOML"),
        ("", r"no \[\[want\]\] entry"),
        ('[[want]]\norigin = "literature"\nproperties = []', r"no \[\[want\]\] entry"),
        (TEXT.replace('"literature"', '"litterature"'), "unknown origin 'litterature'; did you mean literature"),
        (TEXT.replace('"known"', '"knowns"'), "unknown choice of materials 'knowns'"),
        (TEXT.replace('"ceramic"', '"glass"'), "unknown kind of material 'glass'"),
        (TEXT.replace('"density"', '"densty"'), "unknown property 'densty'; did you mean density"),
        ('[[want]]\nproperties = ["density"]', "unknown origin"),
        ('want = "density"', r"\[\[want\]\]"),
        (TEXT.replace("priority = 2", 'priority = "high"'), "priority"),
        (TEXT.replace("priority = 2", "priorty = 2"), "unknown field 'priorty'; did you mean priority"),
        (TEXT.replace('["", "load=9.8"]', "[]"), "conditions"),
        (TEXT.replace('["", "load=9.8"]', '"load=9.8"'), "conditions"),
        (TEXT.replace('["hardness_vickers", "density"]', '["mixing_entropy"]'), "mixing_entropy is derived"),
    ],
)
def test_a_policy_with_a_mistake_is_refused(text, problem):
    with pytest.raises(InputError, match=problem):
        read_policy(text)


def test_the_policy_that_comes_with_quinary_is_sound():
    policy = default_policy()
    assert isinstance(policy, Policy)
    assert {want.origin for want in policy.wants} == set(Origin)
    assert len({(want.property, want.origin, want.materials, want.kind) for want in policy.wants}) == len(policy.wants)
    assert not any(properties()[want.property].is_derived for want in policy.wants)


def test_a_policy_comes_from_a_file_or_is_the_default(tmp_path):
    path = tmp_path / "policy.toml"
    path.write_text(TEXT, encoding="utf-8")
    assert policy_from(path) == read_policy(TEXT)
    assert policy_from(None) is default_policy()
    with pytest.raises(InputError, match="cannot read policy"):
        policy_from(tmp_path / "missing.toml")
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="policy"):
        policy_from(path)


CLASSED = """
[class."bcc alloy"]
kind = "alloy"
structure = ["BCC"]

[[want]]
origin = "literature"
class = "bcc alloy"
properties = ["yield_strength"]
conditions = ["test=tension; temperature=1000 degC"]
"""


def test_a_want_may_be_for_a_class_and_its_conditions_become_canonical():
    (want,) = read_policy(CLASSED).wants
    assert want.of_class is not None
    assert want.of_class.name == "bcc alloy"
    assert want.conditions_keys == ("temperature=1273;test=tension",)
    assert read_policy(CLASSED).version != read_policy(CLASSED.replace('["BCC"]', '["FCC"]')).version


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            CLASSED.replace('class = "bcc alloy"', 'class = "bcc aloy"'),
            "unknown class of materials 'bcc aloy'; did you",
        ),
        (CLASSED.replace("structure", "strcture"), "class 'bcc alloy': unknown field 'strcture'"),
        (CLASSED.replace("temperature=1000", "tempratur=1000"), r"\[\[want\]\] 1: unknown condition 'tempratur'"),
        ("[classes.x]\nkind = 'alloy'\n" + TEXT, "unknown part of a policy 'classes'"),
        ("class = 3\n" + TEXT, "written as"),
        (TEXT.replace("priority = 2", "priority = 0"), "from 1 to 9"),
        (TEXT.replace("priority = 2", "priority = true"), "from 1 to 9"),
        (TEXT + TEXT.replace('"density"', '"densty"'), r"\[\[want\]\] 2: unknown property"),
    ],
)
def test_a_mistake_in_classes_and_conditions_is_refused(text, problem):
    with pytest.raises(InputError, match=problem):
        read_policy(text)


def test_a_refusal_names_the_file(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(TEXT.replace("priority = 2", "priorty = 2"), encoding="utf-8")
    with pytest.raises(InputError, match=r"mine\.toml: \[\[want\]\] 1: unknown field 'priorty'"):
        policy_from(path)
