"""Writing files and folders so that nothing is ever half-written, and never to another place than the one that was named.

Everything that Quinary writes is written here: into a new file beside its place, under a name that nobody can guess, which
then takes the place in one step. Of two writers at once one is left, whole.
"""

from __future__ import annotations

import errno
import logging
import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from quinary.errors import WorkError

__all__ = ["cache_folder", "folder_written_whole", "private_file", "told_if_not_kept", "write_whole", "written_whole"]

_log: Final = logging.getLogger(__name__)
_told: Final[set[Path]] = set()
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_TRIES: Final = 20  # to move a folder to its place while others do the same
_TAKEN: Final = frozenset({errno.ENOTEMPTY, errno.EEXIST, errno.ENOENT})


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

    A file that is there already keeps its permissions; a new one has those that the user's umask gives. A link is not
    followed: who can plant one in a shared folder must not choose what is overwritten.

    Raises:
        WorkError: the file cannot be written, or the place is taken by a link, a folder or a device.
    """
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        mode = _mode_of(path)
        temporary = _new_file(path, mode)
        yield temporary
        _settle(temporary)
        if mode is not None:
            temporary.chmod(mode)
        temporary.replace(path)
        with suppress(OSError):  # not every system opens folders
            _settle(path.parent)
    except OSError as error:
        raise WorkError(f"cannot write {path}: {(error.strerror or str(error)).lower()}") from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def write_whole(path: Path, content: str | bytes) -> Path:
    r"""Write a text (UTF-8, lines end in \n) or bytes to `path`, whole or not at all, and return `path`.

    Raises:
        WorkError: as `written_whole`.
    """
    with written_whole(path) as temporary:
        temporary.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@contextmanager
def folder_written_whole(place: Path) -> Iterator[Path]:
    """A temporary folder beside `place` that takes its place when the block ends well, and vanishes when it does not.

    What was at the place goes, as a whole, once the new folder is complete.

    Raises:
        WorkError: it cannot be written, or the place is a link or no folder.
    """
    made: Path | None = None
    try:
        place.absolute().parent.mkdir(parents=True, exist_ok=True)
        mode = _mode_of(place, is_folder=True)
        made = _beside(place)
        made.mkdir(mode=0o777 if mode is None else 0o700)
        yield made
        if mode is not None:
            made.chmod(mode)
        _move(made, place)
    except OSError as error:
        raise WorkError(f"cannot write {place}: {(error.strerror or str(error)).lower()}") from error
    finally:
        if made is not None:
            shutil.rmtree(made, ignore_errors=True)


@contextmanager
def private_file(folder: Path, content: str) -> Iterator[Path]:
    """A file that only its owner can read, in a folder that only they can open, for as long as the block lasts.

    Raises:
        WorkError: it cannot be written.
    """
    made: Path | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = Path(tempfile.mkdtemp(prefix=".", dir=folder))  # for the owner alone, whatever the umask
        with os.fdopen(os.open(made / "content", _NEW, 0o600), "w", encoding="utf-8") as stream:
            stream.write(content)
        yield made / "content"
    except OSError as error:
        raise WorkError(f"cannot write into {folder}: {(error.strerror or str(error)).lower()}") from error
    finally:
        if made is not None:
            shutil.rmtree(made, ignore_errors=True)


def _beside(path: Path) -> Path:
    """A hidden name in the same folder that nobody can guess, so that moving it to `path` is one step."""
    return path.with_name(f".{path.name[:100]}.{secrets.token_hex(8)}")


def _mode_of(path: Path, *, is_folder: bool = False) -> int | None:
    """The permissions of what is at the place, None where nothing is.

    Raises:
        WorkError: it is a link, or of another kind than what shall be written.
    """
    try:
        found = path.lstat().st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISLNK(found):
        raise WorkError(f"cannot write {path}: it is a link to {path.readlink()}; name that place itself")
    if not (stat.S_ISDIR if is_folder else stat.S_ISREG)(found):
        kind = "a folder" if stat.S_ISDIR(found) else "no folder" if is_folder else "no regular file"
        raise WorkError(f"cannot write {path}: it is {kind}")
    return stat.S_IMODE(found) & 0o777


def _new_file(path: Path, mode: int | None) -> Path:
    """An empty file beside `path` that was not there before; the system takes the umask off the permissions of a new one."""
    temporary = _beside(path)
    os.close(os.open(temporary, _NEW, 0o666 if mode is None else 0o600))
    return temporary


def _settle(path: Path) -> None:
    """Have what was written on the disk before a name points to it, where the file system can do that."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in {errno.EBADF, errno.EINVAL, errno.ENOTSUP}:
            raise
    finally:
        os.close(handle)


def _move(made: Path, place: Path) -> None:
    """Put a finished folder in its place, whoever else does the same: no system swaps two folders in one portable step."""
    old = _beside(place)
    try:
        for left in reversed(range(_TRIES)):
            try:
                made.replace(place)
                return
            except OSError as error:
                if error.errno not in _TAKEN or not left:
                    raise
            with suppress(FileNotFoundError):  # another writer was faster to move it aside
                place.replace(old)
                shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(old, ignore_errors=True)
