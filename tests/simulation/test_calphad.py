"""Equilibria: known answers, bad input and the names of phases."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from quinary.errors import InputError
from quinary.simulation.calphad import EquilibriumCalculator, lattice_of
from quinary.simulation.thermodynamic_databases import (
    ThermodynamicDatabase,
    find_database,
    read_database,
)

MIRROR = os.environ.get("QUINARY_MIRROR")
NINE_ELEMENTS = "crhfmonbtativwzr_tdb/examples/CrHfMoNbTaTiVWZr_9element_Feb2023.tdb"


@pytest.fixture(scope="module")
def nine() -> ThermodynamicDatabase:
    if MIRROR is None:
        pytest.skip("QUINARY_MIRROR is not set")
    return read_database(Path(MIRROR) / NINE_ELEMENTS)


@pytest.fixture(scope="module")
def chromium_titanium_vanadium() -> EquilibriumCalculator:
    return EquilibriumCalculator(find_database(["Cr", "Ti", "V"]), ["Cr", "Ti", "V"])


@pytest.fixture(scope="module")
def nickel_aluminium() -> EquilibriumCalculator:
    path = find_database(["Al", "Ni"]).path.with_name("alni_dupin_2001.tdb")
    return EquilibriumCalculator(read_database(path), ["Al", "Ni"])


def equimolar(*elements: str) -> dict[str, float]:
    return {element: 1 / len(elements) for element in elements}


def equilibrium(database, composition, temperature, **settings):
    return EquilibriumCalculator(database, composition, **settings).equilibrium(composition, temperature)


@pytest.mark.physics
def test_mo_nb_ta_w_is_single_bcc(nine):
    """Found so in experiment: Senkov et al., Intermetallics 18 (2010) 1758, 10.1016/j.intermet.2010.05.014."""
    assert equilibrium(nine, equimolar("Mo", "Nb", "Ta", "W"), 1273.0).phases == {"BCC_A2": pytest.approx(1.0)}


@pytest.mark.physics
def test_hf_nb_ta_ti_zr_separates_into_two_bcc(nine):
    """Nine-element draft of February 2023 (S. Lin, Phases Research Lab): two bcc phases; the amount is our own."""
    found = equilibrium(nine, equimolar("Hf", "Nb", "Ta", "Ti", "Zr"), 1273.0)
    assert list(found.phases) == ["BCC_A2", "BCC_A2#2"]
    assert found.phases["BCC_A2"] == pytest.approx(0.557, abs=2e-3)
    assert found.compositions["BCC_A2"]["Ta"] != pytest.approx(found.compositions["BCC_A2#2"]["Ta"], abs=0.05)


@pytest.mark.physics
def test_hf_mo_nb_v_zr_has_a_laves_phase(nine):
    """BCC 0.817 and C15 0.183 at 1473 K: A. M. Krajewski, doctoral dissertation (ULTERA), with the same database."""
    found = equilibrium(nine, equimolar("Hf", "Mo", "Nb", "V", "Zr"), 1473.0, is_thorough=True)
    assert dict(found.phases) == pytest.approx({"BCC_A2": 0.817, "LAVES_C15": 0.183}, abs=1e-3)


@pytest.mark.physics
@pytest.mark.parametrize(
    ("aluminium", "phase"),
    [(0.5, "BCC_B2"), (0.25, "FCC_L12"), (0.02, "FCC_A1")],
)
def test_nickel_aluminides_are_ordered_and_nickel_is_not(nickel_aluminium, aluminium, phase):
    """NiAl is B2, Ni3Al L12 and dilute nickel fcc: Al-Ni diagram of Dupin et al., Calphad 25 (2001) 279."""
    found = nickel_aluminium.equilibrium({"Al": aluminium, "Ni": 1 - aluminium}, 1273.0)
    assert next(iter(found.phases)) == phase


@pytest.mark.physics
@pytest.mark.parametrize(("temperature", "phase"), [(1100.0, "HCP_A3"), (1200.0, "BCC_A2"), (1950.0, "LIQUID")])
def test_titanium_transforms_at_1155_k_and_melts_at_1941_k(chromium_titanium_vanadium, temperature, phase):
    """Dinsdale, Calphad 15 (1991) 317, 10.1016/0364-5916(91)90030-N."""
    composition = {"Ti": 1.0, "Cr": 0.0, "V": 0.0}
    assert dict(chromium_titanium_vanadium.equilibrium(composition, temperature).phases) == {phase: 1.0}


def test_cost507_describes_a_refractory_alloy_as_disordered_bcc():
    """Its B2 description lists Nb-Ti order on one sublattice only; left so, every Nb-Ti alloy would come out as B2."""
    composition = equimolar("Mo", "Nb", "Ti")
    database = find_database(composition)
    assert database.name == "COST507.tdb"
    assert dict(equilibrium(database, composition, 1273.0).phases) == {"BCC_A2": pytest.approx(1.0)}


@pytest.mark.parametrize("fractions", [(0.5, 0.3, 0.2), (0.1, 0.45, 0.45), (0.6, 0.4, 0.0), (1e-6, 0.5, 0.499999)])
def test_phases_add_up_to_the_alloy(chromium_titanium_vanadium, fractions):
    composition = dict(zip(("Cr", "Ti", "V"), fractions, strict=True))
    found = chromium_titanium_vanadium.equilibrium(composition, 1000.0)
    assert sum(found.phases.values()) == pytest.approx(1.0)
    assert list(found.phases.values()) == sorted(found.phases.values(), reverse=True)
    for element, fraction in composition.items():
        total = sum(amount * found.compositions[name].get(element, 0.0) for name, amount in found.phases.items())
        assert total == pytest.approx(fraction, abs=1e-4)


def test_leaving_out_foreign_parameters_changes_no_energy():
    from pycalphad import Database, calculate

    database = find_database(["Cr", "Fe", "Nb"])
    texts = (database.path.read_text(), database.text.restricted({"CR", "NB"}))
    whole, part = (
        calculate(Database.from_string(text, fmt="tdb"), ["CR", "NB", "VA"], ["BCC_A2", "LAVES_C14"], T=1300, P=101325)
        for text in texts
    )
    assert whole.GM.values == pytest.approx(part.GM.values, rel=1e-12)


def test_the_same_point_gives_the_same_answer_in_any_order(chromium_titanium_vanadium):
    first = chromium_titanium_vanadium.equilibrium({"Cr": 0.5, "Ti": 0.3, "V": 0.2}, 1000.0)
    chromium_titanium_vanadium.equilibrium({"Cr": 0.2, "Ti": 0.7, "V": 0.1}, 1400.0)
    assert chromium_titanium_vanadium.equilibrium({"V": 0.2, "Cr": 0.5, "Ti": 0.3}, 1000.0) == first


@pytest.mark.parametrize(
    ("composition", "temperature", "message"),
    [
        ({"Cr": 0.5, "Mo": 0.5}, 1000.0, "no Mo in this calculation; its elements are Cr, Ti, V"),
        ({"Cr": 0.5, "Ti": 0.6}, 1000.0, "sum to 1, given: Cr0.5 Ti0.6"),
        ({"Cr": -0.1, "Ti": 1.1}, 1000.0, "at least 0"),
        ({"Cr": float("nan"), "Ti": 1.0}, 1000.0, "at least 0"),
        ({}, 1000.0, "given: none"),
        ({"Cr": 0.5, "Ti": 0.5}, 25.0, "from 298.15 to 4000 K, 25 K lies outside"),
        ({"Cr": 0.5, "Ti": 0.5}, float("nan"), "nan K lies outside"),
    ],
)
def test_bad_conditions_are_refused(chromium_titanium_vanadium, composition, temperature, message):
    with pytest.raises(InputError, match=message):
        chromium_titanium_vanadium.equilibrium(composition, temperature)


def test_elements_outside_the_database_are_refused():
    with pytest.raises(InputError, match="does not cover Mo"):
        EquilibriumCalculator(find_database(["Cr", "Ti", "V"]), ["Cr", "Mo"])


def test_a_broken_statement_is_shown(tmp_path):
    path = tmp_path / "broken.tdb"
    path.write_text(find_database(["Nb", "Re"]).path.read_text() + "\nFUNCTION BROKEN 298.15 +*T**; 6000 N !\n")
    with pytest.raises(InputError, match=r"broken\.tdb is not a valid TDB"):
        equilibrium(read_database(path), equimolar("Nb", "Re"), 1000.0)


def test_an_undefined_function_is_named(tmp_path):
    path = tmp_path / "cut.tdb"
    path.write_text(find_database(["Nb", "Re"]).path.read_text().replace("FUNCTION GHSERRE", "FUNCTION GHSERXX"))
    with pytest.raises(InputError, match=r"calls GHSERRE and never defines it"):
        equilibrium(read_database(path), equimolar("Nb", "Re"), 1000.0)


def test_suspended_phases_stay_out(chromium_titanium_vanadium):
    database = chromium_titanium_vanadium.database
    assert dict(equilibrium(database, {"Ti": 1.0}, 1000.0, suspended=["HCP_A3"]).phases) == {"BCC_A2": 1.0}


def test_broken_statements_of_other_alloys_do_no_harm(tmp_path):
    path = tmp_path / "partly.tdb"
    broken = "\nPARAMETER L(BCC_A2,CR,V:VA;0) 298.15 +*T**; 6000 N !\n"
    path.write_text(find_database(["Cr", "Ti", "V"]).path.read_text() + broken)
    assert list(equilibrium(read_database(path), {"Ti": 1.0}, 1000.0).phases) == ["HCP_A3"]


@pytest.mark.parametrize(
    ("phase", "lattice"),
    [
        ("BCC_A2", "BCC"),
        ("BCC_A2#2", "BCC"),
        ("A2_BCC", "BCC"),
        ("A2", "BCC"),
        ("BCC_RENB", "BCC"),
        ("BCC_B2", "B2"),
        ("B2_BCC", "B2"),
        ("FCC_A1", "FCC"),
        ("FCC_L12", "L12"),
        ("FCC_4SL", "ordered"),
        ("HCP_A3", "HCP"),
        ("LAVES_C14", "Laves"),
        ("C15", "Laves"),
        ("LAVES_PHASE", "Laves"),
        ("LAVES_A15", "A15"),
        ("SIGMA_D8B", "sigma"),
        ("SIGMARENB", "sigma"),
        ("MU_PHASE", "mu"),
        ("CHI_A12", "chi"),
        ("CBCC_A12", "alpha-Mn"),
        ("LIQUID", "liquid"),
        ("GAS", "gas"),
        ("AL3M_D022", "D022"),
        ("AL13FE4", None),
    ],
)
def test_lattices_are_read_from_names(phase, lattice):
    assert lattice_of(phase) == lattice


def test_importing_loads_no_pycalphad():
    code = "import sys, quinary.simulation.calphad; sys.exit('pycalphad' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
