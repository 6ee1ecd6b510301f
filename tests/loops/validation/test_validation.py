"""The ladder of validators."""

import pytest

from quinary.errors import InputError
from quinary.loops.validation.validation import ladder, validate_compositions
from quinary.plugins.sockets import ValidationSettings


def test_cheap_rungs_come_first_and_each_once():
    assert [rung.name for rung in ladder(("calphad", "rules", "rules"))] == ["rules", "calphad"]


@pytest.mark.parametrize(("names", "message"), [(("rulez",), "did you mean rules"), ((), "no rung named")])
def test_unknown_rungs_are_refused(names, message):
    with pytest.raises(InputError, match=message):
        ladder(names)


def test_one_verdict_for_each_formula_and_rung():
    verdicts = validate_compositions(["MoNbTaW", {"Xe": 1, "Mo": 1}], ladder(), ValidationSettings())
    assert [(entry.formula, entry.rung) for entry in verdicts] == [
        ("MoNbTaW", "rules"), ("MoNbTaW", "calphad"), ("MoXe", "rules"), ("MoXe", "calphad"),
    ]  # fmt: skip
    assert [entry.outcome for entry in verdicts[2:]] == ["skipped", "skipped"]


def test_a_database_of_the_user_that_does_not_cover_the_elements_is_bad_input(published_data):
    settings = ValidationSettings(tdb=published_data / "tdb/Cr-Ni-Ti_huang2018.tdb")
    with pytest.raises(InputError, match="does not cover Mo, Nb, Ta, W"):
        validate_compositions(["MoNbTaW"], ladder(("calphad",)), settings)
