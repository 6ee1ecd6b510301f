"""Thousands of bad files of every kind: each is read, refused in one clear line or passed over; none takes long or much."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quinary.errors import InputError
from quinary.loops.literature.importing import read_points
from quinary.plugins.sockets import Rejection
from quinary.services.designing import read_request

HERE = Path(__file__).parent
# Kinds of files, by the libraries that a process must load for them: targets.py says what is done with each
GROUPS = {
    "tables": "csv,german,xlsx,parquet,sheet,definitions",
    "documents": "json,jsonl,bson,optimade,snapshot,registry",
    "requests": "request,request_json,policy,formulas",
    "kept": "database,model,evaluation,state",
    "physics": "tdb,vasprun",
}
COUNT = int(os.environ.get("QUINARY_FUZZ", "150"))  # inputs of each kind; a night's worth with 100000
SEED = os.environ.get("QUINARY_FUZZ_SEED", "0")

LINES = [
    "Formula,Hardness (GPa),Yield strength (MPa)", "MoNbTaW,4.46,1058", "CoCrFeMnNi,1.44,215", "HfNbTaTiZr,3.8,929",
    "Al0.5CoCrFeNi,2.5,400",
]  # fmt: skip


@pytest.mark.parametrize("group", list(GROUPS))
def test_no_file_ends_in_a_traceback_or_takes_long_or_much(group, tmp_path):
    command = [sys.executable, str(HERE / "attack.py"), GROUPS[group], str(COUNT), SEED, str(tmp_path)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr[-4000:]
    told = [json.loads(line) for line in ran.stdout.splitlines()]
    faults = [entry for entry in told if "problem" in entry]
    assert not faults, "\n\n".join(f"{entry['kind']} {entry['number']}: {entry['problem']}" for entry in faults[:5])
    assert [entry["kind"] for entry in told if "inputs" in entry] == GROUPS[group].split(",")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("rows")


def statements(path):
    """The points of a file as what they state, by line; and the rejections."""
    items = list(read_points(path))
    points = [item for item in items if not isinstance(item, Rejection)]
    return {(point.lineage["line"], point.property, point.value) for point in points}


@settings(max_examples=400)
@given(
    st.integers(1, 4),
    st.integers(0, 2),
    st.text(st.characters(exclude_characters='"\r\n\0', exclude_categories=["Cs"]), max_size=30),
)
def test_whatever_a_cell_holds_the_other_rows_are_read(folder, row, column, cell):
    good = folder / "good.csv"
    good.write_text("\n".join(LINES), encoding="utf-8")
    cells = LINES[row].split(",")
    cells[column] = f'"{cell}"' if "," in cell else cell
    path = folder / "spoilt.csv"
    path.write_text("\n".join([*LINES[:row], ",".join(cells), *LINES[row + 1 :]]), encoding="utf-8")
    kept = {entry for entry in statements(good) if entry[0] != row + 1}
    assert kept <= statements(path)


@settings(max_examples=200)
@given(st.integers(1, 4), st.data())
def test_a_flipped_byte_costs_no_row_but_its_own(folder, row, data):
    good = folder / "whole.csv"
    good.write_text("\n".join(LINES), encoding="utf-8")
    line = bytearray(LINES[row], "ascii")
    place = data.draw(st.integers(0, len(line) - 1))
    line[place] = data.draw(st.integers(32, 126).filter(lambda byte: chr(byte) != '"'))
    path = folder / "flipped.csv"
    lines = [*(text.encode() for text in LINES[:row]), bytes(line), *(text.encode() for text in LINES[row + 1 :])]
    path.write_bytes(b"\n".join(lines))
    assert {entry for entry in statements(good) if entry[0] != row + 1} <= statements(path)


@settings(max_examples=300)
@given(
    st.binary(max_size=200),
    st.sampled_from([".csv", ".json", ".jsonl", ".bson", ".xlsx", ".parquet", ".xml", ".zip", ""]),
)
def test_bytes_of_no_kind_are_refused_in_one_line(folder, content, ending):
    path = folder / f"anything{ending}"
    path.write_bytes(content)
    try:
        list(read_points(path))
    except InputError as error:
        assert "\n" not in error.message
        assert error.kind == "input"


@pytest.mark.parametrize("depth", [100, 1000, 100_000])
@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"a":', "- ", "a: {", "("])
def test_depth_is_refused_before_it_reaches_the_end_of_the_stack(tmp_path, depth, opening):
    for name in ("deep.json", "deep.jsonl", "deep.csv"):
        path = tmp_path / name
        path.write_text(opening * depth, encoding="utf-8")
        with contextlib.suppress(InputError):
            assert all(isinstance(item, Rejection) for item in read_points(path))
    request = tmp_path / "request.yaml"
    request.write_text(opening * depth, encoding="utf-8")
    with pytest.raises(InputError):
        read_request(request)
