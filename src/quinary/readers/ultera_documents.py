"""Documents of the ULTERA database: BSON as it exports them, or JSON (array, lines, MongoDB's extended form)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from quinary.chemistry.composition import Composition
from quinary.errors import InputError
from quinary.plugins import ReadOptions, Rejection, row_by_row
from quinary.points.material import Material
from quinary.points.point import DataPoint, Source
from quinary.points.processing import parse_processing
from quinary.readers.parsing import (
    Row,
    begun,
    check_file,
    clean_reference,
    documents,
    has_bson_start,
    lineage_of,
    method_named,
    reported_structure,
)
from quinary.readers.ultera_exact import exact_point
from quinary.readers.ultera_terms import Measurement, row_items

__all__ = ["PLUGIN", "UlteraReader"]

_GENERATED: Final = "generated composition without a value"
_DISAGREEMENT: Final = 0.005  # in atomic fraction; smaller differences are rounding


class UlteraReader:
    """Reads ULTERA documents. The composition dictionary counts; a raw formula that disagrees goes into the lineage.

    Units are SI (Pa, K) as ULTERA keeps them, with ductility in % and density in g/cm^3, unless a document names one. A
    document that was exported from a store of ours carries its point as a whole and gives exactly that one.
    """

    name = "ultera"
    version = "1"
    hears_options = False

    def recognises(self, path: Path) -> bool:
        """True if the file starts with a BSON or JSON document that has ULTERA's composition dictionary."""
        try:
            head = check_file(path)
        except InputError:
            return False
        is_json = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"[", b"{"}
        return (has_bson_start(head) or is_json) and b"compositionDictionary" in head

    def read(self, path: Path, options: ReadOptions) -> Iterator[DataPoint | Rejection]:
        """Points and rejections in the order of the file; a rejection's line is the number of the document.

        Raises:
            InputError: the file cannot be read, or holds no documents.
        """
        return begun(self._read(path, options))

    def _read(self, path: Path, options: ReadOptions) -> Iterator[DataPoint | Rejection]:
        source = Source("ULTERA", "compilation", options.licence, options.doi)
        for item in documents(path):
            if isinstance(item, Rejection):
                yield item
                continue
            line, document = item
            yield from row_by_row(line, _items(document, source, lineage_of(path, line, self), line))


def _items(
    document: Any, source: Source, lineage: dict[str, str | int | float], line: int
) -> Iterator[DataPoint | Rejection]:
    if not isinstance(document, Mapping) or not isinstance(document.get("material"), Mapping):
        raise InputError("the document has no material: it is not an ULTERA document")
    exact = exact_point(document)
    if exact is not None:
        yield exact
        return
    sections = {name: _section(document, name) for name in ("meta", "material", "property", "reference")}
    measurement = _measurement(sections["property"], sections["material"])
    if measurement is None and sections["meta"].get("source") == "GAN":
        raise InputError(_GENERATED)
    material = _material(sections["material"])
    if measurement is None and not material.structure:
        raise InputError("the document has neither a property nor a usable structure")
    lineage.update(_remarks(document, sections, material.composition))
    row = Row(material, source, clean_reference(_text(sections["reference"], "doi")), lineage)
    yield from row_items(row, measurement, line)


def _section(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    section = document.get(name)
    return section if isinstance(section, Mapping) else {}


def _text(section: Mapping[str, Any], name: str) -> str | None:
    found = section.get(name)
    if not isinstance(found, str | None):
        raise InputError(f"the {name} {str(found)[:40]!r} is not text")
    return found


def _measurement(entry: Mapping[str, Any], material: Mapping[str, Any]) -> Measurement | None:
    if not entry:
        return None
    for needed in ("name", "value", "source"):
        if entry.get(needed) in (None, ""):
            raise InputError(f"the property has no {needed}")
    temperature = entry.get("temperature", material.get("observationTemperature"))
    if isinstance(temperature, bool) or not isinstance(temperature, int | float | None):
        raise InputError(f"the temperature {temperature!r} is not a number")
    return Measurement(
        name=str(entry["name"]),
        value=entry["value"],
        unit=_text(entry, "unitName"),
        method=method_named(str(entry["source"])),
        uncertainty=entry.get("uncertainty"),
        temperature=temperature,
        parameters=entry.get("parameters"),
    )


def _material(entry: Mapping[str, Any]) -> Material:
    amounts = entry.get("compositionDictionary")
    composition = Composition.of(amounts if isinstance(amounts, Mapping) else str(entry.get("rawFormula") or ""))
    structure = reported_structure(_joined(entry.get("structure")))
    return Material(composition, structure, parse_processing(_joined(entry.get("processes"))))


def _joined(entry: object) -> str:
    return "+".join(map(str, entry)) if isinstance(entry, list | tuple) else str(entry or "")


def _remarks(
    document: Mapping[str, Any], sections: Mapping[str, Mapping[str, Any]], composition: Composition
) -> dict[str, str]:
    """What a reader of the point may want to look up again, and a raw formula that disagrees with the dictionary."""
    meta, material, reference = sections["meta"], sections["material"], sections["reference"]
    remarks = {
        "id": document.get("_id"), "pointer": reference.get("pointer"), "parent": meta.get("parentDatabase"),
        "comment": material.get("comment"), "formula": material.get("rawFormula"),
        "raw_formula": _disagreeing_formula(material, composition),
    }  # fmt: skip
    return {name: str(remark).strip() for name, remark in remarks.items() if remark}


def _disagreeing_formula(material: Mapping[str, Any], composition: Composition) -> str:
    raw = str(material.get("rawFormula") or "")
    try:
        # `Ni 0.1` is not a formula, but blanks are how people type
        written = Composition.of(raw.replace(" ", "")).atomic_fractions if raw else composition.atomic_fractions
    except InputError:
        return raw
    given = composition.atomic_fractions
    gap = max(abs(written.get(symbol, 0.0) - given.get(symbol, 0.0)) for symbol in {*written, *given})
    return raw if gap > _DISAGREEMENT else ""


PLUGIN: Final = UlteraReader()
