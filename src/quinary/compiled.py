"""Keeping what numba compiles between runs, in Quinary's own cache and under keys of code, libraries and processor.

numba by itself keeps compiled code beside the source, or in a folder of the user's, and finds it again by the text of one
file: a constant that is imported from another file, and compiled in, may have changed since. It also unpickles whatever lies
there. Here an entry is found by a key of all modules behind a function, of numba and of the processor; it begins with a
checksum of the rest, and is read only from a folder and a file that nobody but the user can write, since to unpickle is to
trust. Whatever does not fit is compiled again.
"""

from __future__ import annotations

import hashlib
import logging
import os
import pickle
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

from numba.core.caching import NullCache
from numba.core.compiler import CompileResult
from numba.core.serialize import dumps

from quinary.cachekeys import digest_of, made_by, processor
from quinary.errors import WorkError
from quinary.files import cache_folder, told_if_not_kept, written_whole

__all__ = ["KeptCode", "kept"]

_LOG: Final = logging.getLogger(__name__)
_N_CHECK: Final = 32  # bytes of the checksum
_NOT_OURS: Final = stat.S_IWGRP | stat.S_IWOTH
# What unpickling and linking raise for what was made by something else
_DAMAGE: Final = (
    ArithmeticError, AssertionError, AttributeError, EOFError, ImportError, LookupError, OSError, RuntimeError, TypeError,
    ValueError, pickle.PickleError,
)  # fmt: skip
_Function = TypeVar("_Function", bound="Callable[..., Any]")


def kept(compiled: _Function) -> _Function:
    """The same compiled function; what it compiles is kept, and used in the next run."""
    dispatcher: Any = compiled
    dispatcher._cache = KeptCode(dispatcher.py_func)
    return compiled


class KeptCode(NullCache):  # type: ignore[misc]
    """A place where numba looks for compiled code before it compiles, and puts it afterwards."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function

    @property
    def cache_path(self) -> str:
        """The folder, which numba shows in its statistics."""
        return str(cache_folder("compiled"))

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """What was compiled for these types, None if there is nothing that can be used."""
        target_context.refresh()
        path = self._path(sig, target_context.codegen())
        content = _checked(path)
        if content is None:
            return None
        try:
            return CompileResult._rebuild(target_context, *pickle.loads(content))  # noqa: S301 - only we could write it
        except _DAMAGE as error:
            _LOG.warning("the kept code %s cannot be used (%s); it is compiled again", path, error)
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep what was compiled for these types, if the cache can be written."""
        content = dumps(data._reduce())
        path = self._path(sig, data.codegen)
        with told_if_not_kept(path.parent):
            _make_private(path.parent)
            with written_whole(path) as part:
                part.write_bytes(hashlib.sha256(content).digest() + content)

    def _path(self, sig: Any, codegen: Any) -> Path:
        made = made_by(self.function.__module__, libraries=("llvmlite", "numba", "numpy"))
        key = digest_of(made, processor(), codegen.magic_tuple(), self.function.__qualname__, str(sig))
        return cache_folder("compiled") / f"{self.function.__name__}-{key}"


def _checked(path: Path) -> bytes | None:
    """The content of an entry; None if there is none, it is cut short, or somebody else could have written it."""
    try:
        with path.open("rb") as handle:
            if not (_is_private(path.parent.stat()) and _is_private(os.fstat(handle.fileno()))):
                _LOG.warning("%s can be written by others, so the code kept there is not used", path.parent)
                return None
            content = handle.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        _LOG.warning("the kept code %s cannot be read (%s)", path, error.strerror)
        return None
    check, rest = content[:_N_CHECK], content[_N_CHECK:]
    if hashlib.sha256(rest).digest() != check:
        _LOG.warning("the kept code %s is damaged; it is compiled again", path)
        return None
    return rest


def _make_private(folder: Path) -> None:
    """Make the folder, which nobody but the user shall write whatever is usual for new ones."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise WorkError(f"cannot make the cache folder {folder}: {(error.strerror or str(error)).lower()}") from error


def _is_private(found: os.stat_result) -> bool:
    """True if nobody but this user can write it; where there are no users by number, the system's rights count."""
    return not hasattr(os, "geteuid") or (found.st_uid == os.geteuid() and not found.st_mode & _NOT_OURS)
