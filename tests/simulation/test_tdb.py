"""Reading the statements of a TDB."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quinary.simulation.tdb import TdbText, read_text

SMALL = """$ Made for this test: two metals, carbon, an ordered partner
ELEMENT /- ELECTRON_GAS 0 0 0 !
ELEMENT VA VACUUM 0 0 0 !
ELEM MO BCC_A2 95.94 4589 28.56 !
ELEMENT NB BCC_A2 92.9 5220 36.27 ! ignored after the end
ELEMENT C GRAPHITE 12 0 0 !
ELEMENT W BCC_A2 183.8 0 0 !
SPECIES C2 C2 !
FUNCTION UN_ASS 298.15 0; 300 N !
FUNCTION GHSERMO 298.15 -100*T; 2896
   Y -90*T; 5000 N !
TYPE_DEFINITION & GES AMEND_PHASE_DESCRIPTION BCC_B2 DIS_PART BCC_A2,,, !
PHASE BCC_A2 % 2 1 3 !
CONST BCC_A2 : MO%,NB,W : C,VA% : !
PHASE BCC_B2 %& 3 .5 .5 3 !
CONSTITUENT BCC_B2 : MO,NB : MO,NB : VA : !
PHASE LAVES_C15 % 2 2 1 !
CONSTITUENT LAVES_C15 : MO NB : MO NB : !
PHASE GAS:G % 1 1 !
CONSTITUENT GAS:G : C,C2 : !
PARA G(BCC_A2,MO:VA;0) 298.15 +GHSERMO#; 4000 N !
PARAMETER G(BCC_A2,NB:VA;0) 200 -95*T; 6000 N !
PARAMETER L(BCC_A2,MO,NB:VA;0) 298.15 +5000; 6000 N !
PARAMETER L(BCC_A2,NB,W:VA;0) 298.15 +0.0; 6000 N !
PARAMETER L(BCC_A2,MO,W:VA;0) 298.15 +UN_ASS#; 300 N !
PARAMETER G(BCC_A2,MO:C,VA;0) 298.15 -7000; 6000 N !
PARAMETER G(BCC_B2,MO:NB:VA;0) 298.15 -3000; 6000 N !
PARAMETER L(LAVES_C15,NB,W:MO;0) 298.15 -3000; 6000 N !
PARAMETER G(GAS,C2;0) 298.15 -3000; 6000 N !
"""


@pytest.fixture(scope="module")
def small() -> TdbText:
    return read_text(SMALL)


def test_an_element_is_covered_by_an_energy_in_a_solution_not_by_being_listed(small):
    assert small.covered_elements() == {"MO", "NB"}


def test_zero_parameters_and_compounds_assess_nothing(small):
    assert small.assessed_systems() == {frozenset({"MO", "NB"}), frozenset({"MO", "C"})}


def test_solutions_are_told_from_compounds_ordered_phases_and_gases(small):
    assert [name for name in small.phases if small.is_solution(name)] == ["BCC_A2"]


def test_temperature_range_is_where_all_pure_elements_are_described(small):
    assert small.temperature_range({"MO", "NB"}) == (298.15, 4000.0)
    assert small.temperature_range({"NB"}) == (200.0, 6000.0)


def test_restricting_drops_foreign_parameters_only(small):
    kept = read_text(small.restricted({"MO", "NB"}))
    assert {p.statement for p in kept.parameters} >= {
        p.statement for p in small.parameters if small.elements_of(p) <= {"MO", "NB"}
    }
    assert all(kept.elements_of(p) <= {"MO", "NB"} for p in kept.parameters)
    assert kept.phases == small.phases


def test_one_sided_order_is_completed_on_the_equal_sublattice(small):
    ordering = [p.sublattices for p in read_text(small.restricted({"MO", "NB"})).parameters if p.phase == "BCC_B2"]
    assert ordering == [(("MO",), ("NB",), ("VA",)), (("NB",), ("MO",), ("VA",))]


def test_the_header_is_the_opening_comment(small):
    assert small.header.startswith("Made for this test")


@given(st.text())
def test_any_text_can_be_read(text):
    assert read_text(text).covered_elements() <= read_text(text.upper()).covered_elements()
