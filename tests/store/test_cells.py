"""The table of cells as the models see it."""

import math

from quinary.materials.aggregate import CellKey
from quinary.points.point import Method, Origin, Value
from quinary.store.cells import cell_values, cells_of, rebuild_cells
from quinary.store.queries import find_materials


def test_values_by_material_and_property(database, make_point, add):
    add(
        database,
        make_point("Mo", "hardness_vickers", 5.0),
        make_point("Mo", "density", Value(10.0, 10.4)),
        make_point("Nb", "hardness_vickers", 1.0),
        make_point("Nb", "hardness_vickers", 2.0, at={"temperature": 1273.0}),
        make_point("Nb", "density", 9.0, origin=Origin.PREDICTION, method=Method.EMPIRICAL),
        make_point("Nb", "yield_strength", 400.0),
    )
    with database.read() as connection:
        mo, nb = (stored.id for stored in find_materials(connection))
        names = ["hardness_vickers", "density"]
        assert cell_values(connection, names, origin="literature") == {
            mo: {"hardness_vickers": 5.0, "density": 10.2},
            nb: {"hardness_vickers": 1.0},
        }
        assert cell_values(connection, names, origin="prediction") == {nb: {"density": 9.0}}
        hot = cell_values(connection, names, origin="literature", conditions_key="temperature=1273")
        assert hot == {nb: {"hardness_vickers": 2.0}}
        assert cell_values(connection, [], origin="literature") == {}
        assert cells_of(connection, nb) == {
            CellKey("hardness_vickers", "", Origin.LITERATURE),
            CellKey("hardness_vickers", "temperature=1273", Origin.LITERATURE),
            CellKey("density", "", Origin.PREDICTION),
            CellKey("yield_strength", "", Origin.LITERATURE),
        }
        assert len(list(rebuild_cells(connection))) == 6


def test_bounds_and_categories_are_no_numbers_to_learn_from(database, make_point, add):
    add(
        database,
        make_point("Mo", "hardness_vickers", Value(5.0, math.inf)),
        make_point("Mo", "phases", "BCC"),
    )
    with database.read() as connection:
        (stored,) = find_materials(connection)
        assert cell_values(connection, ["hardness_vickers", "phases"], origin="literature") == {}
        assert len(cells_of(connection, stored.id)) == 2
