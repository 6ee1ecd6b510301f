"""What the reader tests share: a function that reads a file whole, and the folders of published data."""

import os
from pathlib import Path

import pytest

from quinary.plugins.registry import find_plugin
from quinary.plugins.sockets import ReadOptions, Rejection


@pytest.fixture
def read():
    """`read(name, path, **options)` -> (points, rejections as (line, reason))."""

    def read_whole(name, path, **options):
        items = list(find_plugin("readers", name).read(Path(path), ReadOptions(**options)))
        points = [item for item in items if not isinstance(item, Rejection)]
        return points, [(item.line, item.reason) for item in items if isinstance(item, Rejection)]

    return read_whole


def _folder(variable):
    value = os.environ.get(variable)
    if not value:
        pytest.skip(f"{variable} is not set")
    return Path(value)


@pytest.fixture
def published_data():
    return _folder("QUINARY_TEST_DATA")


@pytest.fixture
def mirror():
    return _folder("QUINARY_MIRROR")
