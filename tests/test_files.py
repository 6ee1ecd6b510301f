"""Writing files and folders whole or not at all, and nowhere else."""

import ast
import multiprocessing
import os
import stat
from pathlib import Path

import pytest

import quinary
import quinary_benchmarks
from quinary.errors import WorkError
from quinary.files import folder_written_whole, told_if_not_kept, write_whole, written_whole

# Who opens a file for writing and need not ask `quinary.files`: (file, function) -> why
OWN_PLACES = {
    **{
        (
            f"exchange/{name}.py",
            function,
        ): "writes where `export_view` says, which is a temporary file of `written_whole`"
        for name, functions in {
            "tables": ("_write_csv", "_write_json_lines", "_write_parquet"),
            "ultera_export": ("write_bson", "write_ultera_lines"),
            "optimade_export": ("write_optimade",),
        }.items()
        for function in functions
    },
    ("exchange/snapshot.py", "_write_points"): "a temporary folder of its own",
    ("exchange/snapshot.py", "_write_rest"): "a temporary folder of its own",
    ("exchange/snapshot.py", "_pack"): "into an archive in a file of `written_whole`",
    ("exchange/snapshot.py", "_move"): "a folder of `folder_written_whole`",
    ("readers/fetching.py", "_copy"): "a folder of `folder_written_whole`",
    ("loops/literature/sources.py", "_download"): "a temporary folder of its own",
    ("testing/readers.py", "_check_refusals"): "a temporary folder of its own",
    ("curation.py", "_items"): "a temporary folder of its own",
    ("known_errors.py", "known_errors_found"): "a temporary folder of its own",
    ("mutations.py", "_is_caught"): "a copy of the code in a temporary folder",
    ("mutations.py", "run"): "a copy of the code in a temporary folder",
    ("rooms.py", "_requests"): "a temporary folder of its own",
    ("store.py", "_timed_table"): "a temporary folder of its own",
}
WRITERS = frozenset(
    {
        "write_text", "write_bytes", "to_csv", "to_excel", "to_parquet", "to_pickle", "write_html", "write_image",
        "savefig", "savetxt", "savez", "savez_compressed", "tofile", "copyfile", "copy2", "copytree", "ParquetWriter",
        "touch", "symlink_to", "hardlink_to", "mkstemp", "NamedTemporaryFile",
    }
)  # fmt: skip


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


def test_a_text_is_utf_8_with_plain_line_ends(tmp_path):
    assert write_whole(tmp_path / "a.txt", "σ\n").read_bytes() == "σ\n".encode()
    assert write_whole(tmp_path / "a.bin", b"\r\n").read_bytes() == b"\r\n"


@pytest.mark.parametrize(("umask", "expected"), [(0o077, 0o600), (0o022, 0o644), (0o002, 0o664)])
def test_a_new_file_and_folder_have_the_permissions_that_the_user_wants(tmp_path, umask, expected):
    before = os.umask(umask)
    try:
        write_whole(tmp_path / "a.txt", "a")
        with folder_written_whole(tmp_path / "folder"):
            pass
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == expected
    assert stat.S_IMODE((tmp_path / "folder").stat().st_mode) == 0o777 & ~umask


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o444])
def test_a_file_that_is_there_keeps_its_permissions(tmp_path, mode):
    path = tmp_path / "a.txt"
    path.write_text("old")
    path.chmod(mode)
    write_whole(path, "new")
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_while_it_is_written_nobody_else_can_read_what_nobody_else_may(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    path.chmod(0o600)
    with written_whole(path) as temporary:
        assert stat.S_IMODE(temporary.stat().st_mode) == 0o600


def test_a_link_is_refused_and_its_target_stays(tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (tmp_path / "out.csv").symlink_to(victim)
    (tmp_path / "dangling.csv").symlink_to(tmp_path / "new")
    for name in ("out.csv", "dangling.csv"):
        with pytest.raises(WorkError, match="it is a link to"):
            write_whole(tmp_path / name, "a")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "folder")
    with pytest.raises(WorkError, match="it is a link to"), folder_written_whole(tmp_path / "link"):
        pass
    assert victim.read_text() == "mine"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["dangling.csv", "folder", "link", "out.csv", "victim"]


def test_a_device_and_a_folder_are_no_place_for_a_file(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(WorkError, match="no regular file"):
        write_whole(tmp_path / "pipe.csv", "a")
    with pytest.raises(WorkError, match="it is a folder"):
        write_whole(tmp_path, "a")
    with pytest.raises(WorkError, match="it is no folder"), folder_written_whole(tmp_path / "pipe.csv"):
        pass


def test_names_of_temporary_files_cannot_be_guessed_and_a_long_name_fits(tmp_path):
    path = tmp_path / ("a" * 250 + ".csv")
    names = set()
    for _ in range(3):
        with written_whole(path) as temporary:
            names.add(temporary.name)
    assert len(names) == 3
    assert path.exists()


def test_a_folder_takes_the_place_of_the_old_one_whole(tmp_path):
    place = tmp_path / "new" / "folder"
    for content in ("old", "new"):
        with folder_written_whole(place) as made:
            (made / f"{content}.txt").write_text(content)
    with pytest.raises(KeyError), folder_written_whole(place) as made:
        (made / "half.txt").write_text("half")
        raise KeyError("a")
    assert [entry.name for entry in place.iterdir()] == ["new.txt"]
    assert list(place.parent.iterdir()) == [place]


def _write_often(folder, letter, barrier):
    barrier.wait()
    for number in range(40):
        with written_whole(folder / "out.csv") as temporary, temporary.open("w") as stream:
            for _ in range(200):
                stream.write(letter * 100)
        with folder_written_whole(folder / "out") as made:
            for name in "ab":
                (made / name).write_text(f"{letter}{number}")


def test_of_two_processes_that_write_to_one_place_one_is_left_whole(tmp_path):
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(3)
    members = [context.Process(target=_write_often, args=(tmp_path, letter, barrier)) for letter in "xy"]
    for member in members:
        member.start()
    barrier.wait()
    while any(member.is_alive() for member in members):
        text = (tmp_path / "out.csv").read_text() if (tmp_path / "out.csv").exists() else ""
        assert text in {"", "x" * 20_000, "y" * 20_000}
    assert [member.exitcode for member in members] == [0, 0]
    assert (tmp_path / "out" / "a").read_text() == (tmp_path / "out" / "b").read_text()
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["out", "out.csv"]


# -- nobody else writes ------------------------------------------------------------------------------------------------


def _temporaries(function):
    """The names that a function has from `written_whole`, and of streams opened on them."""
    names = set()
    for item in (item for node in ast.walk(function) if isinstance(node, ast.With) for item in node.items):
        if isinstance(item.context_expr, ast.Call) and item.optional_vars is not None:
            called = item.context_expr.func
            is_open = isinstance(called, ast.Attribute) and called.attr == "open" and ast.unparse(called.value) in names
            if is_open or ast.unparse(called) == "written_whole":
                names.add(ast.unparse(item.optional_vars))
    return names


def _writes(call):
    """Whether a call opens or makes a file."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name in WRITERS:
        return True
    texts = [a.value for a in (*call.args[:2], *(k.value for k in call.keywords)) if isinstance(a, ast.Constant)]
    modes = [text for text in texts if isinstance(text, str) and len(text) <= 3]
    return name in {"open", "ZipFile"} and any(set(mode) & set("wax+") for mode in modes)


def _writing(root):
    """(file, function) of each call that writes to another place than what `written_whole` gave."""
    for path in sorted(root.rglob("*.py")):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef):
                ours = _temporaries(function)
                for call in ast.walk(function):
                    names = {node.id for node in ast.walk(call) if isinstance(node, ast.Name)}
                    if isinstance(call, ast.Call) and _writes(call) and not names & ours:
                        yield path.relative_to(root).as_posix(), function.name


def test_nobody_opens_a_file_for_writing_but_by_the_one_writer():
    found = {place for package in (quinary, quinary_benchmarks) for place in _writing(Path(package.__file__).parent)}
    found = {place for place in found if place[0] != "files.py"}
    assert found == set(OWN_PLACES)
