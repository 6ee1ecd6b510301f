"""Writing files whole or not at all."""

import pytest

from quinary.errors import WorkError
from quinary.files import make_cache_folder, written_whole


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


def test_a_cache_that_cannot_be_made_names_the_way_out(tmp_path):
    make_cache_folder(tmp_path / "new" / "generators")
    assert (tmp_path / "new" / "generators").is_dir()
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkError, match="name another folder with QUINARY_CACHE"):
        make_cache_folder(tmp_path / "file" / "generators")
