"""The table of binary crystals."""

from quinary_benchmarks.crystals import binary_crystals


def test_rows_are_complete_and_named_once():
    rows = binary_crystals()
    assert len({row.material for row in rows}) == len({row.formula for row in rows}) == len(rows) == 23
    for row in rows:
        assert row.material.startswith("mp-")
        assert len(row.symbols) == 2
        assert 5 < row.volume < 50
        assert 0 < row.shear_modulus < row.bulk_modulus * 1.5
