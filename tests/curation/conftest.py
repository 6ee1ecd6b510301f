"""Small tables as people write them, read by the real reader."""

import pytest

from quinary.curation.dataset import Dataset
from quinary.plugins.sockets import ReadOptions, Rejection
from quinary.readers.table import PLUGIN


@pytest.fixture
def points_of(tmp_path):
    """`points_of(headings, *rows)` -> the points of a CSV table."""

    def read(headings, *rows):
        path = tmp_path / "table.csv"
        path.write_text("\n".join([headings, *rows]) + "\n", encoding="utf-8")
        items = list(PLUGIN.read(path, ReadOptions()))
        assert not [item for item in items if isinstance(item, Rejection)]
        return items

    return read


@pytest.fixture
def dataset(points_of):
    """`dataset(headings, *rows)` -> the data set of a CSV table."""
    return lambda headings, *rows: Dataset.of(points_of(headings, *rows))


@pytest.fixture
def formulas(dataset):
    """`formulas("CoCrFeNi", ..., paper="10.1/a")` -> the data set of one paper with these alloys."""

    def of(*texts, paper="10.1000/a"):
        return dataset("formula,phases,doi", *(f"{text},FCC,{paper}" for text in texts))

    return of


@pytest.fixture
def lines():
    """`lines(detector, data)` -> the lines that a detector doubts (the headings are line 1)."""
    return lambda detector, data: sorted({suspicion.entry.line for suspicion in detector.suspicions(data)})
