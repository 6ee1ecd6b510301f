"""Places that a person names for results: refused before any work is done if the name promises another kind of file."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from quinary.errors import InputError

__all__ = ["file_ending", "folder_only"]

_FILES: Final = frozenset({".csv", ".html", ".htm", ".jpeg", ".jpg", ".json", ".md", ".pdf", ".png", ".svg", ".xlsx"})


def file_ending(path: Path, ending: str, what: str) -> None:
    """See that a file is named as what is written into it.

    Raises:
        InputError: its name ends otherwise.
    """
    if path.suffix.lower() != ending:
        raise InputError(f"{what}: name a file that ends in {ending}, not {path.name}", [f"{path.stem}{ending}"])


def folder_only(path: Path) -> None:
    """See that a folder is not named like a file.

    Raises:
        InputError: its name ends like that of a table, a picture or a page.
    """
    if path.suffix.lower() in _FILES:
        raise InputError(f"--out names a folder, into which several files are written, not the file {path.name}")
