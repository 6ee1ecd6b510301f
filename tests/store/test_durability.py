"""What happens when the disk is full or cannot be written, and when the process is killed."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import event, text

from quinary.errors import WorkError
from quinary.store.database import open_database

NOBODY = 65534


@pytest.fixture
def small_disk(tmp_path):
    """A store on a disk of 2 MB; where none may be mounted, one whose file may not grow over that."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    is_mounted = os.geteuid() == 0 and subprocess.run(mount, capture_output=True, check=False).returncode == 0
    try:
        with open_database(str(folder / "small.db")) as database:
            if not is_mounted:
                database.close()
                event.listen(database.engine, "connect", lambda dbapi, _: dbapi.execute("PRAGMA max_page_count = 500"))
            yield database
    finally:
        if is_mounted:
            subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_said_so_and_changes_nothing(small_disk, make_point, add, contents):
    add(small_disk, make_point("Mo"))
    before = contents(small_disk)
    lengthy = (make_point(value=1 + n / 1000, detail="x" * 1000) for n in range(4000))
    with pytest.raises(WorkError, match="the disk is full"):
        add(small_disk, *lengthy)
    assert contents(small_disk) == before
    with small_disk.read() as connection:
        assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
    assert add(small_disk, make_point("Nb")).change == 2


@pytest.fixture
def read_only_folder():
    """A folder that this process may read but not write, also if it is run by root."""
    folder = Path(tempfile.mkdtemp(prefix="quinary-"))
    open_database(str(folder / "old.db")).close()
    for path in (folder / "old.db", folder):
        path.chmod(path.stat().st_mode & ~(stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) | stat.S_IROTH)
    folder.chmod(0o555)
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(NOBODY)
    try:
        yield folder
    finally:
        if is_root:
            os.seteuid(0)
        folder.chmod(0o755)
        shutil.rmtree(folder)


@pytest.mark.parametrize("name", ["new.db", "old.db"])
def test_a_folder_that_cannot_be_written_is_said_so(read_only_folder, name, make_point, add):
    with (
        pytest.raises(WorkError, match=r"^[^\n]*(cannot be written|cannot be opened|read-only)[^\n]*$"),
        open_database(str(read_only_folder / name)) as database,
    ):
        add(database, make_point())
    assert sorted(path.name for path in read_only_folder.iterdir()) == ["old.db"]


def test_a_file_that_cannot_be_read_is_said_so(read_only_folder):
    path = read_only_folder / "old.db"
    is_dropped = os.geteuid() == NOBODY
    if is_dropped:
        os.seteuid(0)
    path.chmod(0)
    if is_dropped:
        os.seteuid(NOBODY)
    with pytest.raises(WorkError, match="cannot read the database .*old.db: Permission denied"):
        open_database(str(path))


IMPORT = """
import sys, time
from quinary.chemistry.composition import Composition
from quinary.points.material import Material
from quinary.points.point import DataPoint, Method, Origin, Source, Value
from quinary.store.database import open_database
from quinary.store.writing import PointWriter

def points():
    alloys = [Material(Composition.of(formula)) for formula in ("MoNbTaW", "HfNbTaTiZr", "(HfZr)C")]
    for n in range(6000):
        yield DataPoint(alloys[n % 3], "hardness_vickers", Value.number(1 + n / 1000), Method.MEASURED,
                        Origin.LITERATURE, Source("a long table"))

def stay(n_read):
    print("ready", n_read, flush=True)
    if sys.argv[2] == "stay":
        time.sleep(600)

with open_database(sys.argv[1]) as database, database.write() as connection:
    print(PointWriter(connection).add(points(), stay).n_added)
"""


def start_import(url, what):
    return subprocess.Popen([sys.executable, "-c", IMPORT, url, what], stdout=subprocess.PIPE, text=True)


def test_a_killed_import_leaves_what_was_committed(new_url, make_point, add, contents):
    disturbed, undisturbed = new_url(), new_url()
    for url in (disturbed, undisturbed):
        with open_database(url) as database:
            add(database, make_point("MoNbTaW"), make_point("HfZr", "phases", "BCC"))
            before = contents(database)

    child = start_import(disturbed, "stay")
    assert child.stdout.readline() == "ready 5000\n"
    child.send_signal(signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL
    child.stdout.close()

    with open_database(disturbed) as database:
        assert contents(database) == before
        if database.engine.dialect.name == "sqlite":
            with database.read() as connection:
                assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"

    for url in (disturbed, undisturbed):
        output, _ = start_import(url, "go").communicate(timeout=60)
        assert output.endswith("\n6000\n")
    with open_database(disturbed) as one, open_database(undisturbed) as other:
        assert contents(one) == contents(other)
        assert one.counter() == 2
