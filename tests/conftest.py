"""What all tests share: published data, databases on both engines, and the rule that nothing may be skipped in silence."""

from __future__ import annotations

import importlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import settings

# Two cores shared with others make any deadline a matter of luck.
settings.register_profile("quinary", deadline=None)
settings.load_profile("quinary")


# -- the rule: with QUINARY_TEST_ALL=1 every skipped test is a failed one ----------------------------------------------


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if os.environ.get("QUINARY_TEST_ALL") == "1" and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"QUINARY_TEST_ALL=1 allows no skipped test: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    report = yield
    _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Iterator[None]:
    report = yield
    _refuse_skip(report)
    return report


# -- the order: long files first, so that no worker ends with one alone; `make quick` leaves them out -------------------


def _long_files() -> dict[str, float]:
    """Files of tests that train, relax or start many processes, with the seconds that they take on one idle core."""
    listed = Path(__file__).with_name("long_files.txt")
    lines = listed.read_text(encoding="utf-8").splitlines() if listed.exists() else []
    return {name: float(seconds) for name, seconds in (line.split() for line in lines if not line.startswith("#"))}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is long as slow and let it run first; the order within a file stays."""
    seconds = _long_files()
    here = Path(__file__).parent

    def length(item: pytest.Item) -> float:
        return seconds.get(item.path.relative_to(here).as_posix(), 0.0) if item.path.is_relative_to(here) else 0.0

    for item in items:
        if length(item):
            item.add_marker(pytest.mark.slow)
    items.sort(key=length, reverse=True)


# -- one cache for the whole session -----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache for all workers of this session: what several tests train alike is trained once, and nothing older is found."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "quinary-cache"


@pytest.fixture(scope="session", autouse=True)
def _cache_of_the_session(shared_cache: Path) -> Iterator[None]:
    """No test sees the cache of the person who runs it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QUINARY_CACHE", str(shared_cache))
        yield


@pytest.fixture
def cache_with_trainings(shared_cache: Path, tmp_path: Path) -> Path:
    """A cache of the test's own in which only trained generators and orbits are those of the session."""
    own = tmp_path / "cache"
    own.mkdir()
    for name in ("generators", "orbits"):
        (shared_cache / name).mkdir(parents=True, exist_ok=True)
        (own / name).symlink_to(shared_cache / name)
    return own


# -- published data ----------------------------------------------------------------------------------------------------


def _folder(variable: str) -> Path:
    value = os.environ.get(variable)
    if not value:
        pytest.skip(f"{variable} is not set")
    return Path(value)


@pytest.fixture
def published_data() -> Path:
    """The folder of published tables."""
    return _folder("QUINARY_TEST_DATA")


@pytest.fixture
def mirror() -> Path:
    """The folder that stands for the network."""
    return _folder("QUINARY_MIRROR")


# -- databases ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PostgresServer:
    """A server of our own; `url` names its administration database."""

    url: str

    def new_database(self) -> str:
        """The URL of a fresh, empty database."""
        import psycopg

        name = f"test_{secrets.token_hex(6)}"
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.url.rsplit("/", 1)[0] + f"/{name}"

    def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected to it."""
        import psycopg

        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {url.rsplit('/', 1)[1]} WITH (FORCE)")


def _postgres_programs() -> Path | None:
    """The folder of the newest initdb and pg_ctl installed, whether or not it is on the path."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: float(p.parent.name), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists() and (folder / "pg_ctl").exists()), None)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _hand_over(folder: Path) -> dict[str, str]:
    """PostgreSQL refuses to run as root: then the folder and the processes belong to the user `postgres`."""
    if os.geteuid() != 0:
        return {}
    try:
        shutil.chown(folder, "postgres", "postgres")
    except LookupError:
        pytest.skip("PostgreSQL cannot run as root and there is no user named postgres")
    return {"user": "postgres", "group": "postgres"}


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server for this session: own data folder, own socket, own port on 127.0.0.1, own password."""
    programs = _postgres_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (no initdb and pg_ctl)")
    folder = Path(tempfile.mkdtemp(prefix="quinary-pg-"))  # short, since a socket's path may have 107 characters only
    try:
        owner = _hand_over(folder)
        with _running(programs, folder, owner) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _running:
    """Starts the server and stops it again."""

    def __init__(self, programs: Path, folder: Path, owner: dict[str, str]) -> None:
        self.programs, self.folder, self.owner = programs, folder, owner

    def _call(self, program: str, *arguments: str) -> None:
        command = [str(self.programs / program), "-D", str(self.folder / "data"), *arguments]
        with (self.folder / f"{program}.log").open("w+") as log:
            done = subprocess.run(
                command,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                timeout=120,
                check=False,
                env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
                **self.owner,
            )
            log.seek(0)
            assert done.returncode == 0, f"{program} failed: {log.read()}"

    def __enter__(self) -> PostgresServer:
        port, password = _free_port(), secrets.token_hex(8)
        password_file = self.folder / "password"
        password_file.write_text(password)
        if self.owner:
            shutil.chown(password_file, self.owner["user"])
        # Nothing here needs to survive a power cut, and flushing every commit would make the tests five times slower.
        options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={self.folder} -c fsync=off"
        self._call("initdb", "-U", "quinary", "--auth=scram-sha-256", f"--pwfile={password_file}", "-E", "UTF8", "-N")
        self._call("pg_ctl", "start", "-w", "-l", str(self.folder / "server.log"), "-o", options)
        return PostgresServer(f"postgresql://quinary:{password}@127.0.0.1:{port}/postgres")

    def __exit__(self, *_: object) -> None:
        self._call("pg_ctl", "stop", "-w", "-m", "immediate")


@pytest.fixture(params=["sqlite", "postgresql"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """`new_url()` names a fresh, empty database; the test runs once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield lambda: f"sqlite:///{tmp_path / secrets.token_hex(4)}.db"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    made: list[str] = []

    def new_database() -> str:
        made.append(server.new_database())
        return made[-1]

    yield new_database
    for url in made:
        server.drop(url)


_OVEN = '''
"""A validator of another package, with mistakes."""

class Oven:
    """Bakes."""

    name = "oven"
    version = "7"
    source = "nobody"
    order = 99

    def validate(self, composition, settings):
        """Never works."""
        return composition.no_such_member

PLUGIN = Oven()

def ask_rice():
    """Call a plug-in of Quinary wrongly."""
    from quinary.plugins.registry import find_plugin
    find_plugin("predictors", "rice").predict(None, object())

def misuse_quinary():
    """Call what is no plug-in wrongly."""
    from quinary.chemistry.matrix import as_matrix
    as_matrix(5)
'''


@pytest.fixture
def oven(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The module of the validator `oven` 7 of the installed package quinary-oven 0.3; it raises AttributeError."""
    from quinary.plugins.registry import plugins

    place = tmp_path / "installed"
    facts = place / "quinary_oven-0.3.dist-info"
    facts.mkdir(parents=True)
    (place / "quinary_oven.py").write_text(_OVEN, encoding="utf-8")
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: quinary-oven\nVersion: 0.3\n", encoding="utf-8")
    (facts / "entry_points.txt").write_text("[quinary.validators]\noven = quinary_oven:PLUGIN\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(place))
    plugins.cache_clear()
    yield importlib.import_module("quinary_oven")
    plugins.cache_clear()
    sys.modules.pop("quinary_oven", None)
