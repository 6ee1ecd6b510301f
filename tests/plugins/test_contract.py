"""One suite over all registered plug-ins: a new file in one of the six folders is tested here without a new test."""

from functools import partial

import numpy as np
import pytest

from quinary.chemistry.composition import Composition
from quinary.chemistry.matrix import CompositionMatrix, as_matrix
from quinary.errors import InputError
from quinary.generative import gan
from quinary.materials.voids import Void
from quinary.plugins.registry import KINDS, plugins, predictor_of
from quinary.plugins.sockets import (
    MatrixDescriptorPlugin,
    PredictionTask,
    ReadOptions,
    Rejection,
    ValidationSettings,
)
from quinary.points.point import DataPoint, Origin
from quinary.points.properties import properties, property_named
from quinary.testing import check_generator, check_members, check_predictor, check_validator, example_task

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
    check_members(plugin, kind)


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


def task_of(*formulas, **settings):
    return PredictionTask(as_matrix(formulas), **settings)


@every("predictors")
def test_a_predictor_keeps_its_promises(name):
    check_predictor(plugins("predictors")[name])


@every("predictors")
def test_a_predictor_of_ours_is_exact_by_row_and_knows_the_refractory_metals(name):
    plugin = plugins("predictors")[name]
    assert plugin.is_row_exact
    for quantity in plugin.properties:
        for kind in plugin.materials:
            assert {"Mo", "Nb", "Ta", "W"} <= plugin.elements(quantity, (("C", 1.0),) if kind == "ceramic" else ())


@pytest.mark.parametrize("setting", ["lattice", "table"])
def test_an_unknown_lattice_or_table_is_refused_whoever_is_asked(setting):
    with pytest.raises(InputError, match="'diamond'; known: "):
        task_of("MoW", **{setting: "diamond"})


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
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gan, "WganSettings", partial(gan.WganSettings, iterations=300))
        yield example_task(tmp_path_factory.mktemp("networks"))


@every("generators")
def test_a_generator_keeps_its_promises(name, generation_task):
    check_generator(plugins("generators")[name], generation_task)


# -- validators --------------------------------------------------------------------------------------------------------


@every("validators")
def test_a_validator_keeps_its_promises(name):
    # one embedded-atom model is fast and knows none of these elements; what a real one says: validators/test_potential.py
    check_validator(plugins("validators")[name])


@every("validators")
@pytest.mark.parametrize("formula", ["(HfNbTaTiZr)C", "XeMo"])
def test_what_no_rung_can_judge_is_skipped(name, formula):
    verdict = plugins("validators")[name].validate(Composition.of(formula), ValidationSettings(potential="emt"))
    assert (verdict.outcome, verdict.phases) == ("skipped", ())


def test_rungs_have_their_places():
    orders = [plugin.order for plugin in plugins("validators").values()]
    assert len(set(orders)) == len(orders)
