"""The text of a thermodynamic database (TDB), read without evaluating it.

A TDB is a list of statements that end in `!`; `$` starts a comment. Reading all of one with pycalphad takes seconds
(4.8 s for COST 507), nearly all of it spent on the expressions of parameters that a given alloy never uses. This
module finds the statements, says what they are about, and hands on only those that matter to a set of elements.

The statements are those of the Thermo-Calc Database Manager's Guide; as there, keywords may be shortened. Names
(`MO`, `BCC_A2`) are kept in capitals as written; only the public element sets use chemical spelling (`Mo`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

__all__ = ["Parameter", "TdbText", "read_text"]

_VACANCY = "VA"
_FICTITIOUS = frozenset({_VACANCY, "/-"})
# Elements that sit between the metal atoms of a bcc, fcc or hcp lattice instead of on it.
_INTERSTITIAL = frozenset({"H", "B", "C", "N", "O"})
_PARAMETER = re.compile(r"PAR\w*\s+(\w+)\s*\(([^;)]*)(?:;\s*(\d+)\s*)?\)\s*(.*)")
_CONSTITUENTS = re.compile(r"CON\w*\s+([^\s:]+)(?::\w(?=\s+:))?\s*:(.*?):?\s*$")
_PHASE = re.compile(r"PHA\w*\s+([^\s:]+)(?::\w)?\s+\S+\s+\d+\s+(.*)")
_ORDERED = re.compile(r"TYP\S*\s.*?(\w+)\s+DIS\w*PART\b")
_RANGE = re.compile(r"([\d.E+-]+)\s+(.*)")
# A name of a function; the E of 2.9E+03 is none.
_NAME = re.compile(r"(?<![\w.])[A-Z]\w*")
# What an expression may contain without a FUNCTION statement: variables, built-in functions, the "continued" mark.
_BUILT_IN = frozenset({"T", "P", "R", "LN", "LOG", "EXP", "Y", "N"})
_HEADER_LENGTH = 200
# A range without an upper limit ends here, as in the format's definition.
_DEFAULT_UPPER_LIMIT = 6000.0


@dataclass(frozen=True, slots=True)
class Parameter:
    """One PARAMETER statement.

    `kind` is G or L for energies (others: TC, BMAGN, ...), `sublattices` the constituents given for each sublattice,
    `order` the power in the Redlich-Kister series, `expression` what follows the parenthesis: temperature limits and
    functions of temperature.
    """

    kind: str
    phase: str
    sublattices: tuple[tuple[str, ...], ...]
    order: int
    expression: str
    statement: str

    @property
    def is_energy(self) -> bool:
        """Whether this is a Gibbs energy (end member or excess)."""
        return self.kind in {"G", "L"}

    @property
    def is_interaction(self) -> bool:
        """Whether constituents mix on a sublattice, which makes the parameter an excess term."""
        return any(len(names) > 1 for names in self.sublattices)

    @property
    def site(self) -> tuple[str, str, tuple[tuple[str, ...], ...], int]:
        """What the parameter is about, whatever its value."""
        return self.kind, self.phase, self.sublattices, self.order

    def mirrored(self) -> Parameter:
        """The same parameter with its first two sublattices exchanged."""
        first, second, *others = self.sublattices
        sublattices = (second, first, *others)
        array = ":".join(",".join(names) for names in sublattices)
        statement = f"PARAMETER {self.kind}({self.phase},{array};{self.order}) {self.expression}"
        return Parameter(self.kind, self.phase, sublattices, self.order, self.expression, statement)


@dataclass(frozen=True, slots=True)
class TdbText:
    """The statements of one database, sorted by what they say.

    `species` maps the name of every constituent to its elements (none for the vacancy), `phases` the name of a phase
    to the constituents of its sublattices, `functions` a name to its expression. `symmetric` holds the ordered phases
    whose first two sublattices are alike in sites and constituents (B2).
    """

    header: str
    statements: tuple[str, ...]
    species: Mapping[str, frozenset[str]]
    phases: Mapping[str, tuple[frozenset[str], ...]]
    functions: Mapping[str, str]
    parameters: tuple[Parameter, ...]
    symmetric: frozenset[str]

    def elements_of(self, parameter: Parameter) -> frozenset[str]:
        """Elements that the constituents of a parameter are made of, vacancies left out."""
        names = chain.from_iterable(parameter.sublattices)
        return frozenset().union(*(self.species.get(name, frozenset({name})) for name in names))

    def is_solution(self, phase: str) -> bool:
        """Whether a phase mixes its elements on one lattice; compounds, gases and ordered descriptions do not.

        One sublattice carries the metals; every other one may stay empty (it lists the vacancy).
        """
        if phase.startswith("GAS"):
            return False
        sublattices = self.phases.get(phase, ())
        if len(sublattices) == 1:
            return len(self._elements(sublattices[0])) > 1
        lattices = [names for names in sublattices if self._elements(names) - _INTERSTITIAL]
        return (
            len(lattices) == 1
            and len(self._elements(lattices[0])) > 1
            and all(_VACANCY in names for names in sublattices if names is not lattices[0])
        )

    def vanishes(self, parameter: Parameter) -> bool:
        """Whether a parameter is written as zero, directly or through a function such as `UN_ASS` (not assessed)."""
        _, expression = _split_range(parameter.expression)
        text = expression.split(";")[0].strip()
        name = text.strip("+-# ")
        return _is_zero(text) or (name in self.functions and _is_zero(_split_range(self.functions[name])[1]))

    def covered_elements(self) -> frozenset[str]:
        """Elements whose pure form has an energy in a solution phase; merely listing an element is not enough."""
        ends = (p for p in self.parameters if self._is_pure_end_member(p))
        return frozenset().union(*(self.elements_of(p) for p in ends))

    def assessed_systems(self) -> frozenset[frozenset[str]]:
        """Binaries and ternaries with at least one non-zero excess parameter in a solution phase."""
        systems = (
            self.elements_of(p)
            for p in self.parameters
            if p.is_energy and p.is_interaction and self.is_solution(p.phase) and not self.vanishes(p)
        )
        return frozenset(system for system in systems if len(system) in {2, 3})

    def phases_with_energy(self, elements: Iterable[str]) -> frozenset[str]:
        """Phases for which some energy is given among these elements."""
        wanted = frozenset(elements)
        return frozenset(
            p.phase for p in self.parameters if p.is_energy and self.elements_of(p) <= wanted and not self.vanishes(p)
        )

    def restricted(self, elements: Iterable[str]) -> str:
        """The database without the parameters of other elements: same energies, a fraction of the reading time.

        A parameter of a symmetric ordered phase that is given for one of its two equal sublattices only is added for
        the other: sites of one kind cannot differ, and left alone the phase would never be disordered. COST 507 needs
        it, having G(BCC_B2,TI:NB) without its twin.
        """
        wanted = frozenset(elements)
        foreign = {p.statement for p in self.parameters if not self.elements_of(p) <= wanted}
        kept = [statement for statement in self.statements if statement not in foreign]
        twins = [twin.statement for twin in self._missing_twins() if self.elements_of(twin) <= wanted]
        return "".join(f"{statement} !\n" for statement in [*kept, *twins])

    def _missing_twins(self) -> list[Parameter]:
        given = {p.site for p in self.parameters}
        twins = (p.mirrored() for p in self.parameters if p.phase in self.symmetric and len(p.sublattices) > 1)
        return [twin for twin in twins if twin.site not in given]

    def temperature_range(self, elements: Iterable[str]) -> tuple[float, float]:
        """Temperatures (K) at which every pure element has its energy in the solution phases.

        Outside the limits written in a TDB an expression counts as zero, which shifts equilibria without a warning.
        """
        wanted = frozenset(elements)
        ends = (p for p in self.parameters if self._is_pure_end_member(p) and self.elements_of(p) <= wanted)
        limits = [_limits(text) for text in self._expressions(p.expression for p in ends)]
        return max(low for low, _ in limits), min(high for _, high in limits)

    def undefined_functions(self, elements: Iterable[str]) -> frozenset[str]:
        """Functions that solution phases of these elements call and the file never defines; they would count as zero.

        Compounds and ordered phases are not looked at: published files lack some of theirs (COST 507: ALTAB2, a
        contribution to B2 order in Al-Ta-Ti).
        """
        wanted = frozenset(elements)
        energies = (
            p.expression
            for p in self.parameters
            if p.is_energy and self.is_solution(p.phase) and self.elements_of(p) <= wanted
        )
        called: set[str] = set()
        for text in self._expressions(energies):
            called.update(_NAME.findall(text.rpartition(";")[0] or text))
        return frozenset(called - self.functions.keys() - _BUILT_IN)

    def _elements(self, names: Iterable[str]) -> frozenset[str]:
        return frozenset().union(*(self.species.get(name, frozenset({name})) for name in names))

    def _is_pure_end_member(self, parameter: Parameter) -> bool:
        return (
            parameter.is_energy
            and not parameter.is_interaction
            and len(self.elements_of(parameter)) == 1
            and self.is_solution(parameter.phase)
            and not self.vanishes(parameter)
        )

    def _expressions(self, texts: Iterable[str]) -> list[str]:
        """The given expressions and those of every function they call, directly or not."""
        found = list(dict.fromkeys(texts))
        called: set[str] = set()
        for text in found:  # grows while it is read
            names = set(_NAME.findall(text)) & self.functions.keys() - called
            called |= names
            found.extend(self.functions[name] for name in sorted(names))
        return [text for text in found if not _is_zero(_split_range(text)[1])]


def read_text(text: str) -> TdbText:
    """Sort the statements of a database; statements of unknown kinds are kept and left alone."""
    statements = _statements(text)
    symbols = {words[1] for words in _words(statements, "ELE")}
    species = {symbol: frozenset({symbol}) - _FICTITIOUS for symbol in symbols | {_VACANCY}}
    for words in _words(statements, "SPE"):
        species[words[1]] = _formula_elements("".join(words[2:3]), symbols)
    phases = dict(_phase(match) for match in _matches(_CONSTITUENTS, statements))
    return TdbText(
        header=_header(text),
        statements=statements,
        species=species,
        phases=phases,
        functions={words[1]: " ".join(words[2:]) for words in _words(statements, "FUN")},
        parameters=tuple(_parameter(match) for match in _matches(_PARAMETER, statements)),
        symmetric=_symmetric_phases(statements, phases),
    )


def _statements(text: str) -> tuple[str, ...]:
    """Statements in capitals on one line each; comments, and what follows `!` on its line, are not part of them."""
    lines = (line.split("$", 1)[0].partition("!") for line in text.upper().replace("\t", " ").splitlines())
    commands = " ".join(before + end for before, end, _ in lines).split("!")
    return tuple(" ".join(command.split()) for command in commands if command.strip())


def _header(text: str) -> str:
    """The first words of the opening comments, which name the source in most published files."""
    comments = [line.strip(" \t$*-") for line in text.splitlines() if line.lstrip().startswith("$")]
    said = [comment for comment in comments if len(comment) > 5 and not _PARAMETER.match(comment.upper())]
    return " ".join("; ".join(said[:3]).split())[:_HEADER_LENGTH]


def _words(statements: Iterable[str], keyword: str) -> list[list[str]]:
    return [words for words in map(str.split, statements) if words[0].startswith(keyword) and len(words) > 1]


def _matches(pattern: re.Pattern[str], statements: Iterable[str]) -> list[re.Match[str]]:
    return [match for match in map(pattern.match, statements) if match]


def _names(text: str) -> tuple[str, ...]:
    # Commas or blanks separate; "%" marks a major constituent and is no part of the name.
    return tuple(name.strip("%") for name in re.split(r"[,\s]+", text) if name.strip("%"))


def _phase(match: re.Match[str]) -> tuple[str, tuple[frozenset[str], ...]]:
    return match[1], tuple(frozenset(_names(part)) for part in match[2].split(":"))


def _parameter(match: re.Match[str]) -> Parameter:
    phase, _, array = match[2].partition(",")
    sublattices = tuple(_names(part) for part in array.split(":"))
    return Parameter(
        match[1], re.split("[:&]", phase)[0].strip(), sublattices, int(match[3] or 0), match[4], match.string
    )


def _symmetric_phases(statements: Iterable[str], phases: Mapping[str, tuple[frozenset[str], ...]]) -> frozenset[str]:
    lines = tuple(statements)
    sites = {match[1]: match[2].split() for match in _matches(_PHASE, lines)}
    ordered = {match[1] for match in _matches(_ORDERED, lines)} & phases.keys() & sites.keys()
    return frozenset(
        name
        for name in ordered
        if len(phases[name]) in {2, 3} and phases[name][0] == phases[name][1] and sites[name][0] == sites[name][1]
    )


def _formula_elements(formula: str, symbols: set[str]) -> frozenset[str]:
    """Elements in a formula such as AL2O3 or C1SI1/-2: two letters where they make a known symbol, else one."""
    found: set[str] = set()
    letters = formula.split("/", maxsplit=1)[0]
    position = 0
    while position < len(letters):
        width = 2 if letters[position : position + 2] in symbols else 1
        if letters[position : position + width] in symbols:
            found.add(letters[position : position + width])
        position += width
    return frozenset(found - _FICTITIOUS)


def _split_range(expression: str) -> tuple[float, str]:
    """The lower temperature limit and the rest of `LOW function; HIGH Y function; HIGH N`."""
    match = _RANGE.match(expression)
    return (float(match[1]), match[2]) if match and _is_number(match[1]) else (0.0, expression)


def _limits(expression: str) -> tuple[float, float]:
    low, rest = _split_range(expression)
    pieces = [piece.split() for piece in rest.split(";")[1:] if piece.strip()]
    uppers = [float(words[0]) for words in pieces if _is_number(words[0])]
    return low, max(uppers, default=_DEFAULT_UPPER_LIMIT)


def _is_zero(text: str) -> bool:
    number = text.split(";", maxsplit=1)[0].strip()
    return _is_number(number) and float(number) == 0.0


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)(E[+-]?\d+)?", text) is not None
