"""Other labels help where they are related and plentiful, and nothing of a held-out system is known through them."""

from dataclasses import replace

import numpy as np
import pytest

from quinary.errors import InputError
from quinary.learning.exporting import exported
from quinary.learning.models.joint import CorrectedRegressor, JointRegressor
from quinary.learning.other_labels import other_labels
from quinary.learning.portable import answers_and_spread
from quinary.learning.scores import paired_difference
from quinary.learning.study import StudySettings, study_of
from quinary.learning.table import Measurement, table_of_rows

SETTINGS = StudySettings(feature_sets=("fractions",), models=("pair_ridge",))
ELEMENTS = ("Cr", "Hf", "Mo", "Nb", "Ta", "Ti", "V", "W")


def tables(n_dear=40, n_cheap=120, relation=1.0, seed=0):
    """A scarce property, and a plentiful one that shares its law up to a slope, a line in one element, and noise."""
    random = np.random.default_rng(seed)
    own = random.normal(size=(2, 8, 8))

    def table(name, n_rows, law, noise):
        rows = []
        for _ in range(n_rows):
            chosen = random.choice(8, 4, replace=False)
            x = np.zeros(8)
            x[chosen] = random.dirichlet(np.full(4, 3.0))
            value = 10.0 * x @ law @ x + 2.0 * x[0] + noise * random.normal()
            rows.append(Measurement({s: c for s, c in zip(ELEMENTS, x, strict=True) if c > 0}, float(value), "GPa"))
        return table_of_rows(name, rows, ELEMENTS)

    other = relation * own[0] + (1.0 - relation) * own[1]
    return table("dear", n_dear, own[0], 0.1), table("cheap", n_cheap, 3.0 * other, 0.1)


def alone(study):
    return next(one for one in study.judgements if one.model == "single_process").scores["mae"].value


def gain(study, model):
    """Error alone minus error with other labels, and its interval."""
    found = {one.model: one.held_out for one in study.judgements}
    rows = found["single_process"].rows
    pair = found["single_process"].predicted, found[model].predicted
    return paired_difference("mae", study.table.target[rows], pair, study.table.groups["system"][rows])


def test_related_labels_help_the_scarce_property():
    dear, cheap = tables()
    study = study_of(dear, SETTINGS, others=[cheap])
    for model in ("joint_process", "corrected_process"):
        found = gain(study, model)
        assert found.low > 0
        assert found.value > 0.2 * alone(study)


def test_unrelated_labels_hardly_harm_the_joint_process():
    dear, cheap = tables(relation=0.0)
    study = study_of(dear, SETTINGS, others=[cheap])
    assert gain(study, "joint_process").value > -0.15 * alone(study)


def test_a_copy_of_the_labels_gives_nothing_away():
    """The same labels at the same compositions as other labels: if any leaked, held-out rows would be known exactly."""
    dear, _ = tables()
    copy = replace(dear, property="copy")
    study = study_of(dear, SETTINGS, others=[copy])
    for model in ("joint_process", "corrected_process"):
        assert abs(gain(study, model).value) < 0.2 * alone(study)


def test_no_label_of_a_hidden_system_is_left():
    _, cheap = tables()
    labels = other_labels([cheap, replace(cheap, property="again")], ("fractions",))
    hidden = np.unique(cheap.groups["system"])[:10]
    left = labels.without(hidden)
    assert not np.isin(left.systems, hidden).any()
    assert len(left.targets) == len(labels.targets) - np.isin(labels.systems, hidden).sum()
    assert set(left.kinds.tolist()) == {0, 1}
    assert repr(left) != repr(labels) and repr(labels.without(np.array([]))) == repr(labels)


@pytest.mark.parametrize("kind", [JointRegressor, CorrectedRegressor])
def test_saved_steps_answer_the_same(kind):
    dear, cheap = tables()
    labels = other_labels([cheap], ("fractions",))
    model = kind(labels).fit(dear.matrix.fractions, dear.target)
    asked = cheap.matrix.fractions[:30]
    answer, spread = answers_and_spread(exported(model), asked)
    assert answer[:, 0] == pytest.approx(model.predict(asked), rel=1e-9)
    assert spread == pytest.approx(model.predict_spread(asked), rel=1e-6)
    assert (spread > 0).all()


def test_refusals():
    dear, cheap = tables()
    with pytest.raises(InputError, match="--group system"):
        study_of(dear, replace(SETTINGS, split="random"), others=[cheap])
    with pytest.raises(InputError, match="fewer than 8"):
        CorrectedRegressor().fit(dear.matrix.fractions, dear.target)
    with pytest.raises(InputError, match="does not apply"):
        study_of(dear, replace(SETTINGS, models=("joint_process",)))
