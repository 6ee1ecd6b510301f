"""What `materials --view`, `show` and `show --view` print."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

import typer

from quinary.interfaces.cli.shared.session import Session
from quinary.interfaces.cli.shared.values import obtained_text, source_text, value_text
from quinary.points.conditions import Conditions, conditions_in_words
from quinary.points.processing import processing_in_words
from quinary.wording import counted, rounded

__all__ = ["ViewOption", "show_groups", "show_materials", "show_older_rules", "show_summary", "show_view"]

_MOST_NAMED: Final = 3  # files in one line

ViewOption = Annotated[
    str,
    typer.Option(
        "--view",
        metavar="all|curated|aggregated|structural|compositional|source",
        help="A view of the points: all, without refused ones, or put together by material, structure, composition, study.",
    ),
]

_ORIGINS: Final = {"literature": "reported", "validation": "validated", "prediction": "predicted"}


def show_groups(session: Session, document: dict[str, Any]) -> None:
    """The groups of a view, each with the number of its points."""
    rows = [
        [
            group["study"] or group["formula"],
            group["formula"] if group["study"] else "+".join(group["structure"] or ()),
            processing_in_words(group["processing"] or ()),
            group["n_points"],
            group["n_materials"],
            len(group["studies"]),
            len({entry["property"] for entry in group.get("values", group.get("points", []))}),
        ]
        for group in document["materials"]
    ]
    heads = ["study", "formula"] if document["view"] == "source" else ["formula", "structure"]
    columns = [*heads, "processing", "points", "materials", "studies", "properties"]
    session.table(f"{len(rows)} of {document['total']} in the view {document['view']}", columns, rows)


def show_view(session: Session, document: dict[str, Any]) -> None:
    """A composition in a view: every group with its values, the chosen one and why."""
    for group in document["materials"]:
        title = "  ".join(
            (
                *([group["study"]] if group["study"] else []),
                group["formula"],
                _known_or_any(group["structure"], "structure"),
                _known_or_any(group["processing"], "processing"),
            )
        )
        if "values" in group:
            columns = ["property", "conditions", "loop", "value", "why", "all values"]
            session.table(title, columns, [_cell_row(cell) for cell in group["values"]])
        else:
            columns = ["property", "value", "conditions", "by", "source"]
            session.table(title, columns, [_point_row(point) for point in group["points"]])


def _cell_row(cell: dict[str, Any]) -> list[Any]:
    best = cell["best"]
    return [
        cell["property"],
        conditions_in_words(cell["conditions"]),
        cell["origin"],
        "" if best is None else value_text(best),
        cell["reason"],
        ", ".join(value_text({**point, "unit": ""}) for point in cell["values"]),
    ]


def _point_row(point: dict[str, Any]) -> list[Any]:
    at = conditions_in_words(point["conditions"])
    return [point["property"], value_text(point), at, obtained_text(point), source_text(point)]


def _known_or_any(parts: list[str] | None, what: str) -> str:
    """What a group has of structure or processing; None where the view does not tell them apart."""
    if parts is None:
        return f"any {what}"
    said = processing_in_words(parts) if what == "processing" else "+".join(parts)
    return said or f"{what} not reported"


def show_materials(session: Session, formula: str, documents: list[dict[str, Any]]) -> None:
    """Everything known of the materials of a composition."""
    session.say(f"{formula}: {counted(len(documents), 'material')} ({documents[0]['system']})")
    for document in documents:
        name = f"{document['formula']}  {'+'.join(document['structure']) or 'structure not reported'}"
        name += f"  {processing_in_words(document['processing']) or 'processing not reported'}"
        rows = [_stated(point) for point in document["points"]]
        _table_of_points(session, name, rows)
        missing: dict[str, list[str]] = {}
        for void in document["voids"]:
            at = f" ({conditions_in_words(void['conditions'])})" if void["conditions"] else ""
            missing.setdefault(void["loop"], []).append(f"{void['property']}{at}")
        for loop, names in missing.items():
            session.say(f"  missing ({loop}): {', '.join(names)}")
        for verdict in document["verdicts"]:
            session.say(f"  {verdict['rung']}: {verdict['outcome']}, {verdict['reason']}")


def _table_of_points(session: Session, title: str, rows: list[list[str]]) -> None:
    """Points under a title; what all of them have in common is said once, above, and not in every row."""
    columns = ["property", "value", "conditions", "by", "source"]
    shared = [n for n in (2, 3, 4) if len(rows) > 1 and len({row[n] for row in rows}) == 1]
    common = ", ".join(rows[0][n] for n in shared)
    kept = [n for n in range(len(columns)) if n not in shared]
    title = f"{title}  ({common})" if common else title
    session.table(title, [columns[n] for n in kept], [[row[n] for n in kept] for row in rows])


def show_summary(session: Session, document: dict[str, Any]) -> None:
    """A composition on one screen: what was reported, then in short what was computed for it, and what is missing."""
    materials, points = counted(document["n_materials"], "material"), counted(document["n_points"], "value")
    session.say(f"{document['formula']} ({document['system']}): {points} of {materials}; --details shows each")
    for origin, title in _ORIGINS.items():
        rows = [_summed(row) for row in document["summary"] if row["origin"] == origin]
        columns = [
            "property",
            "conditions",
            "counts",
            "median",
            "range",
            "n",
            "studies" if origin == "literature" else "by",
            "method",
        ]
        told = [n for n in range(len(columns)) if n not in {1, 3, 4, 7} or len({row[n] for row in rows}) > 1]
        if any(row[7] != "measured" for row in rows) and origin == "literature":
            told = list(dict.fromkeys([*told, 7]))
        if rows:
            session.table(title, [columns[n] for n in told], [[row[n] for n in told] for row in rows])
    missing: dict[str, dict[str, None]] = {}
    for void in document["voids"]:
        missing.setdefault(void["loop"], {})[void["property"]] = None
    for loop, names in missing.items():
        session.say(f"missing ({loop}): {', '.join(names)}")


def _summed(row: dict[str, Any]) -> list[Any]:
    """A row of a summary; median and range only where there is more than one number."""
    best, is_spread = row["counts"], row["low"] != row["high"]
    extent = f"{rounded(row['low'])} to {rounded(row['high'])}" if is_spread else ""
    value = "none" if best is None else value_text(best)
    if best is not None and isinstance(best["value"], str) and row["n"] > 1:
        value = f"{value} ({row['why']})"
    said = len(row["sources"]) if row["origin"] == "literature" else ", ".join(row["sources"])
    middle = rounded(row["median"]) if is_spread else ""
    by = ", ".join(row["methods"])
    return [row["property"], conditions_in_words(row["conditions"]), value, middle, extent, row["n"], said, by]


def show_older_rules(session: Session, document: Mapping[str, Any]) -> None:
    """One line a reader on the points that it read by older rules than it has now."""
    for entry in document.get("older_rules", ()):
        names = [one["name"] for one in entry["imports"]]
        listed = ", ".join(names[:_MOST_NAMED]) + (
            f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
        )
        them = "its points take" if len(names) == 1 else "their points take"
        session.say(
            f"{counted(entry['points'], 'point')} were read by older rules ({entry['reader']} {entry['version']}; now "
            f"{entry['now']}): import {listed} again, {them} their place"
        )


def _stated(point: dict[str, Any]) -> list[str]:
    at = conditions_in_words(Conditions.of(point["conditions"]).key)
    value = value_text(point) + (" (accepted as wrong)" if point["is_accepted_as_wrong"] else "")
    return [point["property"], value, at, obtained_text(point), source_text(point)]
