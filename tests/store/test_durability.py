"""What happens when the disk is full or cannot be written, and when the process is killed."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from sqlalchemy import event, text

from quinary.chemistry.composition import Composition
from quinary.errors import WorkError
from quinary.points.material import Material
from quinary.points.point import DataPoint, Method, Origin, Source, Value
from quinary.store.database import open_database
from quinary.store.writing import PointWriter

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
    with pytest.raises(WorkError, match=r"cannot read the database .*old\.db: Permission denied"):
        open_database(str(path))


def lengthy_import(database, progress=None):
    """One transaction of more points than fit into one batch."""
    alloys = [Material(Composition.of(formula)) for formula in ("MoNbTaW", "HfNbTaTiZr", "(HfZr)C")]
    points = (
        DataPoint(
            alloys[n % 3],
            "hardness_vickers",
            Value.number(1 + n / 1000),
            Method.MEASURED,
            Origin.LITERATURE,
            Source("a long table"),
        )
        for n in range(5100)
    )
    with database.write() as connection:
        return PointWriter(connection).add(points, progress)


def test_a_killed_import_leaves_what_was_committed(new_url, make_point, add, contents):
    with open_database(new_url()) as undisturbed:
        add(undisturbed, make_point("MoNbTaW"), make_point("HfZr", "phases", "BCC"))
        before = contents(undisturbed)
        lengthy_import(undisturbed)
        after = contents(undisturbed)

    url = new_url()
    with open_database(url) as database:
        add(database, make_point("MoNbTaW"), make_point("HfZr", "phases", "BCC"))
    child = subprocess.Popen([sys.executable, __file__, url], stdout=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "5000 points are written\n"
    child.send_signal(signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL
    child.stdout.close()

    with open_database(url) as database:
        assert contents(database) == before
        if database.engine.dialect.name == "sqlite":
            with database.read() as connection:
                assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
        assert lengthy_import(database).n_added == 5100
        assert contents(database) == after


def say_and_wait(n_points):
    sys.stdout.write(f"{n_points} points are written\n")
    sys.stdout.flush()
    time.sleep(600)


if __name__ == "__main__":  # the process that is killed in the middle of an import
    lengthy_import(open_database(sys.argv[1]), say_and_wait)
