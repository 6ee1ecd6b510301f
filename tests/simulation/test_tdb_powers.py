"""Powers that nobody could compute are found before anybody tries."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quinary.simulation.tdb_powers import endless_power
from quinary.simulation.thermodynamic_databases import databases_with_pycalphad


@pytest.mark.parametrize(
    "power",
    ["9**9**9**9", "(9**99)**99**2", "((9**99)**99)**99", "9**(9**9)", "T**(-9)+9**999999", "2**T**9", "9**99.E9",
     "9**+1000", "9 ** 9 ** 9", "9**A", "9**"],
)  # fmt: skip
def test_endless_powers_are_found(power):
    found = endless_power(["FUNCTION FINE 298.15 T**2; 6000 N", f"PARAMETER G(BCC_A2,MO;0) 298.15 {power}; 6000 N"])
    assert found is not None
    assert "**" in found


@given(st.integers(-9, 9), st.sampled_from(["T", "GHSERMO#", "P", "(1+T)", "EXP(T)"]))
def test_powers_of_published_files_are_not(exponent, base):
    written = f"{base}**({exponent})" if exponent < 0 else f"{base}**{exponent}"
    assert endless_power([f"FUNCTION A 298.15 2.5E-3*{written}+{written}; 6000 N"]) is None


def test_references_are_not_read():
    assert endless_power(["LIST_OF_REFERENCES 1 'A**B**C'"]) is None


def test_installed_assessments_have_none_and_the_search_takes_no_time():
    started = time.process_time()
    assert {endless_power(database.text.statements) for database in databases_with_pycalphad()} == {None}
    assert time.process_time() - started < 2
