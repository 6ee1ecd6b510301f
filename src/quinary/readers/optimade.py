"""Structures of an OPTIMADE database: a page of a JSON response, or JSON lines.

Standard fields of OPTIMADE hold no properties that are kept here. Those of a provider (`_mp_...`, `_oqmd_...`) are read
where their unit is stated: in the file's own description of its properties, or by the user. Entries that we exported
carry whole points. Source: the OPTIMADE specification 1.1, 10.1038/s41597-021-00974-z.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from quinary.chemistry.composition import Composition
from quinary.errors import InputError
from quinary.plugins import ReadOptions, Rejection, row_by_row
from quinary.points.material import Material
from quinary.points.point import DataPoint, Method, Source
from quinary.points.point_json import point_from_document
from quinary.points.properties import Property, find_property, property_named
from quinary.points.property_definitions import properties_from
from quinary.readers.parsing import Row, begun, clean_reference, documents, lineage_of, text_start, value_in
from quinary.units import convert

__all__ = ["OWN_PROPERTIES", "PLUGIN", "OptimadeReader"]

_POINTS: Final = "_quinary_points"
OWN_PROPERTIES: Final = "_quinary_own_properties"  # of the header: definitions of properties that are not built in
_OWN: Final = "quinary"
_NO_PROPERTIES: Final = frozenset({_POINTS, "_quinary_structure", "_quinary_processing"})
_PROVIDER_FIELD = re.compile(r"_([a-z0-9]+)_(\w+)$")
# Databases of density-functional calculations; what others hold (experiments, models) no field of an entry says.
_DFT_PROVIDERS: Final = frozenset({"mp", "aflow", "oqmd", "jarvis", "alexandria", "odbx", "omdb", "cmr"})
_FURTHER_NAMES: Final = {
    "formation_energy_per_atom": "formation_energy", "delta_e": "formation_energy", "bulk_modulus_vrh": "bulk_modulus",
    "shear_modulus_vrh": "shear_modulus", "ael_bulk_modulus_vrh": "bulk_modulus",
    "ael_shear_modulus_vrh": "shear_modulus", "ael_poisson_ratio": "poisson_ratio",
    "enthalpy_formation_atom": "formation_energy", "k_vrh": "bulk_modulus", "g_vrh": "shear_modulus",
}  # fmt: skip


class _SameInAllError(InputError):
    """What is wrong with a field in every entry, its name or its unit; a value is wrong in its own entry alone."""


@dataclass(slots=True)
class _File:
    """What the lines so far have said: who provides the entries, in which units, and what was already reported."""

    path: Path
    options: ReadOptions
    provider: str = ""
    units: dict[str, str] = field(default_factory=dict)
    skipped: set[str] = field(default_factory=set)
    met: set[str] = field(default_factory=set)  # fields that the options name and some entry has

    def check_heard(self) -> None:
        """Refuse options for fields that no entry has: the user would think that they were heard.

        Raises:
            InputError: there is one.
        """
        named = {*self.options.units, *self.options.columns.values()}
        unheard = next(iter(sorted(named - self.met)), None)
        if unheard is not None:
            raise InputError(f"the options name the field {unheard!r}, which no entry of {self.path.name} has")


class OptimadeReader:
    """Reads entries of type `structures`. The composition is that of the ratios, else that of the reduced formula.

    A value is `dft` where the provider computes by density-functional theory, else `calculated`; its detail names the
    entry. A property that cannot be read in any entry (unknown, without a unit) is reported once, at the first entry
    that has it; a value that cannot be, at its own.
    """

    name = "optimade"
    version = "2"

    def recognises(self, path: Path) -> bool:
        """True if the file starts with an OPTIMADE header, a page of a response, or an entry of type structures."""
        head = text_start(path)
        if head.lstrip()[:1] != "{":
            return False
        is_page = '"data"' in head and '"api_version"' in head
        is_entry = '"structures"' in head and '"attributes"' in head and '"elements' in head
        return '"x-optimade"' in head or is_page or is_entry

    def read(self, path: Path, options: ReadOptions) -> Iterator[DataPoint | Rejection]:
        """Points and rejections in order; the line is that of the JSON line, or the number of the entry on the page.

        Raises:
            InputError: the file cannot be read, or holds no JSON documents.
        """
        return begun(self._read(path, options))

    def definitions(self, path: Path) -> Sequence[Property]:
        """The properties that are not built in, as the header of a file that we exported defines them.

        Raises:
            InputError: a definition cannot be used.
        """
        if f'"{OWN_PROPERTIES}"' not in text_start(path):
            return []
        header = next((item[1] for item in documents(path) if not isinstance(item, Rejection)), None)
        meta = header.get("x-optimade", {}).get("meta", {}) if isinstance(header, Mapping) else {}
        return properties_from(meta.get(OWN_PROPERTIES, {}), path.name)

    def _read(self, path: Path, options: ReadOptions) -> Iterator[DataPoint | Rejection]:
        file = _File(path, options)
        for item in documents(path):
            if isinstance(item, Rejection):
                yield item
                continue
            line, document = item
            if not isinstance(document, Mapping):
                yield Rejection(line, "the line is no JSON object: it is not of OPTIMADE")
            elif "data" in document:
                yield from self._page(file, document)
            elif isinstance(document.get("x-optimade"), Mapping):
                _note_provider(file, document["x-optimade"].get("meta"))
            elif document.get("type") == "info":
                _note_units(file, document)
            else:
                yield from self._entry(file, document, line)
        file.check_heard()

    def _page(self, file: _File, page: Mapping[str, Any]) -> Iterator[DataPoint | Rejection]:
        _note_provider(file, page.get("meta"))
        data = page["data"]
        entries = data if isinstance(data, list) else [data]
        number = 0
        for number, entry in enumerate(entries, 1):
            yield from self._entry(file, entry, number)
        links = page.get("links")
        if isinstance(links, Mapping) and links.get("next"):
            yield Rejection(
                max(number, 1), "this is one page of several: fetch and import those behind `links.next` too"
            )

    def _entry(self, file: _File, entry: Any, line: int) -> Iterator[DataPoint | Rejection]:
        if not isinstance(entry, Mapping) or not isinstance(entry.get("attributes"), Mapping):
            yield Rejection(line, "this is no OPTIMADE entry: it has no attributes")
            return
        if entry.get("type") != "structures":
            yield Rejection(line, f"entries of type {entry.get('type')!r} hold no values; only structures are read")
            return
        yield from row_by_row(line, self._points(file, entry, line))

    def _points(self, file: _File, entry: Mapping[str, Any], line: int) -> Iterator[DataPoint | Rejection]:
        if _POINTS in entry["attributes"]:
            yield from _whole_points(entry["attributes"][_POINTS])
        else:
            yield from self._values(file, entry, line)

    def _values(self, file: _File, entry: Mapping[str, Any], line: int) -> Iterator[DataPoint | Rejection]:
        attributes, identifier = entry["attributes"], str(entry.get("id", ""))
        file.met |= attributes.keys() & {*file.options.units, *file.options.columns.values()}
        found = [(name, value) for name, value in attributes.items() if _is_provided(name, value, file)]
        if not found:
            return
        material = Material(_composition(attributes))
        for name, value in found:
            provider = _provider(name)
            lineage = {**lineage_of(file.path, line, self), "id": identifier, "field": name}
            row = Row(material, _source(file, provider), clean_reference(file.options.doi), lineage)
            try:
                yield _point(row, name, value, file, f"entry {identifier}")
            except _SameInAllError as error:
                file.skipped.add(name)
                yield Rejection(line, f"{name}: skipped in every entry: {error.message}")
            except InputError as error:
                yield Rejection(line, f"{name}: {error.message}")


def _whole_points(points: Any) -> list[DataPoint]:
    """All points of an entry that we exported, or none of them if one is damaged."""
    if not isinstance(points, list):
        raise InputError(f"{_POINTS} is not a list")
    return [point_from_document(document) for document in points]


def _provider(name: str) -> str:
    found = _PROVIDER_FIELD.match(name)
    return found.group(1) if found else ""


def _is_provided(name: str, value: object, file: _File) -> bool:
    """True for the fields of a provider, and for those that the user calls a property."""
    is_field = _PROVIDER_FIELD.match(name) is not None and name not in _NO_PROPERTIES
    return (is_field or name in file.options.columns.values()) and value is not None and name not in file.skipped


def _point(row: Row, name: str, value: object, file: _File, detail: str) -> DataPoint:
    entry = _property(name, file)
    unit = _unit(name, entry, file)
    if isinstance(value, bool | list | Mapping):
        raise _SameInAllError("it is not a single number")
    number, _ = value_in(value, unit, entry.unit)
    return row.point(entry.name, number, _method(name, file), detail=detail)


def _method(name: str, file: _File) -> Method:
    """How the provider obtains its values; what the user says counts before a mere `calculated`."""
    if file.options.method is not None and _provider(name) not in _DFT_PROVIDERS:
        return file.options.method
    return Method.DFT if _provider(name) in _DFT_PROVIDERS else Method.CALCULATED


def _property(name: str, file: _File) -> Property:
    chosen = next((entry for entry, heading in file.options.columns.items() if heading == name), None)
    if chosen is not None:
        return property_named(chosen)
    bare = name.split("_", 2)[2]
    found = find_property(_FURTHER_NAMES.get(bare.lower(), bare)) if len(bare) > 1 else None
    if found is None:
        raise _SameInAllError("no property of ours is known by that name; --column PROPERTY=FIELD says")
    if found.is_derived or found.is_categorical:
        raise _SameInAllError(f"{found.name} is not a measured number")
    return found


def _unit(name: str, entry: Property, file: _File) -> str:
    stated = file.options.units.get(name) or file.units.get(name)
    if stated is None and name == f"_{_OWN}_{entry.name}":
        return entry.unit
    if stated is None and entry.unit:
        raise _SameInAllError(f"no unit is stated; --unit {name}={entry.unit} would say it")
    if stated:
        _check_unit(stated, entry)
    return stated or ""


def _check_unit(unit: str, entry: Property) -> None:
    try:
        convert(1.0, unit, entry.unit)
    except InputError as error:
        raise _SameInAllError(error.message, error.choices) from None


def _note_provider(file: _File, meta: Any) -> None:
    provider = meta.get("provider") if isinstance(meta, Mapping) else None
    if isinstance(provider, Mapping) and isinstance(provider.get("name"), str):
        file.provider = provider["name"]


def _note_units(file: _File, info: Mapping[str, Any]) -> None:
    """The units of the description that JSON lines may carry, at the top or among its attributes."""
    attributes = info.get("attributes")
    place = attributes.get("properties") if isinstance(attributes, Mapping) else info.get("properties")
    for name, described in place.items() if isinstance(place, Mapping) else ():
        unit = (described.get("x-optimade-unit") or described.get("unit")) if isinstance(described, Mapping) else None
        if isinstance(unit, str) and unit not in {"", "inapplicable", "dimensionless"}:
            file.units[name] = unit


def _source(file: _File, provider: str) -> Source:
    return Source(f"{file.provider or provider or file.path.name} (OPTIMADE)", "compilation", file.options.licence)


def _composition(attributes: Mapping[str, Any]) -> Composition:
    elements, ratios = attributes.get("elements"), attributes.get("elements_ratios")
    if isinstance(elements, list) and isinstance(ratios, list) and len(elements) == len(ratios) > 0:
        if not all(isinstance(symbol, str) for symbol in elements):
            raise InputError("an element of the entry is no text")
        return Composition.of(dict(zip(elements, ratios, strict=True)))
    formula = attributes.get("chemical_formula_reduced") or attributes.get("chemical_formula_descriptive")
    if not isinstance(formula, str):
        raise InputError("the entry has neither elements with ratios nor a formula")
    return Composition.of(formula)


PLUGIN: Final = OptimadeReader()
