"""The first rung of the ladder: published empirical rules for solid solutions of several principal elements."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from quinary.chemistry.alloy_limits import no_alloy
from quinary.chemistry.composition import Composition
from quinary.chemistry.matrix import as_matrix
from quinary.constants import GAS_CONSTANT
from quinary.reference.elements import element_column
from quinary.reference.pairs import mixing_enthalpies
from quinary.reference.valence_electron_rule import BCC_BELOW, FCC_FROM
from quinary.requests import Verdict

if TYPE_CHECKING:
    from quinary.plugins import ValidationSettings

__all__ = ["PLUGIN", "RULES", "Bound", "EmpiricalRules", "Rule"]

SOLUTION: Final = "solid solution"
SOLUTION_AND_COMPOUNDS: Final = "solid solution and compounds"
NO_SOLUTION: Final = "no solid solution"
NOT_APPLICABLE: Final = "not applicable: the other rules do not agree on a solid solution"

# Equimolar alloys often sit exactly on a threshold (CoCrFeMnNi has VEC 8); rounding must not decide for them.
_DIGITS: Final = 9
_COLUMNS: Final = ("metallic_radius", "melting_temperature", "valence_electrons")


@dataclass(frozen=True, slots=True)
class Bound:
    """A condition on one descriptor: low <= value <= high, or with strict inequality where an end is marked open."""

    descriptor: str
    low: float = -math.inf
    high: float = math.inf
    is_low_open: bool = False
    is_high_open: bool = False

    def holds(self, value: float) -> bool:
        """True if the value meets the condition, compared to nine decimals."""
        low, high, number = (round(entry, _DIGITS) for entry in (self.low, self.high, value))
        is_above = number > low if self.is_low_open else number >= low
        return is_above and (number < high if self.is_high_open else number <= high)


@dataclass(frozen=True, slots=True)
class Rule:
    """A published rule: the first outcome all of whose bounds hold, else `otherwise`.

    Attributes:
        condition: the rule in words and numbers as its source states it; units are those of the descriptors.
        is_vote: True if the rule says whether a solid solution forms; the others classify only.
        source: the DOI of the paper that gives the threshold.
    """

    name: str
    condition: str
    outcomes: tuple[tuple[str, tuple[Bound, ...]], ...]
    otherwise: str
    source: str
    is_vote: bool = True

    @property
    def descriptors(self) -> tuple[str, ...]:
        """The descriptors that the rule looks at, each once."""
        return tuple(dict.fromkeys(bound.descriptor for _, bounds in self.outcomes for bound in bounds))

    def outcome(self, values: Mapping[str, float]) -> str:
        """What the rule says of an alloy with these descriptors."""
        for outcome, bounds in self.outcomes:
            if all(bound.holds(values[bound.descriptor]) for bound in bounds):
                return outcome
        return self.otherwise

    def report(self, values: Mapping[str, float]) -> dict[str, Any]:
        """Value, condition, threshold, outcome and source.

        Values and open ends that are infinite (nothing opposes mixing) are None, because JSON has no infinity.
        """
        return {
            "value": {name: _finite(values[name]) for name in self.descriptors},
            "condition": self.condition,
            "threshold": {
                outcome: {bound.descriptor: [_finite(bound.low), _finite(bound.high)] for bound in bounds}
                for outcome, bounds in self.outcomes
            },
            "outcome": self.outcome(values),
            "source": self.source,
        }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


ENTROPY_CLASS: Final = Rule(
    name="entropy_class",
    condition="high: mixing_entropy >= 1.5 R; medium: R <= mixing_entropy < 1.5 R; low: below R (R = 8.314 J/mol/K)",
    outcomes=(
        ("high entropy", (Bound("mixing_entropy", low=1.5 * GAS_CONSTANT),)),
        ("medium entropy", (Bound("mixing_entropy", low=GAS_CONSTANT),)),
    ),
    otherwise="low entropy",
    source="10.1007/s11837-013-0761-6",
    is_vote=False,
)
VEC_PHASE: Final = Rule(
    name="vec_phase",
    condition=(
        f"of a solid solution: fcc if valence_electron_concentration >= {FCC_FROM}, bcc if < {BCC_BELOW}, both in between"
    ),
    outcomes=(
        ("FCC", (Bound("valence_electron_concentration", low=FCC_FROM),)),
        ("BCC", (Bound("valence_electron_concentration", high=BCC_BELOW, is_high_open=True),)),
    ),
    otherwise="BCC+FCC",
    source="10.1063/1.3587228",
    is_vote=False,
)
RULES: Final = (
    ENTROPY_CLASS,
    Rule(
        name="size_and_enthalpy",
        condition="solid solution if -11.6 < mixing_enthalpy < 3.2 kJ/mol and atomic_size_mismatch < 6.6 %",
        outcomes=(
            (
                SOLUTION,
                (
                    Bound("mixing_enthalpy", low=-11.6, high=3.2, is_low_open=True, is_high_open=True),
                    Bound("atomic_size_mismatch", high=6.6, is_high_open=True),
                ),
            ),
        ),
        otherwise=NO_SOLUTION,
        source="10.1016/j.intermet.2013.05.002",
    ),
    Rule(
        name="omega",
        condition="solid solution if omega >= 1.1 and atomic_size_mismatch <= 6.6 %",
        outcomes=((SOLUTION, (Bound("omega", low=1.1), Bound("atomic_size_mismatch", high=6.6))),),
        otherwise=NO_SOLUTION,
        source="10.1016/j.matchemphys.2011.11.021",
    ),
    Rule(
        name="lambda",
        condition="solid solution if lambda_parameter > 0.96, solid solution and compounds if 0.24 to 0.96, none below",
        outcomes=(
            (SOLUTION, (Bound("lambda_parameter", low=0.96, is_low_open=True),)),
            (SOLUTION_AND_COMPOUNDS, (Bound("lambda_parameter", low=0.24),)),
        ),
        otherwise=NO_SOLUTION,
        source="10.1016/j.intermet.2014.04.019",
    ),
    Rule(
        name="gamma",
        condition="solid solution if gamma_parameter < 1.175",
        outcomes=((SOLUTION, (Bound("gamma_parameter", high=1.175, is_high_open=True),)),),
        otherwise=NO_SOLUTION,
        source="10.1016/j.scriptamat.2014.09.010",
    ),
    Rule(
        name="ye_phi",
        condition="solid solution if ye_phi > 20",
        outcomes=((SOLUTION, (Bound("ye_phi", low=20.0, is_low_open=True),)),),
        otherwise=NO_SOLUTION,
        source="10.1016/j.scriptamat.2015.03.023",
    ),
    VEC_PHASE,
)


class EmpiricalRules:
    """Five rules vote on whether solid solutions form rather than compounds or glass; the VEC rule then says which lattice.

    All for solid solutions, and one lattice: passed, with the phase of the VEC rule, which was drawn from solid solutions and
    says nothing of other alloys (nor of hcp). All against: failed. Else uncertain, also where the VEC rule expects two
    lattices. The rules come from alloys of several principal elements, so an alloy of low mixing entropy (below R) is
    uncertain whatever they say. Temperature plays no part: they describe alloys as cast.
    """

    name = "rules"
    version = "2"
    source = "; ".join(rule.source for rule in RULES)
    order = 10

    def validate(self, composition: Composition, settings: ValidationSettings) -> Verdict:  # noqa: ARG002
        """What the rules say, with value, threshold, outcome and source of each.

        Skipped for a ceramic, a pure element, and where an element or a pair has no tabulated value.
        """
        started = time.perf_counter()
        reason = _reason_to_skip(composition)
        if reason:
            return Verdict(composition.formula, self.name, "skipped", reason)
        values = _descriptors(composition)
        outcome, reason = _judge(values)
        reports = {rule.name: rule.report(values) for rule in RULES}
        if outcome != "passed":
            reports[VEC_PHASE.name]["outcome"] = NOT_APPLICABLE
        return Verdict(
            formula=composition.formula,
            rung=self.name,
            outcome=outcome,
            reason=reason,
            values=reports,
            phases=tuple(VEC_PHASE.outcome(values).split("+")) if outcome == "passed" else (),
            seconds=time.perf_counter() - started,
        )


def _descriptors(composition: Composition) -> dict[str, float]:
    from quinary.descriptors.alloys import alloy_descriptors

    names = dict.fromkeys(name for rule in RULES for name in rule.descriptors)
    return {name: float(values[0]) for name, values in alloy_descriptors(as_matrix([composition]), names).items()}


def _reason_to_skip(composition: Composition) -> str:
    """Why the rules cannot be applied, or an empty text."""
    if composition.is_ceramic:
        return "the rules are for alloys, not for ceramics"
    if reason := no_alloy(composition):
        return f"the rules are for alloys: {reason}"
    elements = composition.elements
    if len(elements) == 1:
        return "a pure element: nothing is mixed"
    lacking = [symbol for symbol in elements if any(symbol not in element_column(name) for name in _COLUMNS)]
    if lacking:
        return f"no metallic radius, melting temperature or valence electrons tabulated for {', '.join(lacking)}"
    known = mixing_enthalpies()
    pairs = [(a, b) for i, a in enumerate(elements) for b in elements[i + 1 :] if frozenset((a, b)) not in known]
    if pairs:
        return f"no mixing enthalpy tabulated for {', '.join('-'.join(pair) for pair in pairs)}"
    return ""


def _judge(values: Mapping[str, float]) -> tuple[str, str]:
    """Outcome and reason from the votes of the rules."""
    votes = {rule.name: rule.outcome(values) for rule in RULES if rule.is_vote}
    in_favour = [name for name, vote in votes.items() if vote == SOLUTION]
    against = [name for name, vote in votes.items() if vote != SOLUTION]
    if ENTROPY_CLASS.outcome(values) == ENTROPY_CLASS.otherwise:
        return "uncertain", "low mixing entropy: outside the alloys that the rules were drawn from"
    if not against and "+" in VEC_PHASE.outcome(values):
        return "uncertain", f"all {len(votes)} rules say solid solution, the VEC rule two of them"
    if not against:
        return "passed", f"all {len(votes)} rules say solid solution"
    if all(vote == NO_SOLUTION for vote in votes.values()):
        return "failed", f"all {len(votes)} rules say no solid solution"
    return "uncertain", f"for solid solutions: {', '.join(in_favour) or 'none'}; not: {', '.join(against)}"


PLUGIN: Final = EmpiricalRules()
