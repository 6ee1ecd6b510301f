"""S1's figures 4 to 8 on the embedded alloys: what the paper says about them is so."""

import pytest

from quinary.studies.reproductions import ReproductionSettings, reproduce


@pytest.fixture(scope="module")
def document():
    return reproduce("s1", ReproductionSettings(0.01))


@pytest.mark.slow
@pytest.mark.physics
def test_what_the_paper_says_of_its_figures(document):
    """Debnath et al. 2021, 10.20517/jmi.2021.05, figures 4 to 8.

    Over the training seeds 0, 1 and 2, and seed 0 with MKL_CBWR=COMPATIBLE and ATEN_CPU_CAPABILITY=default: agreement of pairs
    .89 to .93, R2 .959 to .967, relative errors .048 to .051 and .060 to .078, medians within 5.0 %, spreads 4.0 to 5.5 at
    30 GPa, 9.5 to 10.8 at 60, 12 to 14 at 90 and 18 to 26 at 120. Which of the last two is larger by how much, and whether the
    fit above 100 GPa is weaker by a fifth or by half, hang on the training.
    """
    ours = document["ours"]
    assert document["name"] == "debnath2021"
    assert ours["pair_correlation_agreement"] > 0.7
    assert ours["shear_modulus_r2"] > 0.9
    assert ours["shear_modulus_relative_error_40_to_100"] < 0.1
    assert ours["shear_modulus_relative_error_above_100"] < 0.15
    for target in (30, 60, 90):
        assert ours[f"median_shear_modulus_at_{target}"] == pytest.approx(target, rel=0.12)
    assert ours["spread_of_shear_modulus_at_90"] > 1.5 * ours["spread_of_shear_modulus_at_30"]
    assert ours["spread_of_shear_modulus_at_120"] > 1.2 * ours["spread_of_shear_modulus_at_60"]
    assert ours["toughness_rises_with_shear_modulus"] == 1.0  # by .11 MPa m^0.5 or more from wish to wish
    assert ours["correlation_of_shear_modulus_and_toughness"] > 0.7  # of the data, no network


@pytest.mark.slow
@pytest.mark.physics
def test_elements_follow_the_elemental_values(document):
    """Figures 6 and 8: W, Re, Ru and Mo come and Zr goes as the modulus rises; Cr marks case a.

    K^2 = 2 G usf / (1 - nu) asks for a high usf / G in case a, which chromium has. Over the same four trainings the shares of
    samples rise by .69 to .76 (W), .32 to .54 (Re), .41 to .49 (Ru) and .54 to .86 (Mo), and fall by .57 to .77 (Zr);
    chromium has .35 to .40 more in a than in d. Hafnium goes either way (-.04 to +.11), and molybdenum (+.04 to +.07 in a) and
    rhenium (+.004 to +.03 in d) mark their cases too weakly to be asserted.
    """
    ours, soft, hard = document["ours"], document["listed"][0], document["listed"][-1]
    assert all(hard[symbol] - soft[symbol] > 0.15 for symbol in ("W", "Re", "Ru", "Mo"))
    assert soft["Zr"] - hard["Zr"] > 0.25
    assert ours["cr_fraction_in_a_less_in_d"] > 0.15


@pytest.mark.slow
def test_what_is_said_of_elements_is_said_of_this_run(document):
    said = [note for note in document["notes"] if note.startswith("the share of samples with")]
    assert len(said) == len(document["listed"][0]) - 1
    for note in said:
        symbol = note.split()[5]
        shares = [row[symbol] for row in document["listed"]]
        if "rises" in note or "falls" in note:
            assert (shares[-1] - shares[0] > 0.05) == ("rises" in note)
        else:
            assert "shows no clear trend" in note


@pytest.mark.slow
def test_held_out_systems_are_beside_the_baseline(document):
    """Over three trainings .15 to .16 of the spread, the nearest known alloy .028 to .030."""
    grouped = document["grouped"]
    assert grouped["alloys_held_out"] > 50
    for name in ("shear_modulus", "fracture_toughness_rice"):
        nearest, ours = (grouped[f"{name}_error_over_spread{of}"] for of in ("_of_nearest_known", ""))
        assert 0 < 2 * nearest < ours < 0.3
