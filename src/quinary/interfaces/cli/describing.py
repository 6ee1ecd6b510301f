"""What the command `show` prints of a composition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quinary.chemistry.composition import Composition
from quinary.chemistry.identity import composition_key
from quinary.chemistry.ultera import percentile_formula, relational_formula, system
from quinary.errors import InputError
from quinary.interfaces.cli.values import conditions_text, obtained_text, source_text, value_text
from quinary.materials.aggregate import best_points
from quinary.materials.policy import default_policy
from quinary.materials.voids import MaterialStatus, find_voids
from quinary.points.conditions import Conditions
from quinary.points.phases import processing_in_words
from quinary.store.candidates import verdicts_on
from quinary.store.cells import cells_of
from quinary.store.queries import StoredMaterial, find_materials, points_of
from quinary.store.studies import study_kinds
from quinary.wording import counted

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from quinary.interfaces.cli.session import Session
    from quinary.points.point import DataPoint
    from quinary.store.database import Database

__all__ = ["material_documents", "point_document", "show_materials"]


def material_documents(database: Database, formula: str) -> list[dict[str, Any]]:
    """Everything the store holds on a composition: one document a material.

    Raises:
        InputError: the formula cannot be read, or the store knows no such composition.
    """
    key = composition_key(Composition.of(formula))
    with database.read() as connection:
        found = find_materials(connection, composition_key=key)
        documents = [_document(connection, entry) for entry in found]
    if not documents:
        raise InputError(f"the store holds nothing on {formula}; import something, or use `quinary predict {formula}`")
    return documents


def _document(connection: Connection, stored: StoredMaterial) -> dict[str, Any]:
    points = points_of(connection, stored)
    kinds = study_kinds(connection, {point.doi for point in points})
    counting = {point.content_hash for point in points_of(connection, stored, is_curated=True)}
    standing = {id(p) for p in best_points([p for p in points if p.content_hash in counting], kinds).values()}
    composition = stored.material.composition
    status = MaterialStatus.of(stored.material, is_known=stored.is_known, is_generated=stored.is_generated)
    missing = find_voids(status, cells_of(connection, stored.id), default_policy())
    return {
        "formula": stored.formula,
        "composition": composition.cations,
        "structure": list(stored.material.structure),
        "processing": list(stored.material.processing),
        "is_known": stored.is_known,
        "is_generated": stored.is_generated,
        "system": system(composition),
        "percentile_formula": percentile_formula(composition),
        "relational_formula": relational_formula(composition),
        "points": [
            {
                **point_document(point),
                "is_best": id(point) in standing,
                "is_accepted_as_wrong": point.content_hash not in counting,
            }
            for point in points
        ],
        "voids": [{"property": v.property, "conditions": v.conditions_key, "loop": v.origin.value} for v in missing],
        "verdicts": verdicts_on(connection, stored.id),
    }


def point_document(point: DataPoint) -> dict[str, Any]:
    """One data point as JSON."""
    return {
        "property": point.property,
        "value": "+".join(point.value.categories) if point.value.categories else point.value.nominal,
        "text": str(point.value),
        "low": point.value.low if point.value.low != point.value.high else None,
        "high": point.value.high if point.value.low != point.value.high else None,
        "unit": point.unit,
        "uncertainty": point.uncertainty,
        "conditions": point.conditions.as_dict(),
        "method": point.method.value,
        "origin": point.origin.value,
        "source": point.source.name,
        "doi": point.doi,
        "licence": point.source.licence,
        "detail": point.detail,
        "lineage": dict(point.lineage),
    }


def show_materials(session: Session, formula: str, documents: list[dict[str, Any]]) -> None:
    """Print the materials of a composition as tables."""
    session.say(f"{formula}: {counted(len(documents), 'material')} ({documents[0]['system']})")
    for document in documents:
        name = f"{document['formula']}  {'+'.join(document['structure']) or 'structure not reported'}"
        name += f"  {processing_in_words(document['processing']) or 'processing not reported'}"
        rows = [_table_row(point) for point in document["points"]]
        session.table(name, ["property", "value", "conditions", "by", "source"], rows)
        missing: dict[str, list[str]] = {}
        for void in document["voids"]:
            at = f" ({conditions_text(void['conditions'])})" if void["conditions"] else ""
            missing.setdefault(void["loop"], []).append(f"{void['property']}{at}")
        for loop, names in missing.items():
            session.say(f"  missing ({loop}): {', '.join(names)}")
        for verdict in document["verdicts"]:
            session.say(f"  {verdict['rung']}: {verdict['outcome']}, {verdict['reason']}")


def _table_row(point: dict[str, Any]) -> list[str]:
    at = conditions_text(Conditions.of(point["conditions"]).key)
    value = value_text(point) + (" (accepted as wrong)" if point["is_accepted_as_wrong"] else "")
    return [point["property"], value, at, obtained_text(point), source_text(point)]
