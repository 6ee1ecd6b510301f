"""Names in a cache that change whenever the result would: made of the code, the libraries and the processor that computed it.

A key in a cache is a digest of everything that the kept result hangs on. What it was computed from and with which settings,
the caller knows; by what, these functions say:

    code = made_by("quinary.generative.gan.wgan", libraries=("numpy", "torch"))
    key = digest_of(code, processor(), settings, data)

So nothing has to be counted up by hand, and an entry of another version, or of another machine, is never found.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import os
import platform
from collections.abc import Iterator
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

__all__ = ["digest_of", "made_by", "modules_behind", "processor"]

_PACKAGE: Final = __name__.partition(".")[0]
_ROOT: Final = Path(__file__).parent
_DATA_ENDINGS: Final = (".csv", ".toml")  # tables of the package that its modules read
_DIGITS: Final = 32
# Variables by which the libraries of linear algebra choose another order of summation.
_SWITCHES: Final = (
    "ATEN_CPU_CAPABILITY", "DNNL_MAX_CPU_ISA", "MKL_CBWR", "MKL_DEBUG_CPU_TYPE", "MKL_ENABLE_INSTRUCTIONS",
    "NPY_DISABLE_CPU_FEATURES", "NPY_ENABLE_CPU_FEATURES", "ONEDNN_MAX_CPU_ISA", "OPENBLAS_CORETYPE",
)  # fmt: skip


@functools.cache
def made_by(*modules: str, libraries: tuple[str, ...] = ()) -> str:
    """32 digits for the code of modules: they change with any byte of it, of what it imports of ours, and with a library.

    The modules of this package that the named ones import, inside functions too, count by themselves, and so do the tables
    in the folders of all of them. What is found by a name at run time (a plug-in) has to be named.

    Args:
        modules: absolute names, such as `quinary.generative.gan.wgan`.
        libraries: names of installed distributions, such as `numpy`; their versions count.

    Raises:
        ModuleNotFoundError: there is no module of that name, or no source of it.
        PackageNotFoundError: a library is not installed.
    """
    digest = hashlib.sha256(f"python {platform.python_version()}".encode())
    for library in sorted(libraries):
        digest.update(f"\n{library} {version(library)}".encode())
    for path in _files(modules_behind(*modules)):
        content = path.read_bytes()
        digest.update(f"\n{path.name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()[:_DIGITS]


@functools.cache
def modules_behind(*modules: str) -> tuple[str, ...]:
    """The named modules and all of this package that they import, directly or not; imports for type checking left out."""
    found: set[str] = set()
    waiting = list(modules)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(_imported(name))
    return tuple(sorted(found))


def processor() -> str:
    """The kind of processor and the switches of its libraries: training runs that start equal end differently on another.

    Sums are taken in another order where a vector holds more numbers, and training a network amplifies the last digit.
    """
    chosen = [f"{name}={os.environ[name]}" for name in _SWITCHES if name in os.environ]
    return "; ".join([*_processor_kind(), *chosen])


def digest_of(*parts: Any) -> str:
    """32 digits for what is given: arrays by shape, type and bytes, all else by its `repr`."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(_content(part))
        digest.update(b"\0")
    return digest.hexdigest()[:_DIGITS]


def _content(part: Any) -> bytes:
    if hasattr(part, "tobytes") and hasattr(part, "dtype"):
        return f"{part.shape} {part.dtype.str} ".encode() + bytes(part.tobytes())
    return repr(part).encode()


@functools.cache
def _processor_kind() -> tuple[str, ...]:
    """Machine, model and vector instructions, as far as the system tells."""
    found = [platform.system(), platform.machine()]
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").partition("\n\n")[0].splitlines()
    except OSError:
        return (*found, platform.processor())
    told = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    vectors = sorted(flag for flag in told.get("flags", "").split() if flag.startswith(("avx", "fma", "sse", "amx")))
    return (*found, told.get("model name", platform.processor()), *vectors)


def _files(modules: tuple[str, ...]) -> Iterator[Path]:
    paths = [_source(name) for name in modules]
    yield from paths
    for folder in sorted({path.parent for path in paths if path.is_relative_to(_ROOT)}):
        yield from sorted(path for path in (*folder.glob("*"), *folder.glob("data/*")) if path.suffix in _DATA_ENDINGS)


def _source(module: str) -> Path:
    """The file of a module; ours are found without importing anything."""
    if module.partition(".")[0] == _PACKAGE:
        stem = _ROOT.joinpath(*module.split(".")[1:])
        for path in (stem.with_name(f"{stem.name}.py"), stem / "__init__.py"):
            if path.is_file():
                return path
        raise ModuleNotFoundError(f"there is no module {module}")
    spec = find_spec(module)
    if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
        raise ModuleNotFoundError(f"there is no source of the module {module}")
    return Path(spec.origin)


@functools.cache
def _imported(module: str) -> tuple[str, ...]:
    """The modules of ours that a module imports when it runs, with the packages that they lie in."""
    path = _source(module)
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    found = set()
    for node in _running(ast.parse(path.read_bytes())):
        found |= {name for name in _names(node, package) if name.partition(".")[0] == _PACKAGE and _exists(name)}
    return tuple(sorted(found - {_PACKAGE}))


def _running(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes below one, except what stands under `if TYPE_CHECKING:`."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and isinstance(child.test, ast.Name) and child.test.id == "TYPE_CHECKING":
            continue
        yield child
        yield from _running(child)


def _names(node: ast.AST, package: str) -> Iterator[str]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield alias.name
    elif isinstance(node, ast.ImportFrom):
        above = ".".join(package.split(".")[: len(package.split(".")) - node.level + 1]) if node.level else ""
        origin = ".".join(part for part in (above, node.module) if part)
        yield origin
        for alias in node.names:
            yield f"{origin}.{alias.name}"


def _exists(module: str) -> bool:
    try:
        _source(module)
    except ModuleNotFoundError:
        return False
    return True
