"""Readers of public tables of ceramics of all kinds: moduli, hardness against load, structure classes of oxides."""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from quinary.chemistry.composition import Composition
from quinary.errors import InputError
from quinary.plugins import ReadOptions, Rejection
from quinary.points.conditions import Conditions
from quinary.points.material import Material
from quinary.points.point import DataPoint, Method, Source
from quinary.readers.parsing import (
    MULTI_PHASE,
    Claim,
    PublishedTable,
    Record,
    begun,
    bracket_problem,
    check_file,
    lineage_of,
    number_in,
    text_in,
)

__all__ = ["PLUGINS", "BinaryElasticity", "rock_salt_of"]


def rock_salt_of(formula: str) -> Composition:
    """The ceramic of a formula with one anion a metal; `NbTaMoWCN` stands for four metals with two C and two N.

    Raises:
        InputError: the formula cannot be read, or is no carbide, nitride or carbonitride of one anion a metal.
    """
    found = Composition.of(formula)
    n_anions = math.fsum(found.anions.values())
    if set(found.anions) == {"C", "N"} and math.isclose(n_anions, 0.5):
        found = Composition.ceramic(found.cations, {"C": 0.5, "N": 0.5})
    elif not math.isclose(n_anions, 1.0, rel_tol=1e-6):
        raise InputError(f"{formula!r} does not have one anion a metal")
    return found


def _moduli(line: int, record: Record) -> Sequence[Claim]:  # noqa: ARG001 - every table is asked in one way
    """The file does not say which of its two structures a row has; nothing is claimed on it."""
    material = Material(rock_salt_of(text_in(record, "")))
    names = {"B": "bulk_modulus", "G": "shear_modulus", "E": "youngs_modulus"}
    values = {heading: number_in(record, heading) for heading in names}
    if min(values.values()) <= 0:
        raise InputError("a modulus is not positive: the structure is unstable")
    return [Claim(material, name, values[heading], Method.DFT, "GPa") for heading, name in names.items()]


_MOST_CARBON: Final = 3.0  # atoms a metal; the carbides richest in carbon that are hard have two


def _hardness(line: int, record: Record) -> Sequence[Claim]:  # noqa: ARG001
    formula = text_in(record, "composition")
    composition = Composition.of(formula)
    if composition.is_ceramic and composition.anions.get("C", 0.0) > _MOST_CARBON:
        raise InputError(
            f"{formula} would have {composition.anions['C']:g} carbon atoms a metal; no such carbide is known"
        )
    load = number_in(record, "load")
    if load <= 0:
        raise InputError(f"the load is {load:g} N; it must be positive")
    conditions = Conditions.of({"load": load})
    value = number_in(record, "hardness")
    return [Claim(Material(composition), "hardness_vickers", value, Method.MEASURED, "GPa", conditions=conditions)]


_CLASSES: Final = {
    "RockSalt": ("rock-salt",), "Spinel": ("spinel",), "Fluorita": ("fluorite",), "Perovskita": ("perovskite",),
    "Pirocloro": ("pyrochlore",), "Mixed": MULTI_PHASE,
}  # fmt: skip


def _oxide(line: int, record: Record) -> Sequence[Claim]:  # noqa: ARG001
    formula, label = text_in(record, "Composto"), text_in(record, "Classe")
    if label not in _CLASSES:
        raise InputError(f"{label!r} is not a structure class: {', '.join(_CLASSES)}")
    problem = bracket_problem(formula)
    if problem:
        raise InputError(f"{formula}: {problem}")
    composition = Composition.of(formula)
    if set(composition.anions) != {"O"}:
        raise InputError(f"{formula} has too little oxygen for an oxide: do the amounts in its brackets sum to one?")
    detail = "more than one phase" if label == "Mixed" else "structure class"
    return [Claim(Material(composition), "phases", _CLASSES[label], Method.MEASURED, detail=detail)]


_GZIP: Final = b"\x1f\x8b"
_START: Final = 4096


class BinaryElasticity:
    """Reads binary compounds of the Materials Project with structures and Voigt-Reuss-Hill moduli (gzipped JSON).

    The identifier of the entry is the reported structure, so that the polymorphs of a formula are different materials.
    """

    name = "mp_binary_elasticity"
    version = "2"
    hears_options = False

    def recognises(self, path: Path) -> bool:
        """True if the file is gzipped JSON that starts with an entry of the table."""
        try:
            if not check_file(path).startswith(_GZIP):
                return False
            with gzip.open(path) as stream:
                start = stream.read(_START)
        except (InputError, OSError, EOFError):
            return False
        return b'"mp_id"' in start and b'"structure"' in start

    def read(self, path: Path, options: ReadOptions) -> Iterator[DataPoint | Rejection]:
        """Bulk and shear modulus (GPa) and volume per atom of each entry; `line` counts the entries.

        Raises:
            InputError: the file is not such a table.
        """
        return begun(self._read(path, options))

    def _read(self, path: Path, options: ReadOptions) -> Iterator[DataPoint | Rejection]:
        check_file(path)
        if not self.recognises(path):
            raise InputError(f"{path} is not the gzipped table of binary compounds with moduli")
        try:
            with gzip.open(path, "rt", encoding="utf-8") as stream:
                entries = json.load(stream)
        except (OSError, EOFError, ValueError) as error:
            raise InputError(f"{path} is damaged: {error}") from None
        source = Source(
            "Materials Project elasticity",
            "computed",
            options.licence or "CC-BY-4.0",
            options.doi or "10.1038/sdata.2015.9",
        )
        for line, entry in enumerate(entries, start=1):
            yield from self._points(line, entry, source, path)

    def _points(
        self, line: int, entry: Mapping[str, Any], source: Source, path: Path
    ) -> Iterator[DataPoint | Rejection]:
        try:
            claims = _binary_claims(entry)
        except (KeyError, TypeError, InputError) as error:
            yield Rejection(line, f"the entry cannot be used: {error}")
            return
        lineage = {**lineage_of(path, line, self), "entry": str(entry["mp_id"])}
        for claim in claims:
            try:
                yield claim.point(source, lineage)
            except InputError as error:
                yield Rejection(line, error.message)


def _binary_claims(entry: Mapping[str, Any]) -> Sequence[Claim]:
    structure = entry["structure"]
    material = Material(Composition.of(entry["formula"]), (str(entry["mp_id"]),))
    volume = float(structure["lattice"]["volume"]) / len(structure["sites"])
    values = (
        ("bulk_modulus", float(entry["bulk_modulus_vrh"]), "GPa"),
        ("shear_modulus", float(entry["shear_modulus_vrh"]), "GPa"),
        ("atomic_volume", volume, "angstrom^3"),
    )
    return [Claim(material, name, value, Method.DFT, unit) for name, value, unit in values]


PLUGINS: Final = (
    PublishedTable(
        "tang2021_moduli", "Tang 2021", "10.1016/j.xcrp.2021.100640",
        (frozenset({"SBO", "NETM", "BL", "B", "G", "E"}),), _moduli,
    ),
    PublishedTable(
        "jaafreh2022_hardness", "Jaafreh 2022", "10.1016/j.matlet.2021.130899",
        (frozenset({"composition", "hardness", "load"}),), _hardness,
    ),
    PublishedTable(
        "heo_phase", "structure classes of oxides", "10.3390/jcs5120311", (frozenset({"Composto", "Classe"}),), _oxide
    ),
    BinaryElasticity(),
)  # fmt: skip
