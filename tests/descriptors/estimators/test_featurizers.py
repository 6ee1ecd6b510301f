"""The transformers in scikit-learn's shape: its own checks, every kind of input, pipelines, pickles and clones."""

import io
import json
import subprocess
import sys
from unittest import SkipTest

import joblib
import numpy as np
import pandas as pd
import pytest
from pymatgen.core import Composition as PymatgenComposition
from sklearn.base import clone
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import parametrize_with_checks

import quinary
from quinary.chemistry.matrix import as_matrix
from quinary.descriptors.alloys.formulas import ALLOY_DESCRIPTORS, alloy_descriptors
from quinary.descriptors.estimators.featurizers import CeramicFeaturizer, CompositionFeaturizer, FractionFeaturizer
from quinary.errors import InputError

FORMULAS = ["MoNbTaW", "CoCrFeMnNi", "Al0.3CoCrFeNi", "HfNbTaTiZr"]
CERAMICS = ["(HfNbTaTiZr)C", "(TiZr)N", "(HfTa)B2", "(SrBa)(TiZr)O3"]
INPUTS = {
    "list": FORMULAS,
    "dicts": [dict(quinary.Composition.of(formula).cations) for formula in FORMULAS],
    "compositions": [quinary.Composition.of(formula) for formula in FORMULAS],
    "pymatgen": [PymatgenComposition(formula) for formula in FORMULAS],
    "series": pd.Series(FORMULAS, index=[9, 8, 7, 6]),
    "frame": pd.DataFrame({"alloy": FORMULAS}),
    "array": np.array(FORMULAS, dtype=object)[:, None],
    "rows": [[formula] for formula in FORMULAS],
}

CHECKS_FOR_ANY_INPUT = [
    "check_estimator_cloneable",
    "check_estimator_repr",
    "check_estimator_tags_renamed",
    "check_get_params_invariance",
    "check_no_attributes_set_in_init",
    "check_parameters_default_constructible",
    "check_set_params",
    "check_valid_tag_types",
]


@parametrize_with_checks([FractionFeaturizer()])
def test_the_checks_of_scikit_learn(estimator, check):
    try:
        check(estimator)
    except SkipTest as reason:  # the one check that looks for another array library than numpy
        assert "SCIPY_ARRAY_API" in str(reason)


@pytest.mark.parametrize("featurizer", [CompositionFeaturizer, CeramicFeaturizer])
@pytest.mark.parametrize("name", CHECKS_FOR_ANY_INPUT)
def test_the_checks_that_need_no_numbers(name, featurizer):
    check = getattr(estimator_checks, name)
    assert check(featurizer.__name__, featurizer()) is None  # it raises what it finds


@pytest.mark.parametrize("kind", INPUTS)
def test_every_kind_of_input_gives_the_descriptors(kind):
    found = CompositionFeaturizer().fit_transform(INPUTS[kind])
    expected = alloy_descriptors(as_matrix(FORMULAS))
    np.testing.assert_allclose(found, np.column_stack(list(expected.values())), rtol=1e-9)


def test_names_and_pandas_output():
    featurizer = CompositionFeaturizer(["omega", "elemental_statistics"]).set_output(transform="pandas")
    table = featurizer.fit_transform(pd.DataFrame({"alloy": FORMULAS}, index=list("abcd")))
    assert list(table.columns) == list(featurizer.get_feature_names_out())
    assert (table.columns[0], table.columns[1]) == ("omega", "atomic_number_mean")
    assert list(table.index) == list("abcd")


def test_pickles_through_joblib_and_clones():
    fitted = CompositionFeaturizer("elemental_statistics").fit(FORMULAS)
    file = io.BytesIO()
    joblib.dump(fitted, file)
    file.seek(0)
    again = joblib.load(file)
    np.testing.assert_array_equal(again.transform(FORMULAS), fitted.transform(FORMULAS))
    assert clone(fitted).get_params() == fitted.get_params()


def test_in_a_pipeline_with_a_search():
    table = pd.DataFrame({"alloy": FORMULAS * 3, "load": np.arange(12.0)})
    features = make_column_transformer((CompositionFeaturizer("mixing_entropy"), ["alloy"]), remainder="passthrough")
    search = GridSearchCV(
        make_pipeline(features, Ridge()),
        {"columntransformer__compositionfeaturizer__descriptors": ["mixing_entropy", ["omega", "group_mean"]]},
        cv=2,
    )
    search.fit(table, np.arange(12.0))
    assert np.isfinite(search.predict(table)).all()


def test_amounts_in_named_columns():
    amounts = pd.DataFrame({"Mo": [1.0, 2.0], "Nb": [1.0, 0.0], "W": [0.0, 2.0]})
    featurizer = FractionFeaturizer(descriptors="alloy").fit(amounts)
    assert featurizer.elements_ == ("Mo", "Nb", "W")
    expected = alloy_descriptors(as_matrix(["MoNb", "MoW"], ("Mo", "Nb", "W")))
    finite = [np.where(np.isfinite(values), values, np.nan) for values in expected.values()]
    np.testing.assert_allclose(featurizer.transform(amounts), np.column_stack(finite), rtol=1e-12)
    named = FractionFeaturizer(["Mo", "Nb", "W"], "alloy").fit_transform(amounts.to_numpy())
    np.testing.assert_array_equal(named, featurizer.transform(amounts))
    assert named.shape[1] == len(ALLOY_DESCRIPTORS)


def test_not_finite_values_are_named_or_left_to_an_imputer():
    with pytest.raises(InputError, match=r"atomic_size_mismatch of row 1 \(HeMo\).*tabulated for He"):
        CompositionFeaturizer("atomic_size_mismatch").fit_transform(["MoNb", "MoHe"])
    assert np.isnan(FractionFeaturizer(["Mo", "W"]).fit_transform([[0.0, 0.0]])).all()
    with pytest.raises(InputError, match=r"omega.*ratio over zero"):
        CompositionFeaturizer("omega").fit_transform(["W"])
    open_values = CompositionFeaturizer(not_finite="nan")
    assert np.isnan(open_values.fit_transform(["MoNb", "MoHe"])[1]).any()
    filled = make_pipeline(open_values, SimpleImputer(keep_empty_features=True)).fit_transform(["MoNb", "MoHe", "WTa"])
    assert np.isfinite(filled).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: CompositionFeaturizer("omeg").fit(FORMULAS), "did you mean omega"),
        (lambda: CompositionFeaturizer(not_finite="drop").fit(FORMULAS), "raise"),
        (lambda: CompositionFeaturizer().fit("MoNb"), "into a list"),
        (lambda: CompositionFeaturizer().fit(["MoXx"]), "'Xx' is not an element"),
        (lambda: CompositionFeaturizer().fit(["(HfNbTaTiZr)C"]), "is a ceramic"),
        (lambda: CompositionFeaturizer().fit(np.array([["Mo", "Nb"]])), "one column, not 2"),
        (lambda: CeramicFeaturizer().fit(["(HfTa)C", "MoNb"]), "MoNb is an alloy.*CompositionFeaturizer"),
        (lambda: CeramicFeaturizer("ionic").fit(CERAMICS), "did you mean ionic_character"),
        (lambda: CeramicFeaturizer("omega").fit(CERAMICS), "of ceramics 'omega'"),
        (lambda: FractionFeaturizer(["Mo"]).fit(np.ones((2, 2))), "2 columns for 1 elements"),
        (lambda: FractionFeaturizer(["Mo", "Mo"]).fit(np.ones((2, 2))), "named twice"),
        (lambda: FractionFeaturizer(["Mo", "Xx"]).fit(np.ones((2, 2))), "unknown element 'Xx'"),
        (
            lambda: FractionFeaturizer(["Mo", "W"], not_finite="raise").fit_transform(np.zeros((2, 2))),
            "row 0 holds no element",
        ),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(InputError, match=message):
        call()


def test_describing_does_not_load_scikit_learn():
    code = """
import json, sys, quinary
from quinary.plugins.registry import plugins
plugins("descriptors")
print(json.dumps("sklearn" in sys.modules))
assert quinary.CompositionFeaturizer().not_finite == "raise"
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) is False


def test_ceramics_get_the_descriptors_that_describe_gives():
    featurizer = CeramicFeaturizer("all").set_output(transform="pandas")
    table = featurizer.fit_transform(pd.DataFrame({"ceramic": CERAMICS}, index=list("dcba")))
    assert list(table.index) == list("dcba")
    assert list(table.columns) == list(featurizer.get_feature_names_out())
    described = quinary.describe(CERAMICS)
    np.testing.assert_allclose(table.to_numpy(), described[list(table.columns)].to_numpy(), rtol=1e-12)
    assert np.isnan(table.loc["a", "hardness_electron_offset"])
    assert np.isfinite(table.loc["d", ["hardness_electron_offset", "ionic_character"]]).all()


def test_ceramics_in_a_pipeline_and_what_is_not_finite():
    model = make_pipeline(CeramicFeaturizer("all"), SimpleImputer(), Ridge()).fit(CERAMICS, [1.0, 2.0, 3.0, 4.0])
    assert np.isfinite(model.predict(["(HfNb)C"])).all()
    with pytest.raises(InputError, match=r"mean_cation_radius of row 0 .*is not for"):
        CeramicFeaturizer("all", "raise").fit_transform(["(HfNb)C"])
    with pytest.raises(InputError, match=r"mean_precursor_volume of row 1 \(.*Tc"):
        CeramicFeaturizer("mean_precursor_volume", "raise").fit_transform(["(HfNb)C", "(HfTc)B2"])
    file = io.BytesIO()
    joblib.dump(CeramicFeaturizer("all").fit(CERAMICS), file)
    file.seek(0)
    again = joblib.load(file)
    assert again.transform(CERAMICS).shape == (4, len(again.get_feature_names_out()))
