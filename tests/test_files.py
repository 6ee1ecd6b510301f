"""Writing files whole or not at all."""

import pytest

from quinary.errors import WorkError
from quinary.files import told_if_not_kept, written_whole


def test_the_file_appears_when_the_block_ends(tmp_path):
    path = tmp_path / "new" / "table.csv"
    with written_whole(path) as temporary:
        temporary.write_text("a")
        assert not path.exists()
    assert path.read_text() == "a"
    assert list(path.parent.iterdir()) == [path]


def test_an_interruption_leaves_the_old_file(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt), written_whole(path) as temporary:
        temporary.write_text("half")
        raise KeyboardInterrupt
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkError, match="cannot write"), written_whole(tmp_path / "file" / "inside.csv"):
        pass


def test_a_cache_that_cannot_be_written_is_told_once_and_named(tmp_path, caplog):
    (tmp_path / "file").write_text("")
    folder = tmp_path / "file" / "generators"
    for _ in range(3):
        with told_if_not_kept(folder), written_whole(folder / "kept.npz") as temporary:
            temporary.write_text("a")
    (record,) = caplog.records
    assert record.levelname == "WARNING"
    assert str(folder) in record.getMessage()
    assert "QUINARY_CACHE" in record.getMessage()


def test_other_faults_while_keeping_are_not_swallowed(tmp_path):
    with pytest.raises(KeyError), told_if_not_kept(tmp_path), written_whole(tmp_path / "kept.npz"):
        raise KeyError("a")
