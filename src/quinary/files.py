"""Writing files so that nothing is ever half-written."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from quinary.errors import WorkError

__all__ = ["cache_folder", "make_cache_folder", "written_whole"]


def cache_folder(name: str) -> Path:
    """Where results of one kind are kept between runs: below `QUINARY_CACHE`, else below the user's cache folder."""
    given = os.environ.get("QUINARY_CACHE")
    base = Path(given) if given else Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "quinary"
    return base / name


def make_cache_folder(folder: Path) -> None:
    """Make a folder for trained generators now: better to fail before the training than after.

    Raises:
        WorkError: the folder cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WorkError(
            f"cannot keep trained generators in {folder}: {error.strerror}; name another folder with QUINARY_CACHE"
        ) from error


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A temporary file beside `path` that takes its place when the block ends well, and vanishes when it does not.

    Raises:
        WorkError: the file cannot be written.
    """
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        os.close(handle)
        temporary = Path(name)
        yield temporary
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        raise WorkError(f"cannot write {path}: {(error.strerror or str(error)).lower()}") from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
