"""Fetching data sets from a mirror folder or their public home into the cache: checksums verified, whole or not at all."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from quinary.border import json_in
from quinary.errors import InputError, WorkError, unknown_name
from quinary.files import cache_folder, folder_written_whole, told_if_not_kept, write_whole
from quinary.progress import Progress, silent
from quinary.readers.data_sets import DataFile, DataSet, mirrored_sets, registered_sets, set_from_entry

__all__ = ["Fetched", "cached", "chosen_mirror", "fetch", "fetched", "known_sets", "registered_file"]

_LOG: Final = logging.getLogger(__name__)
_TIMEOUT: Final = 60  # seconds without a byte
_TRIES: Final = 2  # further ones after a failure of the network


@dataclass(frozen=True, slots=True)
class Fetched:
    """A set on this machine: its folder in the cache, and where it came from: cache, mirror or network."""

    data_set: DataSet
    folder: Path
    origin: str

    def path_of(self, entry: DataFile) -> Path:
        """Where a file of the set lies."""
        return self.folder / entry.path


def chosen_mirror(given: Path | None = None) -> Path | None:
    """The mirror that was named, else that of `QUINARY_MIRROR`, else None."""
    named = os.environ.get("QUINARY_MIRROR")
    return given or (Path(named) if named else None)


def known_sets(mirror: Path | None = None) -> dict[str, DataSet]:
    """All sets by name: our own, those that a mirror adds, and those that an earlier mirror added and that were fetched.

    Raises:
        InputError: the mirror cannot be used.
    """
    added = mirrored_sets(mirror) if mirror else {}
    return {**_kept_sets(), **added, **registered_sets()}


def fetch(name: str, mirror: Path | None = None, progress: Progress = silent) -> Fetched:
    """A set by name, from the cache if it is there and whole, else from the mirror if there is one, else from its home.

    Where the mirror has only a part of the set, the part is taken; `Fetched.data_set` says so. Where the cache cannot be
    written, the files stay in the mirror and are used there.

    Raises:
        InputError: no set has that name; the mirror lacks it, or a file there has the wrong checksum. Nothing is kept.
        WorkError: the network failed, or what came has the wrong checksum, or there is no place for it. Nothing is kept.
    """
    found = fetched(name, mirror)
    if found is not None:
        return found
    data_set = _chosen(name, mirror)
    if mirror is None:
        with _staged(data_set) as folder:
            _download(data_set, folder, progress)
        return Fetched(data_set, cache_folder("data") / data_set.name, "network")
    with told_if_not_kept(cache_folder("data")):
        with _staged(data_set) as folder:
            _copy(data_set, mirror, folder)
        return Fetched(data_set, cache_folder("data") / data_set.name, "mirror")
    return _in_place(data_set, mirror)


def fetched(name: str, mirror: Path | None = None) -> Fetched | None:
    """The set of that name, or a part of it, if the cache holds it whole; else None.

    Raises:
        InputError: no set has that name, or the mirror cannot be used.
    """
    sets = known_sets(mirror)
    if name not in sets:
        raise unknown_name("data set", name, sets)
    parts = [entry for entry in sets.values() if entry.part_of == name]
    for data_set in (sets[name], *parts):
        folder = cached(data_set)
        if folder is not None and (data_set.name == name or mirror is None or not _lies_in(mirror, sets[name])):
            return Fetched(data_set, folder, "cache")
    return None


def cached(data_set: DataSet) -> Path | None:
    """The folder of a set in the cache if every file is there with its checksum, else None."""
    folder = cache_folder("data") / data_set.name
    is_whole = all(_is_right(folder / entry.path, entry) for entry in data_set.files)
    return folder if is_whole else None


def registered_file(path: Path) -> tuple[DataSet, DataFile] | None:
    """The registered file with the content of this one, or None: its licence and article are known wherever it lies."""
    if not path.is_file():
        return None
    n_bytes = path.stat().st_size
    pairs = [(s, f) for s in registered_sets().values() for f in s.files if f.n_bytes == n_bytes]
    digest = _sha256(path) if pairs else ""
    return next(((s, f) for s, f in pairs if f.sha256 == digest), None)


def _is_right(path: Path, entry: DataFile) -> bool:
    """True if the file is there and has the checksum; one that cannot be read is as good as none."""
    try:
        return path.is_file() and path.stat().st_size == entry.n_bytes and _sha256(path) == entry.sha256
    except OSError as error:
        _LOG.warning("cannot read %s: %s", path, error.strerror or error)
        return False


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _lies_in(mirror: Path, data_set: DataSet) -> bool:
    return all((mirror / data_set.name / entry.path).is_file() for entry in data_set.files)


def _chosen(name: str, mirror: Path | None) -> DataSet:
    """The set to take: the whole if the mirror has it, else its part there."""
    sets = known_sets(mirror)
    if mirror is None:
        if not sets[name].home:
            raise InputError(f"the data set {name} has no public home; name the mirror that has it with --mirror")
        return sets[name]
    candidates = [sets[name], *(entry for entry in sets.values() if entry.part_of == name)]
    found = next((entry for entry in candidates if _lies_in(mirror, entry)), None)
    if found is None:
        held = sorted(entry.name for entry in sets.values() if _lies_in(mirror, entry))
        raise InputError(f"the mirror {mirror} does not hold {name}; it holds {', '.join(held) or 'no set'}", held)
    return found


def _copy(data_set: DataSet, mirror: Path, folder: Path) -> None:
    for entry in data_set.files:
        target = folder / entry.path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(mirror / data_set.name / entry.path, target)
        if not _is_right(target, entry):
            raise _false(mirror, data_set, entry)


def _in_place(data_set: DataSet, mirror: Path) -> Fetched:
    """The set where the mirror has it, verified there."""
    for entry in data_set.files:
        if not _is_right(mirror / data_set.name / entry.path, entry):
            raise _false(mirror, data_set, entry)
    return Fetched(data_set, mirror / data_set.name, "mirror")


def _false(mirror: Path, data_set: DataSet, entry: DataFile) -> InputError:
    return InputError(
        f"the mirror {mirror} lies: {data_set.name}/{entry.path} does not have the checksum {entry.sha256[:12]}... "
        "of the registry; nothing of the set was kept"
    )


def _download(data_set: DataSet, folder: Path, progress: Progress) -> None:
    import pooch

    pooch.get_logger().setLevel("ERROR")
    urls = {entry.path: data_set.home + quote(entry.path) for entry in data_set.files}
    fetcher = pooch.create(
        path=folder,
        base_url="",
        registry={entry.path: f"sha256:{entry.sha256}" for entry in data_set.files},
        urls=urls,
        retry_if_failed=_TRIES,
    )
    for number, entry in enumerate(data_set.files):
        progress(f"downloading {data_set.name}", number, len(data_set.files))
        _LOG.info("fetching %s, at most %d times", urls[entry.path], _TRIES + 1)
        try:
            fetcher.fetch(entry.path, downloader=pooch.HTTPDownloader(timeout=_TIMEOUT))
        except ValueError as error:  # what pooch says of a wrong checksum
            raise WorkError(
                f"{urls[entry.path]} does not have the checksum {entry.sha256[:12]}... of the registry; nothing was kept"
            ) from error
        except OSError as error:
            reason = " ".join(str(error).split())
            raise WorkError(f"cannot download {urls[entry.path]}: {reason}; nothing was kept") from error


@contextmanager
def _staged(data_set: DataSet) -> Iterator[Path]:
    """A temporary folder in the cache that takes the place of the set when all is well, and vanishes when it is not."""
    cache = cache_folder("data")
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WorkError(f"cannot write to the cache {cache}: {error.strerror}; set QUINARY_CACHE") from error
    with folder_written_whole(cache / data_set.name) as folder:
        yield folder
    _keep_entry(data_set)


def _keep_entry(data_set: DataSet) -> None:
    """Note beside a set that only a mirror's registry knows what it is, for the day when the mirror is not there."""
    if data_set.name in registered_sets():
        return
    entry: dict[str, Any] = {
        "part_of": data_set.part_of, "title": data_set.title, "licence": data_set.licence, "doi": data_set.doi,
        "reader": data_set.reader, "note": data_set.note,
        "files": [
            {
                "path": f.path, "bytes": f.n_bytes, "sha256": f.sha256, "reader": f.reader, "units": dict(f.units),
                "doi": f.doi,
            }
            for f in data_set.files
        ],
    }  # fmt: skip
    write_whole(cache_folder("data") / f"{data_set.name}.json", json.dumps(entry))


def _kept_sets() -> dict[str, DataSet]:
    """What stands beside sets that an earlier mirror added; what cannot be read is passed over."""
    found = {}
    for path in sorted(cache_folder("data").glob("*.json")):
        try:
            entry = json_in(path.read_text(encoding="utf-8"))
            found[path.stem] = set_from_entry(path.stem, entry)
        except (OSError, ValueError) as error:
            _LOG.warning("the cache entry %s cannot be used (%s)", path, error)
    return found
