"""`design --anion`: carbides, nitrides, diborides, oxides and carbonitrides, on their cations."""

import pytest

METALS = ("--elements", "Hf,Nb,Ta,Ti,Zr", "--components", "3:5", "--generator", "random", "-n", "2", "--json")


@pytest.mark.parametrize(
    ("anion", "ending", "target"),
    [
        ("C", "C", "hardness_vickers=24.5"),
        ("N", "N", "hardness_vickers=17"),
        ("B2", "B2", "hardness_vickers=35"),
        ("C0.5N0.5", "(C0.5N0.5)", "bulk_modulus=275"),
    ],
)
@pytest.mark.usefixtures("store")
def test_targets_are_met_on_the_cations(run, anion, ending, target):
    name, _, wanted = target.partition("=")
    found = run("design", "--anion", anion, "--target", target, *METALS).json["candidates"]
    assert len({entry["formula"] for entry in found}) == 2
    for entry in found:
        assert entry["formula"].endswith(ending)
        assert 3 <= len(entry["composition"]) <= 5
        assert entry["properties"][name]["value"] == pytest.approx(float(wanted), rel=1.001e-3)


@pytest.mark.usefixtures("store")
def test_a_hard_single_phase_carbide(run):
    wishes = ("--target", "hardness_vickers=26", "--range", "single_phase_probability=0.8:")
    found = run("design", "--anion", "C", *wishes, "--generator", "random", "-n", "2", "--json").json["candidates"]
    assert len(found) == 2
    for entry in found:
        assert entry["properties"]["hardness_vickers"]["value"] == pytest.approx(26.0, rel=1.001e-3)
        assert entry["properties"]["single_phase_probability"]["value"] >= 0.8


@pytest.mark.usefixtures("store")
def test_a_table_says_which_domains_its_candidates_are_outside_of(run):
    wishes = ("--maximize", "bulk_modulus", "--elements", "Mg,Ca,Cu,Zn,Zr", "--components", "4:5")
    shown = run("design", "--anion", "O", *wishes, "--generator", "random", "-n", "2").out
    assert "2 of 2 lie outside the domain of what predicts bulk_modulus" in shown


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("anion", "words"),
    [
        ("N", "single_phase_probability has no predictor for ceramics with N; it has one for those with C"),
        ("O2", "2 O a metal fit no tabulated binaries"),
        ("CB", "share no structure"),
    ],
)
def test_what_cannot_be_is_one_line(run, anion, words):
    refused = run("design", "--anion", anion, "--range", "single_phase_probability=0.8:")
    assert refused.status == 2
    assert words in refused.message
