"""Readers of public tables of carbides: entropy-forming abilities, elastic data, phase labels, carbon vacancies.

A label is one statement on one carbide; tables that contradict each other give points that contradict each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from quinary.chemistry.composition import Composition
from quinary.errors import InputError
from quinary.plugins import Rejection
from quinary.points.material import Material
from quinary.points.point import Method
from quinary.readers.parsing import MULTI_PHASE, Claim, PublishedTable, Record, number_in, text_in
from quinary.reference.elements import element_column
from quinary.wording import counted

__all__ = ["PLUGINS", "LabelledCarbides", "carbide_of_masses"]

_ROCK_SALT: Final = ("rock-salt",)
_SARKER: Final = "10.1038/s41467-018-07160-7"
_MASSES = re.compile(r"([A-Z][a-z]?)(\d+)")
_MASS_DECIMALS: Final = 3  # masses in parts per million give the equal fractions of a metal to 1e-5


def carbide_of_masses(name: str) -> Composition:
    """The carbide of a name such as `C92172_Hf273968_Nb142609...`, parts per million by mass, to 0.1 % of the cations.

    Raises:
        InputError: the name has no carbon, no metal or an unknown element.
    """
    weights, moles = element_column("mass"), {}
    for symbol, mass in _MASSES.findall(name):
        if symbol not in weights:
            raise InputError(f"{symbol!r} in {name!r} is no element with a known mass")
        moles[symbol] = float(mass) / weights[symbol]
    carbon = moles.pop("C", 0.0)
    total = sum(moles.values())
    if not carbon or not total:
        raise InputError(f"{name!r} is no carbide: write the elements with parts per million by mass")
    cations = {symbol: round(amount / total, _MASS_DECIMALS) for symbol, amount in moles.items()}
    return Composition.ceramic(cations, {"C": round(carbon / total, _MASS_DECIMALS - 1)})


def _abilities(line: int, record: Record) -> Sequence[Claim]:  # noqa: ARG001 - every table is asked in one way
    carbide = carbide_of_masses(text_in(record, "Name"))
    # Those without Cr are the published ones that the article learned from.
    doi = "" if "Cr" in carbide.cations else _SARKER
    value = number_in(record, "EFA")
    return [Claim(Material(carbide), "entropy_forming_ability", value, Method.DFT, "(eV/atom)^-1", doi=doi)]


def _elastic(line: int, record: Record) -> Sequence[Claim]:  # noqa: ARG001
    """The volume and toughness columns are per formula unit, whatever the heading of the first says."""
    material = Material(Composition.of(text_in(record, "real_formula")), _ROCK_SALT)

    def claim(name: str, value: float, unit: str, method: Method = Method.DFT, detail: str = "") -> Claim:
        return Claim(material, name, value, method, unit, detail)

    return [
        claim("bulk_modulus", number_in(record, "B"), "GPa"),
        claim("shear_modulus", number_in(record, "G"), "GPa"),
        claim("youngs_modulus", number_in(record, "E"), "GPa"),
        claim("poisson_ratio", number_in(record, "v"), ""),
        claim("atomic_volume", number_in(record, "volume_per_atom") / 2.0, "angstrom^3"),
        claim("hardness_vickers", number_in(record, "Hv"), "GPa", Method.EMPIRICAL, "Tian 2012 from calculated moduli"),
        claim(
            "fracture_toughness", number_in(record, "KIC") / 100.0, "MPa m^0.5", Method.EMPIRICAL,
            "Niu 2019 from calculated moduli, with the volume of the formula unit",
        ),
    ]  # fmt: skip


def _phases_claim(formula: str, *, is_single: bool) -> Claim:
    phases = _ROCK_SALT if is_single else MULTI_PHASE
    detail = "single phase" if is_single else "more than one phase"
    # The structure stays out of the identity: carbides that are called both must meet in one material.
    return Claim(Material(Composition.of(formula)), "phases", phases, Method.MEASURED, detail=detail)


_LABELS: Final = {"S": True, "M": False, "0": True, "1": False}


def _labelled(line: int, record: Record) -> Sequence[Claim]:  # noqa: ARG001
    label = str(record.get("phase") or "").strip()
    if not label:
        return []
    if label not in _LABELS:
        raise InputError(f"the label {label!r} is neither single phase (S, 0) nor multi-phase (M, 1)")
    return [_phases_claim(text_in(record, "formula"), is_single=_LABELS[label])]


@dataclass(eq=False)
class LabelledCarbides(PublishedTable):
    """Reads a table of formulas with features whose labels lie in a file of their own, one a line in the same order."""

    labels: str = ""

    def records(self, path: Path) -> Iterator[tuple[int, Record] | Rejection]:
        """(line, formula and label) of each row.

        Raises:
            InputError: the file or that of the labels cannot be read, or they do not have the same length.
        """
        found = list(super().records(path))
        place = path.parent.parent / self.labels
        if not place.is_file():
            raise InputError(f"the labels of {path.name} are missing: {place} is not there")
        labels = place.read_text(encoding="utf-8").split()
        rows = [item for item in found if not isinstance(item, Rejection)]
        if len(labels) != len(found) or len(rows) != len(found):
            raise InputError(
                f"{path.name} has {counted(len(found), 'row')}, but {place.name} has {counted(len(labels), 'label')}"
            )
        for (line, record), label in zip(rows, labels, strict=True):
            yield line, {"formula": record.get("Material"), "phase": label}


_NUMBERED = re.compile(r"^((?:[A-Z][a-z]?)+?)C(\d*)$")
_METALS_IN_CELL: Final = 32
_VACANT_COLUMNS: Final = {"G": "shear_modulus", "B ": "bulk_modulus", "E": "youngs_modulus"}


def _vacancies(line: int, record: Record) -> Sequence[Claim]:
    """Cells of 32 equimolar metals and 31 carbon atoms; the site and, of four metals, the arrangement are not in the file."""
    name = text_in(record, "")
    match = _NUMBERED.match(name)
    if match is None:
        raise InputError(f"{name!r} is not the name of a carbide such as HfNbC")
    arrangement = f", arrangement {match.group(2)}" if match.group(2) else ""
    detail = f"one of {_METALS_IN_CELL} carbon sites vacant{arrangement}; row {line} of the file"
    metals = dict(Composition.of(match.group(1)).cations)
    if "E_v" in record:
        full = Material(Composition.ceramic(metals, {"C": 1.0}), _ROCK_SALT)
        return [Claim(full, "vacancy_formation_energy", number_in(record, "E_v"), Method.DFT, "eV", detail)]
    carbon = (_METALS_IN_CELL - 1) / _METALS_IN_CELL
    vacant = Material(Composition.ceramic(metals, {"C": carbon}), _ROCK_SALT)
    return [
        Claim(vacant, name, number_in(record, heading), Method.DFT, "GPa", detail)
        for heading, name in _VACANT_COLUMNS.items()
    ]


PLUGINS: Final = (
    PublishedTable(
        "kaufmann2020_efa", "Kaufmann 2020", "10.1038/s41524-020-0317-6",
        (frozenset({"Name", "EFA", "I.C.A. mean"}),), _abilities,
    ),
    PublishedTable(
        "zhang_mtmc_carbides", "Zhang 2024 carbides", "10.1038/s41524-024-01351-1",
        (frozenset({"real_formula", "volume_per_atom", "B", "G", "E", "v", "Hv", "KIC"}),), _elastic,
    ),
    LabelledCarbides(
        "zhang2022_hecc_phase", "Zhang 2022 phases", "10.1038/s41524-021-00678-3",
        (frozenset({"Material", "average_V", "sigma_chi"}),), _labelled, labels="ANN/y_data.txt",
    ),
    PublishedTable("lu_hecc_phase", "Lu phases", "", (frozenset({"formula", "phase", "Ti", "W"}),), _labelled),
    PublishedTable(
        "carbon_vacancy", "carbon vacancies in carbides", "",
        (frozenset({"E_v"}), frozenset({"G", "B ", "E", "C44"})), _vacancies,
    ),
)  # fmt: skip
