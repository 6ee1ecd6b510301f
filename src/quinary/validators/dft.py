"""The fourth rung: density-functional theory, which a person runs; this rung writes what they need."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from quinary.chemistry.composition import Composition
from quinary.errors import InputError
from quinary.requests import Verdict

if TYPE_CHECKING:
    from quinary.plugins import ValidationSettings

__all__ = ["PLUGIN", "DftRung"]


class DftRung:
    """Inputs for VASP; the verdict is `skipped` until the calculation has been run and its results imported.

    Source: sets of the Materials Project, Jain et al. 2013, 10.1063/1.4812323.
    """

    name = "dft"
    version = "1"
    source = "10.1063/1.4812323"
    order = 40

    def validate(self, composition: Composition, settings: ValidationSettings) -> Verdict:
        """Write inputs below `settings.folder`, if there is one, and say that a calculation is needed.

        Raises:
            WorkError: the files cannot be written.
        """
        started = time.perf_counter()
        values: dict[str, Any] = {}
        reason = f"calculation needed: `quinary dft {composition.formula!r} --out DIR` writes its inputs"
        if settings.folder is not None:
            from quinary.simulation.dft_inputs import InputSettings, write_inputs
            from quinary.simulation.solid_solution import SolutionSettings

            how = InputSettings(solution=SolutionSettings(n_atoms=settings.n_atoms))
            folder = settings.folder / composition.formula
            try:
                written = write_inputs(composition, folder, how)
            except InputError as error:
                return Verdict(composition.formula, self.name, "skipped", error.message)
            values = {"folder": str(folder), "calculations": [place.name for place in written]}
            reason = f"calculation needed: {len(written)} VASP inputs are in {folder}"
        seconds = time.perf_counter() - started
        return Verdict(composition.formula, self.name, "skipped", reason, values, seconds=seconds)


PLUGIN: Final = DftRung()
