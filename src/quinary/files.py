"""Writing files so that nothing is ever half-written."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from quinary.errors import WorkError

__all__ = ["cache_folder", "told_if_not_kept", "written_whole"]

_log: Final = logging.getLogger(__name__)
_told: Final[set[Path]] = set()


def cache_folder(name: str) -> Path:
    """Where results of one kind are kept between runs: below `QUINARY_CACHE`, else below the user's cache folder."""
    given = os.environ.get("QUINARY_CACHE")
    base = Path(given) if given else Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "quinary"
    return base / name


@contextmanager
def told_if_not_kept(folder: Path) -> Iterator[None]:
    """A block that writes into a cache: if the folder cannot be written, one warning a folder says so, and work goes on.

    Without the cache the same is computed again the next time: it costs time and changes nothing else.
    """
    try:
        yield
    except WorkError as error:
        if folder not in _told:
            _told.add(folder)
            _log.warning(
                "%s: what is computed is used now and computed again next time; QUINARY_CACHE names another folder",
                error,
            )


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
