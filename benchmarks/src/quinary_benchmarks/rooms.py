"""How a request walks through the house: the files whose functions it enters, and how often a lower room calls a higher one.

A file counts once, whatever is asked of it and how often. Left out are rooms of words that everything is made of (chemistry,
points, reference, errors and the other single files) and who only asks (interfaces, studies). A climb is a pair of files of
which the first calls the second although its room lies below: an answer that has to be fetched from upstairs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import TYPE_CHECKING, Any, Final

import quinary
from quinary.layers import LAYER_OF

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quinary.studies.benches import BenchSettings

__all__ = ["Walk", "followed", "run"]

_ROOT: Final = Path(quinary.__file__).parent
_LEFT_OUT: Final = frozenset({"chemistry", "points", "reference", "interfaces", "studies"})
_GOALS: Final = {"design": (12, 0), "predict": (8, 2), "import": (7, 2)}


@dataclass(slots=True)
class Walk:
    """Files entered, in the order of the first entry, and the climbs: (file that calls, file that is called)."""

    files: list[str] = field(default_factory=list)
    climbs: set[tuple[str, str]] = field(default_factory=set)

    def enter(self, file: str, caller: str) -> None:
        """A function of `file` was called by one of `caller` (empty: from outside)."""
        if file not in self.files:
            self.files.append(file)
        if caller and LAYER_OF[_room(file)] > LAYER_OF[_room(caller)]:
            self.climbs.add((caller, file))


def _room(file: str) -> str:
    return file.partition("/")[0]


def _counted(frame: FrameType | None) -> str:
    """The file of a frame below the package; empty for others, and for rooms that are left out."""
    if frame is None or frame.f_code.co_name == "<module>":
        return ""
    path = Path(frame.f_code.co_filename)
    file = path.relative_to(_ROOT).as_posix() if path.is_relative_to(_ROOT) else ""
    return file if "/" in file and _room(file) not in _LEFT_OUT else ""


@contextmanager
def followed() -> Iterator[Walk]:
    """What happens in the block, in this thread."""
    walk = Walk()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and (file := _counted(frame)):
            above = frame.f_back
            while above is not None and not _counted(above):
                above = above.f_back
            caller = _counted(above)
            if caller != file:
                walk.enter(file, caller)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield walk
    finally:
        sys.setprofile(before)


def _requests(folder: Path) -> dict[str, Callable[[], Any]]:
    table = folder / "mine.csv"
    table.write_text("formula,hardness (GPa)\nMoNbTaW,4.5\n", encoding="utf-8")
    stiff = {"shear_modulus": (80.0, 100.0)}
    return {
        "design": lambda: quinary.design(folder / "a.db", n=1, range_=stiff, elements="Mo,Nb,Ta,W", generator="random"),
        "predict": lambda: quinary.predict("MoNbTaW", "shear_modulus"),
        "import": lambda: quinary.import_file(table, db=folder / "b.db"),
    }


def run(settings: BenchSettings) -> dict[str, Any]:  # noqa: ARG001 - nothing to choose
    """Files and climbs of a design, a prediction and an import of one row; each is asked twice, the second walk counts."""
    rows, walks = [], {}
    with TemporaryDirectory(prefix="quinary-bench-") as folder:
        for name, ask in _requests(Path(folder)).items():
            ask()  # what is read or registered once is no part of a request
            with followed() as walk:
                ask()
            n_files, n_climbs = _GOALS[name]
            rows.append(
                {
                    "request": name, "files": len(walk.files), "goal files": n_files, "climbs": len(walk.climbs),
                    "goal climbs": n_climbs,
                }
            )  # fmt: skip
            walks[name] = {"files": walk.files, "climbs": sorted(map(" -> ".join, walk.climbs))}
    return {"rows": rows, "walks": walks}
