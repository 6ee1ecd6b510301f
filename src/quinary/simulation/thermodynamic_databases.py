"""Finding a thermodynamic database for an alloy, and knowing what it has assessed.

A database that merely lists an element says nothing about its alloys. An element counts as covered when its pure
form has an energy in a solution phase, a binary or ternary as assessed when some solution phase has a non-zero excess
parameter for it; everything else is an extrapolation and a verdict has to say so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from importlib.metadata import version
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path
from types import MappingProxyType
from typing import Final

from quinary.errors import InputError
from quinary.plugins import ThermodynamicFile, file_at
from quinary.simulation.tdb import TdbText, read_text

__all__ = [
    "NAMED",
    "REGISTERED",
    "ThermodynamicDatabase",
    "assessed_systems",
    "databases_with_pycalphad",
    "find_database",
    "read_database",
    "registered_database",
    "unassessed_binaries",
]

# Where a database comes from, in the words of a verdict.
NAMED: Final = "named with --tdb"
REGISTERED: Final = "registered in the store"

# Assessments that come with pycalphad (its own code is MIT; the files carry the terms of their authors), with source.
# Left out, because their equilibria mean nothing or mean something else than a metallurgist expects:
#   marked "for testing only" in their first lines: alcocrni, diffusion, femn, femns, FeNi_deep_branching;
#   made to exercise the reader or the solver: al_parameter, alcrni, alni_tough_chempot, alnifcc4sl,
#     cfe_broshe (pressure), Cr-Fe-Ni_shallow_bcc, crfe_bcc_magnetic, cumg_parameters, gibbs_phase_rule, issue43,
#     parameter_filter_test, rose;
#   no source given, and no convergence in aluminium-rich alloys: alnipt;
#   several rival descriptions of the same phase in one file: Al-Fe_sundman2009; one phase only: alcfe_b2;
#   oxides and ionic liquids: al2o3_nd2o3_zro2, alfeo, cuo, zrlayalo; molten salts and slags: every .dat file.
_WITH_PYCALPHAD: Final = MappingProxyType(
    {
        "Al-Cu-Y.tdb": "Al-Cu-Y, L. Zhang 2011",
        "Al-Mg_Zhong.tdb": "Al-Mg, Zhong et al., Calphad 29 (2005) 303; file (c) NIMS 2008",
        "AuSn-13Don.tdb": "Au-Sn, Dong et al., Calphad 42 (2013) 38",
        "COST507.tdb": "COST 507 light metal alloys, round II, frozen version of January 1999",
        "CoV-20Wan.tdb": "Co-V, Wang et al., Calphad 68 (2020) 101729",
        "CrFeNb_Jacob2016.tdb": "Cr-Fe-Nb, A. Jacob 2016",
        "alfe.tdb": "Al-Fe; file (c) NIMS 2007",
        "alni_dupin_2001.tdb": "Al-Ni, Dupin et al., Calphad 25 (2001) 279",
        "alzn_mey.tdb": "Al-Zn, an Mey; file (c) NIMS 2009",
        "crtiv_ghosh.tdb": "Cr-Ti-V, Ghosh 2002; file (c) NIMS 2014",
        "cumg.tdb": "Cu-Mg; file (c) NIMS 2008",
        "mc_fecocrnbti.tdb": "MatCalc steel database 2.060, the Co-Cr-Fe-Nb-Ti part, ODbL 1.0",
        "nbre_liu.tdb": "Nb-Re, Liu et al., Calphad 41 (2013) 119; file (c) NIMS 2014",
        "pbsn.tdb": "Pb-Sn; file (c) NIMS 2011",
    }
)


@dataclass(frozen=True, slots=True)
class ThermodynamicDatabase:
    """A TDB file that has been read: the elements it covers, and where it comes from.

    Attributes:
        name: of the file, or the name under which a store has it registered.
        digest: of its content; two databases are equal if name, content and place are.
        elements: those whose pure form has an energy in a solution phase.
        source: who assessed it, with its licence where the file states one.
        place: why it is used, in words: named, registered in the store, or inside an installed package.
        path: where it lies, where it is a file.
    """

    name: str
    digest: str
    elements: frozenset[str]
    source: str
    place: str
    text: TdbText = field(compare=False, repr=False)
    path: Path | None = field(default=None, compare=False)

    @property
    def label(self) -> str:
        """What messages call it: its path, or its name with where it comes from."""
        return str(self.path) if self.path else f"{self.name} ({self.place})" if self.place else self.name

    def require(self, elements: Iterable[str]) -> None:
        """Check that every element is covered.

        Raises:
            InputError: naming the elements that are missing and those that are covered.
        """
        missing = sorted(set(elements) - self.elements)
        if missing:
            covered = sorted(self.elements)
            raise InputError(
                f"{self.label} does not cover {', '.join(missing)}; it covers {', '.join(covered)}", covered
            )


def find_database(
    elements: Iterable[str],
    tdb: Path | ThermodynamicFile | None = None,
    registered: Iterable[ThermodynamicFile] = (),
) -> ThermodynamicDatabase | None:
    """The database to use for an alloy of these elements.

    A file that was asked for is used or refused. Without one, the choice is among those that the store has registered,
    and if none of them covers the elements, among the assessments that come with pycalphad: all elements covered, most
    binaries of the alloy assessed, then fewest further elements. The result is None if none covers them. What happens to
    lie in a cache is never looked at.

    Raises:
        InputError: if `tdb` does not exist, is no TDB or does not cover the elements.
    """
    wanted = frozenset(elements)
    if tdb is not None:
        database = read_database(tdb)
        database.require(wanted)
        return database
    return registered_database(wanted, registered) or _best(databases_with_pycalphad(), wanted)


def registered_database(
    elements: Iterable[str], registered: Iterable[ThermodynamicFile]
) -> ThermodynamicDatabase | None:
    """The best of what the store has registered for these elements, None if nothing covers them."""
    return _best([read_database(file) for file in registered], frozenset(elements))


def read_database(source: Path | ThermodynamicFile) -> ThermodynamicDatabase:
    """Identify a TDB by its statements, whatever its name.

    Raises:
        InputError: if there is no such file, it is too large, or it has no element with an energy in a solution phase.
    """
    return _read(file_at(source, NAMED), source) if isinstance(source, Path) else _read(source)


def assessed_systems(database: ThermodynamicDatabase) -> frozenset[frozenset[str]]:
    """Binaries and ternaries with at least one non-zero excess parameter in a solution phase."""
    systems = database.text.assessed_systems()
    return frozenset(frozenset(symbol.capitalize() for symbol in system) for system in systems)


def unassessed_binaries(database: ThermodynamicDatabase, elements: Iterable[str]) -> tuple[str, ...]:
    """Pairs of an alloy ("Mo-Nb", alphabetical) whose mixing the database treats as ideal for want of an assessment."""
    assessed = assessed_systems(database)
    pairs = combinations(sorted(set(elements)), 2)
    return tuple("-".join(pair) for pair in pairs if frozenset(pair) not in assessed)


def _best(databases: Iterable[ThermodynamicDatabase], wanted: frozenset[str]) -> ThermodynamicDatabase | None:
    covering = [database for database in databases if wanted <= database.elements]
    return min(
        covering,
        key=lambda database: (len(unassessed_binaries(database, wanted)), len(database.elements), database.name),
        default=None,
    )


@cache
def databases_with_pycalphad() -> tuple[ThermodynamicDatabase, ...]:
    """The assessments inside the installed pycalphad that are of use, and none if it is not installed."""
    # find_spec locates the package without the four seconds that importing it takes.
    spec = find_spec("pycalphad")
    roots = [Path(root) for root in (spec.submodule_search_locations or ())] if spec else []
    paths = (root / "tests" / "databases" / name for root in roots for name in _WITH_PYCALPHAD)
    place = f"inside pycalphad {version('pycalphad')}" if roots else ""
    files = (
        (replace(file_at(path, place), source=_WITH_PYCALPHAD[path.name]), path) for path in paths if path.is_file()
    )
    return tuple(_read(file, path) for file, path in files)


@lru_cache(maxsize=64)
def _read(file: ThermodynamicFile, path: Path | None = None) -> ThermodynamicDatabase:
    text = read_text(file.content)
    elements = frozenset(symbol.capitalize() for symbol in text.covered_elements())
    if not elements:
        raise InputError(
            f"{path or file.name} is not a thermodynamic database (TDB): it gives no element an energy in a solution "
            "phase through ELEMENT, PHASE, CONSTITUENT and PARAMETER statements"
        )
    return ThermodynamicDatabase(file.name, file.digest, elements, file.source or text.header, file.place, text, path)
