"""Amounts in columns of elements: the balance, units in cells, sums that are no composition."""

import pytest

from quinary.errors import InputError
from quinary.readers.parsing.element_amounts import AmountUnit, composition_of_amounts, written_amounts

WEIGHT, BARE = AmountUnit(is_by_weight=True, is_percent=True), AmountUnit(is_by_weight=False, is_percent=False)


@pytest.mark.parametrize("word", ["Bal.", "bal", "BALANCE", " balance ", "rest", "Remainder"])
def test_the_balance_is_what_is_missing_to_100(word):
    cells = [("Ni", word), ("Cr", 20), ("Co", "10"), ("Fe", None)]
    assert composition_of_amounts(cells, WEIGHT) == composition_of_amounts([("Ni", 70), ("Cr", 20), ("Co", 10)], WEIGHT)
    assert written_amounts(cells, WEIGHT) == "Ni70 Cr20 Co10 wt%"


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ([("Ni", "Bal."), ("Fe", "bal"), ("Cr", 20)], "Ni and Fe are both the balance"),
        ([("Ni", "Bal."), ("Cr", 100)], "sum to 100 already"),
        (
            [("Ni", 20), ("Cr", 15.2)],
            "sum to 35.2, not to 1 or 100; if the rest is one element, add a column of it with Bal.",
        ),
        ([("Ni", "14-17"), ("Cr", 83)], "Ni: '14-17' is not an amount"),
        ([("Ni", "0.15 max"), ("Cr", 83)], "Ni: '0.15 max' is not a number"),
        ([("Ni", "50 wt.%"), ("Cr", "50 at%")], "some amounts are in weight percent and some in atomic percent"),
    ],
)
def test_what_is_no_composition_is_refused(cells, told):
    with pytest.raises(InputError, match=told):
        composition_of_amounts(cells, WEIGHT)


def test_a_balance_to_1_or_to_100_is_asked_about():
    with pytest.raises(InputError, match=r"to 1 or to 100\? The others sum to 0.8: .*'Fe \(wt%\)'"):
        composition_of_amounts([("Fe", "Bal."), ("C", 0.2), ("Mn", 0.6)], BARE)
    assert composition_of_amounts([("Fe", "Bal."), ("C", 20)], BARE).atomic_fractions == pytest.approx(
        {"Fe": 0.8, "C": 0.2}
    )


@pytest.mark.parametrize("unit", ["wt.%", " wt%", " wt. %", "mass%", " weight %", " Wt-%"])
def test_a_unit_in_the_cells_is_heard(unit):
    stated = composition_of_amounts([("Ni", f"20.55{unit}"), ("Cr", f"79.45{unit}")], BARE)
    assert stated == composition_of_amounts([("Ni", 20.55), ("Cr", 79.45)], WEIGHT)
    assert written_amounts([("Ni", f"20.55{unit}"), ("Cr", "Bal.")], BARE) == "Ni20.55 Cr79.45 wt%"


def test_percent_alone_says_nothing_of_the_kind():
    assert composition_of_amounts([("Ni", "20%"), ("Cr", "80 at.%")], WEIGHT).atomic_fractions["Ni"] == pytest.approx(
        0.2
    )
    assert composition_of_amounts([("Ni", "20%"), ("Cr", "80%")], WEIGHT) == composition_of_amounts(
        [("Ni", 20), ("Cr", 80)], WEIGHT
    )
