"""The registry of public data sets, and what a mirror may add to it."""

import json
import subprocess
import sys

import pytest

from quinary.errors import InputError
from quinary.plugins.registry import plugins
from quinary.readers.data_sets import mirrored_sets, registered_sets, set_from_entry
from quinary.reference.licences import licence_named

ENTRY = {"licence": "MIT", "doi": "", "files": [{"path": "a/b.csv", "bytes": 5, "sha256": "0" * 64}]}


def test_every_set_says_where_it_is_and_under_which_licence():
    assert len(registered_sets()) == 16
    for name, entry in registered_sets().items():
        assert entry.name == name
        assert entry.title
        assert entry.home.startswith("https://raw.githubusercontent.com/")
        assert len(entry.home.split("/")[5]) == 40  # a commit, so that the files cannot change
        assert entry.licence == "none given" or licence_named(entry.licence).may_be_passed_on
        assert all(file.n_bytes > 0 for file in entry.files)
        assert {entry.reader, *(file.reader for file in entry.files)} <= {"", *plugins("readers")}


def test_the_facts_are_those_of_the_published_registry(published_data):
    facts = json.loads((published_data / "registry.json").read_text(encoding="utf-8"))
    assert facts.keys() == registered_sets().keys()
    for name, entry in facts.items():
        ours = registered_sets()[name]
        assert ours.home.split("/")[3:6] == [*entry["repository"].split("/"), entry["commit"]]
        assert [(f.path, f.n_bytes, f.sha256) for f in ours.files] == [
            (f["path"], f["bytes"], f["sha256"]) for f in entry["files"]
        ]


def test_a_mirror_adds_parts_that_read_as_the_whole_does(mirror):
    added = mirrored_sets(mirror)
    assert {entry.part_of for entry in added.values()} == {"zhang_mtmc_carbides", "jaafreh2022_hardness"}
    for entry in added.values():
        assert entry.reader == registered_sets()[entry.part_of].reader
        assert entry.home == ""


def test_a_mirror_cannot_change_what_we_know(tmp_path):
    (tmp_path / "registry.json").write_text(json.dumps({"ultera_sample": ENTRY, "mine": ENTRY}))
    assert mirrored_sets(tmp_path).keys() == {"mine"}


def test_a_mirror_without_a_registry_adds_nothing(tmp_path):
    assert mirrored_sets(tmp_path) == {}


@pytest.mark.parametrize(
    "text", ["", "[", "[]", '{"x": 5}', '{"x": {}}', '{"x": {"files": []}}', '{"x": {"files": [5]}}']
)
def test_a_registry_that_cannot_be_used_is_refused_in_one_line(tmp_path, text):
    (tmp_path / "registry.json").write_text(text)
    with pytest.raises(InputError) as refused:
        mirrored_sets(tmp_path)
    assert "\n" not in refused.value.message


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("../x", {}), ("a/b", {}), ("", {}), ("x", {"path": "../b"}), ("x", {"path": "/etc/passwd"}), ("x", {"path": ""}),
        ("x", {"path": "a/../../b"}), ("x", {"path": "..\\b"}), ("x", {"sha256": "abc"}), ("x", {"bytes": "many"}),
    ],
)  # fmt: skip
def test_nothing_leads_out_of_the_folder_of_a_set(name, change):
    with pytest.raises(InputError, match="cannot be used"):
        set_from_entry(name, {**ENTRY, "files": [{**ENTRY["files"][0], **change}]})


def test_there_must_be_a_mirror_where_one_is_named(tmp_path):
    with pytest.raises(InputError, match="there is no mirror folder"):
        mirrored_sets(tmp_path / "nowhere")


def test_knowing_the_sets_loads_nothing_heavy():
    code = (
        "import sys; from quinary.readers.fetching import known_sets; known_sets();"
        "print(sorted({'pooch', 'requests', 'pandas', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
