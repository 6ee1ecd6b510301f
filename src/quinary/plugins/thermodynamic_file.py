"""A file of thermodynamic data as it travels: by its content, so that whoever is handed it needs no disk and no store."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from quinary.errors import InputError

__all__ = ["MOST_BYTES", "ThermodynamicFile", "file_at"]

MOST_BYTES: Final = 8_000_000  # the largest published file that we know has 1.2 MB
_DIGITS: Final = 16


@dataclass(frozen=True, slots=True)
class ThermodynamicFile:
    """The text of a TDB file under a name, with what is known of it.

    Attributes:
        name: what verdicts call it.
        content: all of the text.
        source: who assessed it; empty: what the text says itself.
        place: where it was found, in words, such as `named with --tdb`.
        licence: as its owner names it; empty if nobody has said.
    """

    name: str
    content: str = field(repr=False)
    source: str = ""
    place: str = ""
    licence: str = ""

    @property
    def digest(self) -> str:
        """16 digits for the content."""
        return hashlib.sha256(self.content.encode()).hexdigest()[:_DIGITS]


def file_at(path: Path, place: str = "") -> ThermodynamicFile:
    """Read a file of thermodynamic data, whatever its name; what it says is not looked at.

    Raises:
        InputError: there is no such file, or it is too large to be one.
    """
    if not path.is_file():
        found = "is a folder, not a file" if path.is_dir() else "is no file" if path.exists() else "does not exist"
        raise InputError(f"the thermodynamic database {path} {found}")
    if path.stat().st_size > MOST_BYTES:
        raise InputError(
            f"{path} has {path.stat().st_size / 1e6:.0f} MB; a thermodynamic database may have "
            f"{MOST_BYTES / 1e6:.0f} MB at most"
        )
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read the thermodynamic database {path}: {error.strerror}") from error
    return ThermodynamicFile(path.name, _decoded(content), place=place)


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:  # older files hold accents of authors' names in Latin-1, which decodes any bytes
        return content.decode("latin-1")
