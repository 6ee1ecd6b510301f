"""Compact supercells."""

import numpy as np
import pytest

from quinary.errors import InputError
from quinary.structures.cells import compact_cell, compactness
from quinary.structures.prototypes import prototype_named


@pytest.mark.parametrize(("prototype", "n_cells"), [("bcc", 1), ("bcc", 12), ("fcc", 30), ("hcp", 9), ("AlB2", 15)])
def test_the_stated_size_and_the_stated_compactness(prototype, n_cells):
    cell = compact_cell(prototype, n_cells)
    assert round(np.linalg.det(cell)) == n_cells
    basis = prototype_named(prototype).atoms().cell.array
    grid = np.stack(np.meshgrid(*[np.arange(-6, 7)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
    lengths = np.linalg.norm(grid @ (cell @ basis), axis=1)
    shortest = lengths[lengths > 1e-9].min() / (abs(np.linalg.det(basis)) * n_cells) ** (1 / 3)
    assert compactness(prototype, n_cells) == pytest.approx(shortest)


def test_cubes_are_found_where_nothing_is_more_compact():
    """32 bcc atoms fit an fcc lattice of cells, whose shortest vector is 2^(1/6) times the edge of a cube (Gauss)."""
    assert compactness("bcc", 54) == pytest.approx(1.0)
    assert compactness("bcc", 32) == pytest.approx(2 ** (1 / 6))


@pytest.mark.parametrize("n_cells", [0, 257])
def test_sizes_out_of_range_are_refused(n_cells):
    with pytest.raises(InputError, match="1 to 256"):
        compact_cell("bcc", n_cells)
