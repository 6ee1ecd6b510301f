"""What a source says of its licence, and what that allows."""

import pytest

from quinary.reference.licences import LicenceClass, licence_named


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("CC-BY-4.0", "CC-BY-4.0", "attribution"), ("cc by 4.0", "CC-BY-4.0", "attribution"),
        ("MIT", "MIT", "attribution"), ("CC0", "CC0-1.0", "open"), ("CC-BY-SA-4.0", "CC-BY-SA-4.0", "share-alike"),
        ("ODbL", "ODbL-1.0", "share-alike"), ("CC BY-NC 4.0", "CC-BY-NC-4.0", "restricted"),
        ("MIT AND CC-BY-SA-4.0", "MIT AND CC-BY-SA-4.0", "share-alike"),
        ("MIT OR GPL-3.0", "MIT OR GPL-3.0", "attribution"), ("MIT AND nonsense", "MIT AND nonsense", "none given"),
        ("", "none given", "none given"), ("none given", "none given", "none given"),
        ("ask me", "ask me", "none given"),
    ],
)  # fmt: skip
def test_names_and_classes(text, name, kind):
    found = licence_named(text)
    assert (found.name, found.kind) == (name, kind)
    assert found.may_be_passed_on == (kind not in {"restricted", "none given"})


def test_every_class_has_a_member():
    named = {licence_named(text).kind for text in ("CC0", "MIT", "ODbL", "CC-BY-ND", "")}
    assert named == set(LicenceClass)
