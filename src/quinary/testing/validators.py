"""What a validator promises, checked on alloys and a carbide."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from quinary.chemistry.composition import Composition
from quinary.plugins import ValidationSettings
from quinary.testing.common import check, check_members

if TYPE_CHECKING:
    from quinary.plugins import ValidatorPlugin

__all__ = ["check_validator"]

_FORMULAS: Final = ("MoNbTaW", "CoCrFeMnNi", "(HfNbTaTiZr)C", "XeMo", "Mo")
_OUTCOMES: Final = ("passed", "failed", "uncertain", "skipped")


def check_validator(plugin: ValidatorPlugin, settings: ValidationSettings | None = None) -> None:
    """See that a rung has a verdict for any material, with an outcome, a reason, seconds, and a document without NaN.

    What it cannot judge it skips, with the reason: nothing is raised.

    Raises:
        AssertionError: a verdict lacks one of these.
    """
    check_members(plugin, "validators")
    asked = settings or ValidationSettings(potential="emt")
    for formula in _FORMULAS:
        verdict = plugin.validate(Composition.of(formula), asked)
        check(verdict.rung == plugin.name, plugin, f"its verdict on {formula} is of the rung {verdict.rung!r}")
        check(
            verdict.outcome in _OUTCOMES, plugin, f"its outcome {verdict.outcome!r} is none of {', '.join(_OUTCOMES)}"
        )
        check(bool(verdict.reason), plugin, f"its verdict on {formula} has no reason")
        check(verdict.seconds >= 0, plugin, f"its verdict on {formula} took {verdict.seconds} s")
        try:
            json.dumps(verdict.as_dict(), allow_nan=False)
        except ValueError as error:
            raise AssertionError(f"{plugin.name}: its verdict on {formula} is no JSON document: {error}") from error
