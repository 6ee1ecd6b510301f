"""One suite over all registered plug-ins: a new file in one of the six folders is tested here without a new test."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from quinary.chemistry.composition import Composition
from quinary.chemistry.matrix import CompositionMatrix, as_matrix
from quinary.errors import InputError
from quinary.generative.gan import wgan
from quinary.materials.voids import Void
from quinary.plugins.registry import KINDS, plugins, predictor_of
from quinary.plugins.sockets import (
    GenerationTask,
    MatrixDescriptorPlugin,
    PredictionTask,
    ReadOptions,
    Rejection,
    ValidationSettings,
)
from quinary.points.point import DataPoint, Method, Origin
from quinary.points.properties import properties, property_named
from quinary.prediction import packaged_service
from quinary.reference.elements import atomic_numbers
from quinary.requests.request import Request

ALLOYS = ("MoNbTaW", "HfNbTaTiZr", "CoCrFeMnNi", "Al0.5CrMoTi", "Re20Ru30W50", "Mo")
# Twenty, the fewest that a network learns from.
KNOWN = (
    "MoNbTaW MoNbTaVW HfNbTaTi HfMoNb NbTaTiV MoTaW HfMoTaW Mo2NbTi NbV2W MoNbW MoNbTa NbTaW HfNbTi MoTiV TaTiW HfTaW"
    " MoNbTi NbTiV HfMoTi TaVW"
)
CERAMICS = ("(HfNbTaTiZr)C", "(TiZr)B2", "(MgZn)O", "(LaSr)(MnCo)O3")
# Readers of what the validation loop asked for; all others bring literature.
ORIGINS = {"lab": Origin.VALIDATION, "vasp": Origin.VALIDATION}
OUTCOMES = {"passed", "failed", "uncertain", "skipped"}


def every(kind):
    return pytest.mark.parametrize("name", list(plugins(kind)))


# -- all kinds ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind in KINDS for name in plugins(kind)])
def test_says_who_it_is(kind, name):
    plugin = plugins(kind)[name]
    assert plugin.name == name
    assert name == name.strip().lower()
    assert isinstance(plugin.version, str)
    assert plugin.version
    assert type(plugin).__doc__
    if "source" in KINDS[kind].__annotations__:
        assert plugin.source


@pytest.mark.parametrize("kind", ["predictors", "descriptors"])
def test_properties_are_in_the_vocabulary(kind):
    for plugin in plugins(kind).values():
        assert set(plugin.properties) <= set(properties())
        for name in plugin.properties:
            assert property_named(name).is_derived == (kind == "descriptors")


# -- readers -----------------------------------------------------------------------------------------------------------


def read_whole(name, path):
    return list(plugins("readers")[name].read(path, ReadOptions()))


@every("readers")
def test_an_empty_file_is_refused(name, tmp_path):
    path = tmp_path / "empty.csv"
    path.touch()
    assert not plugins("readers")[name].recognises(path)
    with pytest.raises(InputError, match=r"empty\.csv"):
        read_whole(name, path)


@every("readers")
def test_a_missing_file_is_refused(name, tmp_path):
    with pytest.raises(InputError, match=r"no file .*nowhere\.csv"):
        read_whole(name, tmp_path / "nowhere.csv")


@every("readers")
@pytest.mark.parametrize("ending", ["csv", "xlsx", "json", "bson", "dat"])
def test_rubbish_is_refused_or_not_recognised(name, ending, tmp_path):
    path = tmp_path / f"rubbish.{ending}"
    path.write_bytes(np.random.default_rng(5).bytes(4096))
    assert not plugins("readers")[name].recognises(path)
    with pytest.raises(InputError):
        read_whole(name, path)


@every("readers")
def test_reads_nothing_but_points_and_rejections(name, samples):
    reader = plugins("readers")[name]
    for made_for, path in samples.items():
        try:
            items = read_whole(name, path)
        except InputError:
            assert made_for != name
            continue
        assert all(isinstance(item, DataPoint | Rejection) for item in items)
        origin = ORIGINS.get(name, Origin.LITERATURE)
        assert all(item.origin is origin for item in items if isinstance(item, DataPoint))
        assert all(item.line >= 1 and item.reason for item in items if isinstance(item, Rejection))
    if name in samples:
        assert reader.recognises(samples[name])
        points = [item for item in read_whole(name, samples[name]) if isinstance(item, DataPoint)]
        assert points
        assert read_whole(name, samples[name]) == read_whole(name, samples[name])


# -- searchers ---------------------------------------------------------------------------------------------------------


@every("searchers")
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_searcher_writes_what_it_names(name, ending, tmp_path):
    void = Void("Mo1 W1 | BCC | AC", "hardness_vickers", "", Origin.LITERATURE, 1)
    out = plugins("searchers")[name].search([void], {void.material_key: "MoW"}, tmp_path / f"wanted.{ending}")
    assert out.stat().st_size > 0
    assert [entry.name for entry in tmp_path.iterdir()] == [out.name]


# -- predictors --------------------------------------------------------------------------------------------------------

CARBON = (("C", 1.0),)
# One task for each kind of material: rows of which the first two have a value of everything, and metals that all have.
ROWS = {"alloy": ALLOYS, "ceramic": ("HfNbTaTiZr", "MoNbTaVW", "Ti0.2W0.8", "TaHf", "Mo")}
ANIONS_OF = {"alloy": (), "ceramic": CARBON}


def task_of(*formulas, **settings):
    return PredictionTask(as_matrix(formulas), **settings)


def every_task():
    """(name, quantity, kind) for each kind of material that a predictor is for."""
    triples = [
        (name, entry, kind)
        for name, plugin in plugins("predictors").items()
        for entry in plugin.properties
        for kind in plugin.materials
    ]
    return pytest.mark.parametrize(("name", "quantity", "kind"), triples)


@every("predictors")
def test_a_predictor_says_what_it_is_for(name):
    plugin = plugins("predictors")[name]
    assert plugin.materials
    assert set(plugin.materials) <= set(ROWS)
    assert 0 <= plugin.preference <= 100


@every_task()
def test_an_estimate_is_complete(name, quantity, kind):
    task = task_of(*ROWS[kind], "XeMo", anions=ANIONS_OF[kind])
    found = plugins("predictors")[name].predict(quantity, task)
    n_rows = len(task.matrix)
    for column in (found.values, found.uncertainties, found.is_in_domain):
        assert column.shape == (n_rows,)
    assert len(found.reasons) == len(found.details) == n_rows
    assert found.method in set(Method)
    for row in range(n_rows):
        if found.reasons[row]:
            assert math.isnan(found.values[row])
            assert not found.is_in_domain[row]
        else:
            property_named(quantity).check(float(found.values[row]))
            assert 0 < found.uncertainties[row] < math.inf
            assert found.details[row]
    assert found.reasons[-1]
    assert "Xe" in found.reasons[-1]
    assert not found.reasons[0]


@every_task()
def test_pure_elements_that_are_covered_have_a_value_within_bounds(name, quantity, kind):
    """Of a ceramic: the binaries."""
    plugin, anions = plugins("predictors")[name], ANIONS_OF[kind]
    elements = sorted(plugin.elements(quantity, anions))
    assert {"Mo", "Nb", "Ta", "W"} <= set(elements)
    assert set(elements) <= plugin.elements(quantity)
    matrix = CompositionMatrix(tuple(elements), np.eye(len(elements)))
    found = plugin.predict(quantity, PredictionTask(matrix, anions=anions))
    assert not any(found.reasons)
    for value in found.values:
        property_named(quantity).check(float(value))


@every_task()
def test_order_of_rows_and_columns_and_empty_columns_change_nothing(name, quantity, kind):
    plugin, task = plugins("predictors")[name], task_of(*ROWS[kind], anions=ANIONS_OF[kind])
    generator = np.random.default_rng(1)
    rows = generator.permutation(len(task.matrix))
    columns = generator.permutation(len(task.matrix.elements))
    shuffled = CompositionMatrix(
        tuple(task.matrix.elements[i] for i in columns), task.matrix.fractions[np.ix_(rows, columns)]
    )
    wider = CompositionMatrix(("Xe", *task.matrix.elements, "Ar"), np.pad(task.matrix.fractions, ((0, 0), (1, 1))))
    expected = plugin.predict(quantity, task)
    for matrix, order in ((shuffled, rows), (wider, np.arange(len(rows)))):
        found = plugin.predict(quantity, replace(task, matrix=matrix))
        np.testing.assert_allclose(found.values, expected.values[order], rtol=1e-12)
        np.testing.assert_allclose(found.uncertainties, expected.uncertainties[order], rtol=1e-9)
        assert found.details == tuple(expected.details[i] for i in order)


@every_task()
def test_who_says_to_be_exact_by_row_answers_alike_in_any_company_to_the_last_digit(name, quantity, kind):
    plugin, anions = plugins("predictors")[name], ANIONS_OF[kind]
    if not getattr(plugin, "is_row_exact", False):
        return
    elements = sorted(plugin.elements(quantity, anions), key=atomic_numbers().get)
    random = np.random.default_rng(3)
    fractions = np.zeros((60, len(elements)))
    for row in fractions:
        chosen = random.choice(len(elements), random.integers(1, 7), replace=False)
        row[chosen] = random.dirichlet(np.ones(len(chosen)))
    together = plugin.predict(quantity, PredictionTask(CompositionMatrix(tuple(elements), fractions), anions=anions))
    for number, row in enumerate(fractions):
        present = np.flatnonzero(row)
        matrix = CompositionMatrix(tuple(elements[place] for place in present), row[None, present])
        alone = plugin.predict(quantity, PredictionTask(matrix, anions=anions))
        told = together.values[number], together.uncertainties[number], together.is_in_domain[number]
        np.testing.assert_array_equal(told, (alone.values[0], alone.uncertainties[0], alone.is_in_domain[0]))
        assert (together.details[number], together.reasons[number]) == (alone.details[0], alone.reasons[0])


@every_task()
@pytest.mark.parametrize("lattice", ["bcc", "fcc", "hcp"])
def test_forms_agree_with_predictions(name, quantity, kind, lattice):
    plugin, task = plugins("predictors")[name], task_of(*ROWS[kind], lattice=lattice, anions=ANIONS_OF[kind])
    expected = plugin.predict(quantity, task).values
    for row, part in enumerate(task.matrix.fractions):
        present = np.flatnonzero(part)
        form = plugin.form(quantity, tuple(task.matrix.elements[i] for i in present), task)
        if form is not None and np.isfinite(expected[row]):
            np.testing.assert_allclose(form.value(part[None, present])[0], expected[row], rtol=1e-9)
            assert form.gradient(part[None, present]).shape == (1, len(present))


@every_task()
@pytest.mark.parametrize("elements", [("Mo", "W"), ()])
def test_an_empty_task_has_an_empty_estimate(name, quantity, kind, elements):
    task = PredictionTask(CompositionMatrix(elements, np.zeros((0, len(elements)))), anions=ANIONS_OF[kind])
    found = plugins("predictors")[name].predict(quantity, task)
    assert [column.shape for column in (found.values, found.uncertainties, found.is_in_domain)] == [(0,)] * 3
    assert (found.details, found.reasons) == ((), ())
    assert found.method in set(Method)


@pytest.mark.parametrize("setting", ["lattice", "table"])
def test_an_unknown_lattice_or_table_is_refused_whoever_is_asked(setting):
    with pytest.raises(InputError, match="'diamond'; known: "):
        task_of("MoW", **{setting: "diamond"})


@every_task()
def test_the_other_kind_of_material_is_refused(name, quantity, kind):
    plugin = plugins("predictors")[name]
    if len(plugin.materials) == 1:
        anions = CARBON if kind == "alloy" else ()
        with pytest.raises(InputError, match=r"are (alloys|ceramics), and the predictor is for"):
            plugin.predict(quantity, task_of("MoW", anions=anions))


def test_an_unknown_mixing_is_refused():
    with pytest.raises(InputError, match="mixing"):
        predictor_of("density").predict("density", task_of("MoW", mixing="shaken"))


# -- descriptors -------------------------------------------------------------------------------------------------------


@every("descriptors")
def test_descriptors_have_one_value_a_row_whatever_the_order(name):
    plugin, compositions = plugins("descriptors")[name], [Composition.of(formula) for formula in ALLOYS + CERAMICS]
    rows = np.random.default_rng(2).permutation(len(compositions))
    expected, found = plugin.describe(compositions), plugin.describe([compositions[row] for row in rows])
    assert set(expected) == set(plugin.properties)
    for quantity, column in expected.items():
        assert column.shape == (len(compositions),)
        np.testing.assert_allclose(found[quantity], column[rows], rtol=1e-9, atol=1e-9, err_msg=quantity)
    assert {column.shape for column in plugin.describe([]).values()} == {(0,)}


@every("descriptors")
def test_descriptors_say_nothing_of_what_they_do_not_cover(name):
    plugin, compositions = plugins("descriptors")[name], [Composition.of(formula) for formula in ALLOYS + CERAMICS]
    covered = np.array([plugin.covers(composition) for composition in compositions])
    assert covered.any()
    for quantity, column in plugin.describe(compositions).items():
        assert np.isnan(column[~covered]).all(), quantity


def test_no_material_gets_one_descriptor_twice():
    for formula in ALLOYS + CERAMICS:
        covering = [plugin for plugin in plugins("descriptors").values() if plugin.covers(Composition.of(formula))]
        names = [quantity for plugin in covering for quantity in plugin.properties]
        assert names
        assert len(names) == len(set(names))


@every("descriptors")
@pytest.mark.parametrize("elements", [("Mo", "W"), ()])
def test_an_empty_matrix_has_empty_columns(name, elements):
    plugin = plugins("descriptors")[name]
    if isinstance(plugin, MatrixDescriptorPlugin):
        found = plugin.describe_matrix(CompositionMatrix(elements, np.zeros((0, len(elements)))))
        assert {quantity: column.shape for quantity, column in found.items()} == dict.fromkeys(plugin.properties, (0,))


# -- generators --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def generation_task(tmp_path_factory):
    """A task with a cache; the GAN learns for a moment only, for nothing here depends on what it has learned."""
    settings = wgan.WganSettings(iterations=300)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wgan, "WganSettings", lambda: settings)
        yield _generation_task(tmp_path_factory)


def _generation_task(tmp_path_factory):
    known = as_matrix(KNOWN.split())
    task = PredictionTask(known)
    values = {"shear_modulus": predictor_of("shear_modulus").predict("shear_modulus", task).values}
    request = Request(ranges={"shear_modulus": (60.0, 80.0)})
    return GenerationTask(
        known, values, request, seed=3, cache=tmp_path_factory.mktemp("networks"), predict=packaged_service()
    )


@every("generators")
def test_samples_are_compositions_of_the_known_elements(name, generation_task):
    made = plugins("generators")[name].generate(generation_task, 50)
    assert made.elements == generation_task.known.elements
    assert made.fractions.shape == (50, len(made.elements))
    assert (made.fractions >= 0).all()
    np.testing.assert_allclose(made.fractions.sum(axis=1), 1.0, atol=1e-9)
    assert (made.fractions == 0.0).any()


@every("generators")
def test_no_samples_are_none(name, generation_task):
    made = plugins("generators")[name].generate(generation_task, 0)
    assert made.elements == generation_task.known.elements
    assert made.fractions.shape == (0, len(made.elements))


@every("generators")
def test_the_same_task_gives_the_same_samples_and_another_seed_others(name, generation_task):
    generator = plugins("generators")[name]
    first = generator.generate(generation_task, 40).fractions
    assert np.array_equal(first, generator.generate(generation_task, 40).fractions)
    without_wish = replace(generation_task, request=Request())
    other = replace(without_wish, seed=generation_task.seed + 1)
    assert not np.array_equal(generator.generate(without_wish, 40).fractions, generator.generate(other, 40).fractions)


# -- validators --------------------------------------------------------------------------------------------------------


@every("validators")
@pytest.mark.parametrize("formula", ["MoNbTaW", "CoCrFeMnNi", "(HfNbTaTiZr)C", "XeMo", "Mo"])
def test_a_verdict_is_complete(name, formula):
    # one embedded-atom model is fast and knows none of these elements; what a real one says: validators/test_potential.py
    verdict = plugins("validators")[name].validate(Composition.of(formula), ValidationSettings(potential="emt"))
    assert verdict.rung == name
    assert verdict.outcome in OUTCOMES
    assert verdict.reason
    assert verdict.seconds >= 0
    json.dumps(verdict.as_dict(), allow_nan=False)
    if formula in {"(HfNbTaTiZr)C", "XeMo"}:
        assert verdict.outcome == "skipped"
        assert not verdict.phases


def test_rungs_have_their_places():
    orders = [plugin.order for plugin in plugins("validators").values()]
    assert len(set(orders)) == len(orders)
