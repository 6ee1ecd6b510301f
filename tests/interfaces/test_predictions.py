"""A prediction that is not possible for one material does not take those of the others with it."""

import pytest


def test_rows_for_the_rest_and_a_reason_for_the_impossible(run):
    formulas = ("MoNbTaW", "(AgCoMg)O", "MoXe")
    done = run("predict", *formulas, "--property", "density", "--json")
    found = done.json["predictions"]
    assert done.status == 0
    assert [one["formula"] for one in found] == list(formulas)
    assert found[0]["value"] == pytest.approx(13.6, abs=0.5)
    assert "reason" not in found[0]
    assert [one["value"] for one in found[1:]] == [None, None]
    assert found[1]["reason"].startswith("cannot predict density of")
    assert "Xe" in found[2]["reason"]
    assert "cannot predict" in run("predict", *formulas, "--property", "density").out


def test_kinds_that_have_no_predictor_and_materials_of_which_nothing_can_be_said(run):
    found = run("predict", "MoNb", "TiC", "--property", "d_parameter", "--json").json["predictions"]
    assert [one["value"] is None for one in found] == [False, True]
    assert "for alloys only" in found[1]["reason"]
    whole = run("predict", "MoNb", "(LaSr)(MnCo)O3", "--json").json["predictions"]
    (lacking,) = [one for one in whole if one["value"] is None]
    assert (lacking["formula"], lacking["property"]) == ("(LaSr)(MnCo)O3", "")
    assert "2 cation sublattices" in lacking["reason"]


def test_without_any_value_it_is_an_error_as_before(run):
    done = run("predict", "MoXe", "NbXe", "--property", "density", "--json")
    assert done.status == 2
    assert "Xe" in run("predict", "MoXe", "NbXe", "--property", "density").message


def test_a_ceramic_without_a_known_anion_names_what_is_not_known(run):
    assert run("predict", "(HfNbTaTiZr)S", "--property", "shear_modulus").message.endswith(
        "no binaries with S are tabulated, only those with B, C, N, O"
    )
    assert run("predict", "MoXe", "--property", "price").message.endswith("no elemental value for Xe")


def test_the_table_says_at_which_temperature_and_who_answered(run):
    asked = "yield_strength@temperature=1273,hardness_vickers"
    text = " ".join(run("predict", "MoNbTaW", "--property", asked).out.split())
    assert "yield_strength, 1273 K" in text
    assert run("predict", "MoNbTaW", "--property", "YS", "--at", "temperature=1273,test=compression").status == 0
    path = ("path", "MoNbTaW", "HfNbTaTiZr", "--steps", "2", "--property", asked)
    for words in (
        path,
        ("effects", "MoNbTaW", "--property", asked),
        ("screen", "--elements", "Mo,Nb,W", "--step", "0.5", "--rank", "hardness_vickers"),
        ("map", "--elements", "Mo,Nb,W", "--step", "0.5", "--property", "hardness_vickers"),
    ):
        assert "hardness_vickers by hardness_vickers" in " ".join(run(*words).out.split()), words[0]
        assert run(*words, "--json").json["models"]["hardness_vickers"].startswith("hardness_vickers ")
    assert "nothing can be kept" in run(*path, "--keep", "density").message


def test_a_model_of_something_else_is_told_apart_from_one_that_is_not_there(run):
    named = run("predict", "MoNbTaW", "--property", "density", "--model", "yield_strength")
    assert "the model yield_strength does not predict density; rule_of_mixtures would" in named.message
    assert "unknown predictor 'yield'" in run("predict", "MoNbTaW", "--model", "yield").message


def test_a_model_that_is_no_better_than_a_guess_at_a_temperature_is_refused_there(run):
    hot = run("predict", "HfNbTaTiZr", "--property", "elongation@temperature=1273")
    assert hot.status == 2
    assert "no better than the best simple guess at this temperature" in hot.message
    assert run("predict", "HfNbTaTiZr", "--property", "elongation").status == 0


def test_a_nitride_with_silicon_is_no_alloy(run):
    """It has half of its atoms nitrogen, and no density of the metals' mixture."""
    assert run("predict", "(AlCrNbSiTiV)N", "--property", "density").message.endswith("no tabulated volume of SiN, CrN")
    refused = run("predict", "CoCrFeNiN", "--property", "density").message
    assert "20 at.% N, more than an alloy does" in refused
    assert "20 at.% N" in run("predict", "CoCrFeNiN", "--property", "phases").message
