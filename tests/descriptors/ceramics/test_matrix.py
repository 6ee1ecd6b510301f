"""Ceramics are grouped by anions and sublattices."""

import numpy as np
import pytest

from quinary.chemistry.composition import Composition
from quinary.chemistry.matrix import as_matrix
from quinary.descriptors.ceramics.matrix import CeramicMatrix, group_ceramics


def test_groups_keep_the_positions_and_leave_alloys_out():
    formulas = ["(HfTa)C", "MoNb", "(TiZr)B2", "(NbTa)C", "(LaSr)(MnCo)O3"]
    groups = list(group_ceramics([Composition.of(formula) for formula in formulas]))
    assert [positions for positions, _ in groups] == [[0, 3], [2], [4]]
    carbides, _, perovskite = (matrix for _, matrix in groups)
    assert carbides.elements == ("Hf", "Nb", "Ta")
    np.testing.assert_allclose(carbides.cations, [[0.5, 0, 0.5], [0, 0.5, 0.5]])
    assert perovskite.elements == ("Co", "La", "Mn", "Sr")
    np.testing.assert_allclose(perovskite.sublattices[0].fractions, [[0, 0.5, 0, 0.5]])
    np.testing.assert_allclose(perovskite.cations, [[0.25] * 4])
    assert perovskite.sites == (0.5, 0.5)
    assert perovskite.n_anions == pytest.approx(1.5)


@pytest.mark.parametrize(
    ("formula", "is_binary"),
    [("(HfTa)C", True), ("(HfTa)C0.8", True), ("(HfTa)2C", False), ("(HfTa)C0.5N0.5", True), ("(TiZr)B2", True),
     ("(TiZr)B", False), ("(CeZr)O2", False), ("(MgNi)O", True), ("(LaSr)(MnCo)O3", False)],
)  # fmt: skip
def test_which_ceramics_have_the_structure_of_their_binaries(formula, is_binary):
    [(_, matrix)] = group_ceramics([Composition.of(formula)])
    assert matrix.has_binary_structure is is_binary


def test_a_matrix_of_carbides_without_compositions():
    matrix = CeramicMatrix.of(as_matrix(["HfTa", "Hf3Ta"]), N=0.5, C=0.5)
    assert matrix.anion_symbols == ("C", "N")
    assert matrix.anion_fractions.tolist() == [0.5, 0.5]
    assert len(matrix.rows(slice(1, 2))) == 1
