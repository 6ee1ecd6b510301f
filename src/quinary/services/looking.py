"""The verbs that look at what a store holds: `materials_list`, `show`, `view`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy.engine import Connection

from quinary.chemistry.composition import Composition, CompositionLike
from quinary.chemistry.formula_readings import notes_on
from quinary.chemistry.identity import composition_key
from quinary.chemistry.ultera import percentile_formula, relational_formula, system
from quinary.errors import InputError, unknown_name
from quinary.loops.views import view_groups, view_points, view_rows
from quinary.materials.aggregate import best_points
from quinary.materials.policy import default_policy
from quinary.materials.views import Cell, Group, View, study_of, view_named
from quinary.materials.voids import MaterialStatus, find_voids
from quinary.points.point import Origin
from quinary.points.properties import property_meant
from quinary.reference.elements import atomic_numbers
from quinary.services.arguments import Names, label_of, names_in
from quinary.services.documents.older_rules import older_rules
from quinary.services.documents.points import point_document, point_row
from quinary.services.documents.summaries import chosen_points, summary_rows
from quinary.services.stores import Store, needed_store
from quinary.store.cells import cells_of
from quinary.store.database import Database
from quinary.store.kept import verdicts_on
from quinary.store.queries import StoredMaterial, count_materials, find_materials, points_of
from quinary.store.studies import study_kinds
from quinary.store.view_points import Selection, count_groups

__all__ = ["materials_list", "show", "view"]


def materials_list(*, elements: Names = (), limit: int = 50, view: str = "", db: Store = None) -> dict[str, Any]:
    """List materials, newest knowledge included.

    Args:
        elements: only materials that contain all of them.
        limit: at most this many.
        view: a view instead (`all`, `curated`, `aggregated`, `structural`, `compositional`, `source`): its groups, with
            their points.
        db: the store.

    Returns:
        `total` and `materials`, each with `formula`, `structure`, `processing`, `is_known`, `is_generated`; of a view also
        `view`, and of each group `key`, `study`, `n_points`, `n_materials`, `studies` and `values` or `points`.

    Raises:
        InputError: there is no such element or view, or no store.
    """
    wanted = _elements_in(elements)
    if view:
        asked, selection = view_named(view), Selection("", wanted, "")
        with needed_store(db) as database:
            total, documents = _groups(database, asked, selection, limit=limit)
        return {"view": view, "total": total, "materials": documents}
    with needed_store(db) as database, database.read() as connection:
        found = find_materials(connection, elements=wanted, limit=limit)
        total = count_materials(connection)
    return {"total": total, "materials": [_entry(stored) for stored in found]}


def show(
    formula: CompositionLike,
    *,
    view: str = "",
    property: Names = (),
    source: str = "",
    summary: bool = False,
    db: Store = None,
) -> dict[str, Any]:
    """Show everything known of a composition: points with source and uncertainty, voids, verdicts.

    Args:
        formula: a composition; every processing and structure of it is shown.
        view: a view of it instead: every group with its values, the chosen one and why.
        property: only points of these properties.
        source: only points from sources and studies with this text in their name or DOI.
        summary: a row for each property, conditions and loop instead, over all materials of the composition.
        db: the store.

    Returns:
        `formula` as it was given and `materials`, each with `points`, `voids` and `verdicts`; of a view its groups. A summary
        has `system`, `n_materials`, `n_points` and `summary`, each with `property`, `conditions`, `origin`, `n`, `median`,
        `low`, `high`, `unit`, `counts` (the point that stands), `why`, `sources` and `n_materials`, and also `voids`. By the
        `key` of a point `check_correct` and `check_reject` correct and refuse its value. `notes` on how the formula
        was read, where it can be read differently. With `older_rules` where the store holds points read by older rules.

    Raises:
        InputError: the formula cannot be read, there is no such view or property, a view is to be filtered, or the store
            knows no such composition or nothing of it from that source.
    """
    label, notes = label_of(formula), list(notes_on(formula))
    names = tuple(property_meant(name).name for name in names_in(property))
    if view and (names or source or summary):
        raise InputError("a view shows all of its groups: leave --property, --source and --summary away, or --view")
    if view:
        asked, selection = view_named(view), Selection(composition_key(Composition.of(formula)), (), "")
        with needed_store(db) as database:
            _, documents = _groups(database, asked, selection)
        return {"formula": label, "view": view, "materials": documents, "notes": notes}
    key = composition_key(Composition.of(formula))
    with needed_store(db) as database:
        with database.read() as connection:
            found = find_materials(connection, composition_key=key)
            if not found:
                raise InputError(
                    f"the store holds nothing on {label}; import something, or use `quinary predict {label}`"
                )
            if summary:
                document = _summary(connection, found, names, source)
            else:
                document = {"materials": [_everything(connection, stored, names, source) for stored in found]}
        older = older_rules(database)
    if (names or source) and not (
        document["summary"] if summary else any(one["points"] for one in document["materials"])
    ):
        raise InputError(
            f"the store holds nothing of that property or source on {label}; leave --property and --source away"
        )
    return {"formula": label, **document, "notes": notes, **({"older_rules": older} if older else {})}


def _summary(
    connection: Connection, found: Sequence[StoredMaterial], names: tuple[str, ...], source: str
) -> dict[str, Any]:
    """What is known of all materials of one composition together."""
    points = [point for stored in found for point in points_of(connection, stored, is_curated=True)]
    chosen = chosen_points(points, names, source)
    voids: dict[tuple[str, str, str], None] = {}
    for stored in found:
        status = MaterialStatus.of(stored.material, is_known=stored.is_known, is_generated=stored.is_generated)
        for void in find_voids(status, cells_of(connection, stored.id), default_policy()):
            voids[void.property, void.conditions_key, void.origin.value] = None
    known = {(point.property, point.conditions.key, point.origin.value) for point in points}
    return {
        "system": system(found[0].material.composition),
        "n_materials": len(found),
        "n_points": len(chosen),
        "summary": summary_rows(chosen, study_kinds(connection, {point.doi for point in chosen})),
        "voids": [
            {"property": p, "conditions": at, "loop": loop} for p, at, loop in voids if (p, at, loop) not in known
        ],
    }


def view(
    db: Store = None,
    name: str = "aggregated",
    *,
    formula: CompositionLike | None = None,
    elements: Names = (),
    origin: str = "",
) -> dict[str, Any]:
    """A view of a store, flat: `all`, `curated`, `aggregated`, `structural`, `compositional` or `source`.

    Args:
        db: the store.
        name: the view.
        formula: only this composition.
        elements: only what contains all of them.
        origin: only this loop's points: `literature`, `prediction` or `validation`.

    Returns:
        `view` and `rows`: one a point for `all` and `curated`; for the others one a property, conditions and origin of each
        group, with the value that stands, the `reason`, and all values as JSON in `values`.

    Raises:
        InputError: no view has that name, or what is asked for cannot be read.
        WorkError: the store cannot be read.
    """
    if origin and origin not in set(Origin):
        raise unknown_name("origin", origin, Origin)
    key = "" if formula is None else composition_key(Composition.of(formula))
    asked, selection = view_named(name), Selection(key, _elements_in(elements), origin)
    with needed_store(db) as database, database.read() as connection:
        if asked.has_cells:
            rows = list(view_rows(connection, asked, selection))
        else:
            rows = [point_row(point) for point, _ in view_points(connection, asked, selection)]
    return {"view": name, "rows": rows}


def _elements_in(elements: Names) -> tuple[str, ...]:
    wanted = names_in(elements)
    for symbol in wanted:
        if symbol not in atomic_numbers():
            raise unknown_name("element", symbol, atomic_numbers())
    return wanted


def _entry(stored: StoredMaterial) -> dict[str, Any]:
    return {
        "formula": stored.formula,
        "structure": list(stored.material.structure),
        "processing": list(stored.material.processing),
        "is_known": stored.is_known,
        "is_generated": stored.is_generated,
    }


def _everything(
    connection: Connection, stored: StoredMaterial, names: tuple[str, ...] = (), source: str = ""
) -> dict[str, Any]:
    """One material with its points (of some properties, of some source), voids and verdicts."""
    points = points_of(connection, stored)
    kinds = study_kinds(connection, {point.doi for point in points})
    counting = {point.content_hash for point in points_of(connection, stored, is_curated=True)}
    standing = {id(p) for p in best_points([p for p in points if p.content_hash in counting], kinds).values()}
    composition = stored.material.composition
    status = MaterialStatus.of(stored.material, is_known=stored.is_known, is_generated=stored.is_generated)
    missing = find_voids(status, cells_of(connection, stored.id), default_policy())
    entry = _entry(stored)
    return {
        "formula": entry.pop("formula"),
        "composition": composition.cations,
        **entry,
        "system": system(composition),
        "percentile_formula": percentile_formula(composition),
        "relational_formula": relational_formula(composition),
        "points": [
            {
                **point_document(point),
                "is_best": id(point) in standing,
                "is_accepted_as_wrong": point.content_hash not in counting,
            }
            for point in chosen_points(points, names, source)
        ],
        "voids": [{"property": v.property, "conditions": v.conditions_key, "loop": v.origin.value} for v in missing],
        "verdicts": verdicts_on(connection, stored.id),
    }


def _groups(
    database: Database, asked: View, selection: Selection, *, limit: int | None = None
) -> tuple[int, list[dict[str, Any]]]:
    """(number of groups, the first of them).

    Raises:
        InputError: the store holds nothing of the composition that was asked for.
    """
    with database.read() as connection:
        total = count_groups(connection, asked, selection)
        documents = [_group(asked, group) for group in view_groups(connection, asked, selection, limit=limit)]
    if selection.composition_key and not total:
        raise InputError("the store holds nothing on this composition; import something first")
    return total, documents


def _group(asked: View, group: Group) -> dict[str, Any]:
    first = group.points[0].material
    document: dict[str, Any] = {
        "key": group.key,
        "formula": first.composition.formula,
        "structure": None if asked is View.COMPOSITIONAL else list(first.structure),
        "processing": None if asked in {View.COMPOSITIONAL, View.STRUCTURAL} else list(first.processing),
        "study": study_of(group.points[0]) if asked is View.SOURCE else None,
        "n_points": len(group.points),
        "n_materials": group.n_materials,
        "studies": list(group.studies),
    }
    if asked.has_cells:
        return {**document, "values": _cells(group.cells)}
    return {**document, "points": [point_row(point) for point in group.points]}


def _cells(cells: Iterable[Cell]) -> list[dict[str, Any]]:
    return [
        {
            "property": cell.key.property,
            "conditions": cell.key.conditions_key,
            "origin": cell.key.origin.value,
            "best": None if cell.best is None else point_row(cell.best),
            "reason": cell.reason,
            "values": [point_row(point) for point in cell.values],
        }
        for cell in cells
    ]
