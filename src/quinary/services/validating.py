"""The verb `validate`: candidates up the ladder of rungs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quinary.chemistry.composition import CompositionLike
from quinary.loops.validation import Climb, equipped, estimated_seconds, ladder, validate_compositions
from quinary.loops.work import DEFAULT_RUNGS
from quinary.plugins import ValidationSettings, ValidatorPlugin
from quinary.points.conditions import conditions_of
from quinary.progress import Progress, silent
from quinary.services.arguments import (
    At,
    Formulas,
    Names,
    formulas_in,
    label_of,
    names_in,
    path_in,
    whole_range,
)
from quinary.services.stores import Store, store_if_named

__all__ = ["expected_seconds", "validate"]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to be validated, by which rungs, how."""

    sources: list[CompositionLike]
    rungs: Sequence[ValidatorPlugin]
    settings: ValidationSettings


def _asked(
    sources: list[CompositionLike],
    with_: Names,
    at: At,
    potential: str,
    atoms: tuple[int, int] | str,
    places: tuple[Path | None, Path | None] = (None, None),
) -> _Asked:
    tdb, folder = places
    temperature = conditions_of(at).temperature
    settings = ValidationSettings(temperature, tdb, potential=potential, n_atoms=whole_range(atoms), folder=folder)
    return _Asked(sources, ladder(names_in(with_)), settings)


def validate(
    formulas: Formulas | None = None,
    with_: Names = DEFAULT_RUNGS,
    *,
    file: str | Path | None = None,
    at: At = None,
    tdb: str | Path | None = None,
    all_rungs: bool = False,
    potential: str = "diep",
    atoms: tuple[int, int] | str = (32, 54),
    out: str | Path | None = None,
    workers: int = 1,
    db: Store = None,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Check candidates rung by rung: rules, phase equilibrium, potential, DFT. Failed and skipped verdicts are results.

    Args:
        formulas: one composition or several.
        with_: the rungs: `rules`, `calphad`, `potential`, `faults`, `phonons`, `dft`.
        file: a text file with one more formula a line.
        at: conditions; `temperature` (K) is that of the equilibrium.
        tdb: a file of thermodynamic data; None: one that the store has registered and that covers the elements, else one
            that comes inside an installed package.
        all_rungs: go on after a rung has ruled a candidate out.
        potential: interatomic potential; of several (with commas) the first counts, the others check its error.
        atoms: fewest and most atoms in a computed cell.
        out: folder for the inputs that the rung `dft` writes.
        workers: processes over which candidates are spread.
        db: the store whose thermodynamic data may be used; None: no store.
        progress: told how far the work has come.

    Returns:
        `verdicts`: in the order of the formulas, then of the rungs, with `formula` (as it was written), `rung`, `outcome`,
        `values`, `properties`, `seconds` and `reason`.

    Raises:
        InputError: a formula, rung, condition or database cannot be used.
    """
    sources = formulas_in(formulas, file)
    asked = _asked(sources, with_, at, potential, atoms, (path_in(tdb), path_in(out)))
    climb = Climb(is_whole=all_rungs, n_processes=workers)
    with store_if_named(db) as store:
        settings = equipped(asked.settings, store)
    verdicts = validate_compositions(asked.sources, asked.rungs, settings, progress, climb)
    written = [label_of(source) for source in sources for _ in asked.rungs]
    return {"verdicts": [{**found.as_dict(), "formula": label} for found, label in zip(verdicts, written, strict=True)]}


def expected_seconds(
    formulas: Formulas | None = None,
    with_: Names = DEFAULT_RUNGS,
    *,
    file: str | Path | None = None,
    at: At = None,
    potential: str = "diep",
    atoms: tuple[int, int] | str = (32, 54),
    workers: int = 1,
) -> float:
    """About how long `validate` takes on idle cores, s; 0 without slow rungs.

    Raises:
        InputError: see `validate`.
    """
    asked = _asked(formulas_in(formulas, file), with_, at, potential, atoms)
    return estimated_seconds(asked.sources, asked.rungs, asked.settings, workers)
