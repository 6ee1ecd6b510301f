"""Materials of any kind become tasks: each once, in groups that share their anions."""

import numpy as np

from quinary.chemistry.composition import Composition
from quinary.plugins.tasks import prediction_tasks, refusal

MIXED = ("MoNbTaW", "(HfTi)C", "TiN", "HfNbTaTiZr", "(NbTa)C", "(LaSr)(MnCo)O3", "(TiZr)B2", "Ti(CN)", "ZrC0.9")


def of(*formulas):
    return [Composition.of(formula) for formula in formulas]


def test_every_material_is_in_one_task_but_those_of_several_cation_sublattices():
    found = prediction_tasks(of(*MIXED))
    positions = [position for rows in found for position in rows.positions]
    assert sorted(positions) == [0, 1, 2, 3, 4, 6, 7, 8]
    assert [rows.positions for rows in found] == [(0, 3), (1, 4), (2,), (6,), (7,), (8,)]
    assert [rows.task.is_ceramic for rows in found] == [False, True, True, True, True, True]
    assert dict(found[3].task.anions) == {"B": 2.0}
    assert "2 cation sublattices" in refusal(Composition.of("(LaSr)(MnCo)O3"))
    assert refusal(Composition.of("MoNb")) == refusal(Composition.of("TiC")) == ""


def test_rows_keep_their_fractions_phases_and_settings():
    first, second = prediction_tasks(of("TiC", "MoW", "(HfTi)C"), [("rock-salt",), ("BCC",), ()], lattice="fcc")
    assert second.task.structures == [("BCC",)]
    assert first.task.structures == [("rock-salt",), ()]
    assert first.task.lattice == second.task.lattice == "fcc"
    row = dict(zip(first.task.matrix.elements, first.task.matrix.fractions[1], strict=True))
    assert row == {"Hf": 0.5, "Ti": 0.5}
    np.testing.assert_allclose(first.task.matrix.fractions.sum(axis=1), 1.0)


def test_no_materials_no_tasks():
    assert prediction_tasks([]) == []
