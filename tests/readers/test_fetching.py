"""Fetching data sets from mirrors and from a web server: verified, whole, or not at all."""

import hashlib
import http.server
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from functools import partial

import pytest

from quinary.errors import InputError, WorkError
from quinary.files import cache_folder
from quinary.readers import fetching
from quinary.readers.data_sets import DataFile, DataSet, registered_sets
from quinary.readers.fetching import cached, fetch, fetched, known_sets, registered_file

CONTENT = {"data/one table.csv": b"formula,density (g/cm^3)\nMoNbTaW,13.75\n", "two.txt": os.urandom(200_000)}


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("QUINARY_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "data"


def a_set(home="", **changes):
    files = tuple(
        DataFile(path, len(raw), changes.get(path, hashlib.sha256(raw).hexdigest())) for path, raw in CONTENT.items()
    )
    return DataSet("toy", files, licence="MIT", home=home)


def fill(folder, content=CONTENT):
    for path, raw in content.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(raw)
    return folder


def entries(data_set):
    files = [{"path": f.path, "bytes": f.n_bytes, "sha256": f.sha256, "reader": "table"} for f in data_set.files]
    return {data_set.name: {"licence": "MIT", "files": files[:1]}}


def left(cache):
    return sorted(entry.name for entry in cache.iterdir()) if cache.exists() else []


# -- mirrors -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(registered_sets()))
def test_every_set_comes_from_the_mirror(mirror, cache, name):
    found = fetch(name, mirror)
    assert found.origin == "mirror"
    assert found.data_set.name in {name, f"{name}_part"}
    for entry in found.data_set.files:
        assert hashlib.sha256(found.path_of(entry).read_bytes()).hexdigest() == entry.sha256
    assert fetch(name, mirror).origin == "cache"
    assert fetched(name).data_set == found.data_set  # the mirror may be gone by now
    assert [entry for entry in left(cache) if entry.startswith(".")] == []


def test_a_mirror_that_lies_is_refused_and_nothing_kept(mirror, cache, tmp_path):
    """The first files are right and the last is not: none of them stays."""
    name = "carbon_vacancy"
    content = {f.path: (mirror / name / f.path).read_bytes() for f in registered_sets()[name].files}
    last = next(reversed(content))
    false = fill(tmp_path / "false" / name, {**content, last: content[last][:-1] + b"!"}).parent
    with pytest.raises(
        InputError, match=rf"the mirror .*false lies: {name}/{last} does not have the checksum"
    ) as refused:
        fetch(name, false)
    assert "\n" not in refused.value.message
    assert left(cache) == []


def test_a_mirror_that_lacks_a_set_says_what_it_has(tmp_path):
    fill(tmp_path / "mirror" / "toy")
    (tmp_path / "mirror" / "registry.json").write_text(json.dumps(entries(a_set())))
    with pytest.raises(InputError, match=r"does not hold heo_phase; it holds toy"):
        fetch("heo_phase", tmp_path / "mirror")
    assert fetch("toy", tmp_path / "mirror").path_of(a_set().files[0]).is_file()


def test_an_unknown_name_names_the_nearest():
    with pytest.raises(InputError, match="did you mean ultera_sample"):
        fetch("ultera_sampel")


def test_a_damaged_file_in_the_cache_is_fetched_again(mirror):
    found = fetch("ultera_sample", mirror)
    path = found.path_of(found.data_set.files[0])
    path.write_bytes(b"damaged")
    assert cached(found.data_set) is None
    assert fetched("ultera_sample") is None
    assert fetch("ultera_sample", mirror).origin == "mirror"
    assert cached(found.data_set) == found.folder


def test_a_file_is_known_by_its_content(mirror, tmp_path):
    copy = tmp_path / "renamed.bson"
    copy.write_bytes((mirror / "ultera_sample/examples/ULTERA_sample.bson").read_bytes())
    assert registered_file(copy)[0].name == "ultera_sample"
    copy.write_bytes(copy.read_bytes()[:-1] + b"!")
    assert registered_file(copy) is None


@pytest.fixture
def own_mirror(tmp_path):
    """A mirror that adds the set `toy`."""
    folder = fill(tmp_path / "mirror" / "toy").parent
    (folder / "registry.json").write_text(json.dumps(entries(a_set())))
    return folder


@pytest.fixture
def no_cache(tmp_path, monkeypatch):
    """A cache that cannot be made: its parent is a file."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("QUINARY_CACHE", str(tmp_path / "file"))


@pytest.mark.usefixtures("no_cache")
def test_without_a_cache_the_files_are_used_where_the_mirror_has_them(own_mirror):
    found = fetch("toy", own_mirror)
    assert (found.origin, found.folder) == ("mirror", own_mirror / "toy")
    (own_mirror / "toy" / "data" / "one table.csv").write_bytes(b"x" * len(CONTENT["data/one table.csv"]))
    with pytest.raises(InputError, match=r"lies: toy/data/one table\.csv does not have the checksum"):
        fetch("toy", own_mirror)


@pytest.mark.usefixtures("no_cache")
def test_a_download_without_a_cache_has_no_place(register):
    register(a_set("http://127.0.0.1:9/"))
    with pytest.raises(WorkError, match=r"cannot write to the cache .*QUINARY_CACHE"):
        fetch("toy")


def test_a_poisoned_file_is_fetched_again_or_refused_and_never_used(own_mirror):
    path = fetch("toy", own_mirror).path_of(a_set().files[0])
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    assert fetched("toy") is None
    assert fetch("toy", own_mirror).origin == "mirror"
    assert path.read_bytes() == CONTENT["data/one table.csv"]


@pytest.mark.parametrize(
    "poison", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"{}", b'{"files": [{"path": "../../etc", "bytes": 1}]}']
)
def test_a_poisoned_note_of_a_set_harms_no_other(own_mirror, cache, poison):
    fetch("toy", own_mirror)
    (cache / "toy.json").write_bytes(poison)
    assert set(known_sets()) == set(registered_sets())
    assert fetch("toy", own_mirror).origin == "cache"


# -- the network -------------------------------------------------------------------------------------------------------


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class BreaksOff(Quiet):
    """Promises the whole file and closes the connection half way."""

    def copyfile(self, source, outputfile):
        raw = source.read()
        outputfile.write(raw[: len(raw) // 2])
        outputfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)


class Stalls(Quiet):
    """Sends half of a file and then nothing for a long time."""

    def copyfile(self, source, outputfile):
        raw = source.read()
        outputfile.write(raw[: len(raw) // 2])
        outputfile.flush()
        time.sleep(20)


@pytest.fixture
def serve(tmp_path):
    """`serve(handler)` -> address of a web server on this machine that has the files of the set."""
    folder, running = fill(tmp_path / "served"), []

    def start(handler=Quiet):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder)))
        server.daemon_threads = True
        server.block_on_close = False
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
        return f"http://127.0.0.1:{server.server_port}/"

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


@pytest.fixture
def register(monkeypatch):
    """`register(data_set)` adds a set to those that are known."""

    def add(data_set):
        monkeypatch.setattr(fetching, "registered_sets", lambda: {data_set.name: data_set})

    return add


def test_a_download_is_verified_and_kept(serve, register, cache):
    register(a_set(serve()))
    found = fetch("toy")
    assert found.origin == "network"
    assert {path: (found.folder / path).read_bytes() for path in CONTENT} == CONTENT
    assert left(cache) == ["toy"]
    register(a_set("http://127.0.0.1:9/"))
    assert fetch("toy").origin == "cache"  # no network asked


def test_what_has_another_checksum_is_refused_and_nothing_kept(serve, register, cache):
    register(a_set(serve(), **{"two.txt": "f" * 64}))
    with pytest.raises(WorkError, match=r"two\.txt does not have the checksum f{12}\.\.\.") as refused:
        fetch("toy")
    assert "\n" not in refused.value.message
    assert left(cache) == []


@pytest.mark.parametrize("handler", [BreaksOff, None])
def test_a_network_that_fails_leaves_nothing(serve, register, cache, monkeypatch, handler):
    monkeypatch.setattr(fetching, "_TRIES", 0)
    register(a_set(serve(handler) if handler else "http://127.0.0.1:9/"))
    with pytest.raises(WorkError, match="cannot download http") as refused:
        fetch("toy")
    assert "\n" not in refused.value.message
    assert left(cache) == []


def test_a_file_that_is_gone_is_named(serve, register, cache, monkeypatch):
    monkeypatch.setattr(fetching, "_TRIES", 0)
    files = (DataFile("gone.csv", 3, "0" * 64),)
    register(DataSet("toy", files, home=serve()))
    with pytest.raises(WorkError, match=r"cannot download .*gone\.csv.*404"):
        fetch("toy")
    assert left(cache) == []


def test_a_set_without_a_home_needs_a_mirror(register):
    register(a_set())
    with pytest.raises(InputError, match="has no public home"):
        fetch("toy")


KILLED = """
import sys
from quinary.readers import fetching
from quinary.readers.data_sets import DataFile, DataSet
path, size, digest, home = sys.argv[1:]
toy = DataSet("toy", (DataFile(path, int(size), digest),), home=home)
fetching.registered_sets = lambda: {"toy": toy}
fetching.fetch("toy")
"""


@pytest.mark.parametrize("blow", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_download_leaves_no_half_set(serve, register, cache, blow):
    raw = CONTENT["two.txt"]
    arguments = ["two.txt", str(len(raw)), hashlib.sha256(raw).hexdigest(), serve(Stalls)]
    process = subprocess.Popen([sys.executable, "-c", KILLED, *arguments], stderr=subprocess.DEVNULL)
    until = time.monotonic() + 30
    while time.monotonic() < until and not any(cache.glob(".toy.*/*")):
        time.sleep(0.05)
    assert any(cache.glob(".toy.*/*"))
    process.send_signal(blow)
    process.wait(timeout=30)
    assert not (cache / "toy").exists()
    if blow is signal.SIGINT:
        assert left(cache) == []
    register(a_set(serve()))
    assert fetch("toy").origin == "network"


def test_the_cache_is_the_users_unless_another_is_named(monkeypatch, tmp_path):
    assert cache_folder("data") == tmp_path / "cache" / "data"
    monkeypatch.delenv("QUINARY_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder("data") == tmp_path / "quinary" / "data"
