"""What a user means by the source of an import: a file, a folder, an address, a snapshot, or a data set by name."""

from __future__ import annotations

import http.client
import shutil
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from quinary.errors import InputError, WorkError, unknown_name
from quinary.plugins import ReadOptions
from quinary.readers.data_sets import DataSet, registered_sets
from quinary.readers.embedded import EMBEDDED
from quinary.readers.fetching import chosen_mirror, fetch, fetched, known_sets, registered_file
from quinary.readers.snapshot_files import is_snapshot

__all__ = ["Place", "located"]


@dataclass(frozen=True, slots=True)
class Place:
    """A file to read, the reader that is known for it (None: find out), and what is known of it beyond the file."""

    path: Path
    reader: str | None = None
    known: ReadOptions = field(default_factory=ReadOptions)

    def options(self, given: ReadOptions) -> ReadOptions:
        """What is known of the file, with what the user says going before."""
        return replace(
            given,
            units={**self.known.units, **given.units},
            doi=given.doi or self.known.doi,
            licence=given.licence or self.known.licence,
        )


@contextmanager
def located(source: str) -> Iterator[list[Place]]:
    """The files that a source means; a downloaded one exists only inside the block.

    A name is that of an installed table first, then that of a data set, which must have been fetched or lie in the mirror
    that `QUINARY_MIRROR` names: importing never uses the network unless the source is an address.

    Raises:
        InputError: nothing by that name, an empty folder, or a data set that is not here or has no reader.
        WorkError: the download failed.
    """
    if source in EMBEDDED:
        entry = EMBEDDED[source]
        yield [Place(entry.find(), entry.reader)]
    elif source.startswith(("http://", "https://")):
        with tempfile.TemporaryDirectory(prefix="quinary-") as folder:
            yield [_place(_download(source, Path(folder)))]
    elif source in registered_sets() or not Path(source).exists():
        yield _by_name(source)
    else:
        yield _on_disk(Path(source))


def _by_name(source: str) -> list[Place]:
    if "/" in source:
        raise InputError(f"there is no file {source}")
    sets = known_sets(chosen_mirror())
    if source in sets:
        return _of_data_set(sets[source])
    if "." in source:
        raise InputError(f"there is no file {source}")
    raise unknown_name("file or data set", source, {*EMBEDDED, *sets})


def _of_data_set(data_set: DataSet) -> list[Place]:
    if not any(entry.reader for entry in data_set.files):
        name = data_set.name
        raise InputError(data_set.note or f"no reader reads {name} yet; `quinary data get {name}` fetches its files")
    mirror = chosen_mirror()
    found = fetch(data_set.name, mirror) if mirror else fetched(data_set.name)
    if found is None:
        raise InputError(
            f"the data set {data_set.name} is not on this machine: fetch it with `quinary data get {data_set.name}`, or name "
            "a mirror folder with QUINARY_MIRROR"
        )
    read = [entry for entry in found.data_set.files if entry.reader]
    return [Place(found.path_of(entry), entry.reader, found.data_set.options_for(entry)) for entry in read]


def _on_disk(path: Path) -> list[Place]:
    if not path.is_dir():
        return [_place(path)]
    if is_snapshot(path):
        return [Place(path, "snapshot")]
    calculations = sorted(path.rglob("vasprun*.xml"))
    if calculations:  # a folder of calculations: what else VASP read and wrote is no data of its own
        return [_place(entry) for entry in calculations]
    from quinary.simulation.dft_inputs import SIDECAR

    waiting = sum(1 for _ in path.rglob(SIDECAR))
    if waiting:
        raise InputError(f"no finished calculation in {path} (0 of {waiting}): run them there first")
    files = sorted(entry for entry in path.iterdir() if entry.is_file() and not entry.name.startswith("."))
    if not files:
        raise InputError(f"the folder {path} holds no file")
    return [_place(entry) for entry in files]


def _place(path: Path) -> Place:
    """A file of unknown format; if it is one of a registered data set, its licence and article are known all the same."""
    found = registered_file(path)
    return Place(path, known=found[0].options_for(found[1])) if found else Place(path)


def _download(url: str, folder: Path) -> Path:
    target = folder / (Path(urllib.request.url2pathname(url.split("?", maxsplit=1)[0])).name or "download")
    try:
        with urllib.request.urlopen(url, timeout=60) as response, target.open("wb") as handle:  # noqa: S310 - http(s) only, above
            shutil.copyfileobj(response, handle)
    except (http.client.InvalidURL, ValueError) as error:
        raise InputError(f"{url!r} is not a URL: {error}") from error
    except (OSError, http.client.HTTPException) as error:
        raise WorkError(f"cannot download {url}: {getattr(error, 'reason', None) or error}") from error
    return target
