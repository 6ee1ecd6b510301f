"""Keys of caches: they change with code, tables, libraries, processor and data, and with nothing else."""

import subprocess
import sys

import numpy as np
import pytest

from quinary import cachekeys
from quinary.cachekeys import digest_of, made_by, modules_behind, processor


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package of three modules in the place of ours: `a` imports `b`, and `c` for type checking only."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "table.csv").write_text("1")
    for name, text in {
        "__init__": "",
        "a": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import quinary.c\ndef f():\n    from .b import g",
        "b": "g = 1",
        "c": "h = 1",
    }.items():
        (tmp_path / f"{name}.py").write_text(text)
    monkeypatch.setattr(cachekeys, "_ROOT", tmp_path)
    forget()
    yield tmp_path
    forget()


def forget():
    for found in (made_by, modules_behind, cachekeys._imported):
        found.cache_clear()


def key():
    forget()
    return made_by("quinary.a", libraries=("numpy",))


@pytest.mark.parametrize("changed", ["a.py", "b.py", "data/table.csv"])
def test_a_byte_of_the_code_or_its_tables_changes_the_key(package, changed):
    before = key()
    assert key() == before
    with (package / changed).open("a") as handle:
        handle.write("\n")
    assert key() != before


def test_what_does_not_run_does_not_count(package):
    before = key()
    (package / "c.py").write_text("h = 2")
    assert key() == before
    assert modules_behind("quinary.a") == ("quinary.a", "quinary.b")


@pytest.mark.usefixtures("package")
def test_another_version_of_a_library_changes_the_key(monkeypatch):
    before = key()
    monkeypatch.setattr(cachekeys, "version", lambda _: "0.0.1")
    assert key() != before


def test_names_that_are_no_modules_are_refused():
    with pytest.raises(ModuleNotFoundError, match=r"quinary\.learning\.nothing"):
        made_by("quinary.learning.nothing")
    with pytest.raises(ModuleNotFoundError):
        made_by("no_such_module_at_all")


def test_imports_are_followed_to_the_ground():
    behind = modules_behind("quinary_benchmarks.generators.conditional_vae")
    assert {
        "quinary.learning.models.layers",
        "quinary.generative.palette.mixture",
        "quinary.generative.palette.systems",
    } <= set(behind)
    assert "quinary.plugins.sockets" not in behind  # for type checking only


def test_the_same_in_another_process_and_without_loading_anything():
    program = (
        "import sys; from quinary.cachekeys import made_by, processor; "
        "print(made_by('quinary.generative.gan.wgan', libraries=('numpy', 'torch')), processor()); "
        "print(*{'numpy', 'torch', 'quinary.learning'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    told, loaded = done.stdout.split("\n", 1)
    assert told == f"{made_by('quinary.generative.gan.wgan', libraries=('numpy', 'torch'))} {processor()}"
    assert loaded.strip() == ""


def test_the_switches_of_the_libraries_count(monkeypatch):
    monkeypatch.delenv("MKL_CBWR", raising=False)
    before = processor()
    monkeypatch.setenv("MKL_CBWR", "COMPATIBLE")
    assert processor() != before


def test_data_count_by_value_shape_and_type():
    table = np.arange(6.0)
    keys = {
        digest_of(table), digest_of(table.reshape(2, 3)), digest_of(table.astype(np.float32)), digest_of(table + 1e-15),
        digest_of(table, 1), digest_of(1, table), digest_of("a", "b"), digest_of("ab"), digest_of(),
    }  # fmt: skip
    assert len(keys) == 9
    assert digest_of(table.reshape(2, 3).T) == digest_of(table.reshape(2, 3).T.copy())
    assert digest_of(table) == digest_of(np.arange(6.0))
