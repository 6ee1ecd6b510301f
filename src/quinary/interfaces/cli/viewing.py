"""What `materials --view` and `show --view` print."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from quinary.interfaces.cli.session import Session
from quinary.interfaces.cli.values import conditions_text, obtained_text, source_text, value_text
from quinary.points.phases import processing_in_words

__all__ = ["ViewOption", "list_view", "show_view"]

ViewOption = Annotated[
    str,
    typer.Option(
        "--view",
        metavar="all|curated|aggregated|structural|compositional|source",
        help="A view of the points: all, without refused ones, or put together by material, structure, composition, study.",
    ),
]


def list_view(session: Session, name: str, elements: tuple[str, ...], limit: int) -> None:
    """The groups of a view, each with the number of its points."""
    from quinary.interfaces.views import group_documents, selection_of
    from quinary.materials.views import view_named

    asked, selection = view_named(name), selection_of(None, elements)
    with session.open(must_exist=True) as database:
        total, documents = group_documents(database, asked, selection, limit=limit)
    rows = [
        [
            document["study"] or document["formula"],
            document["formula"] if document["study"] else "+".join(document["structure"] or ()),
            processing_in_words(document["processing"] or ()),
            document["n_points"],
            document["n_materials"],
            len(document["studies"]),
            _n_properties(document),
        ]
        for document in documents
    ]
    heads = ["study", "formula"] if name == "source" else ["formula", "structure"]
    columns = [*heads, "processing", "points", "materials", "studies", "properties"]
    session.answer(
        {"view": name, "total": total, "materials": documents},
        lambda: session.table(f"{len(rows)} of {total} in the view {name}", columns, rows),
    )


def _n_properties(document: dict[str, Any]) -> int:
    found = document["values"] if "values" in document else document["points"]
    return len({entry["property"] for entry in found})


def show_view(session: Session, name: str, formula: str) -> None:
    """A composition in a view: every group with its values, the chosen one and why."""
    from quinary.interfaces.views import group_documents, selection_of
    from quinary.materials.views import view_named

    asked, selection = view_named(name), selection_of(formula)
    with session.open(must_exist=True) as database:
        _, documents = group_documents(database, asked, selection)

    def say() -> None:
        """For a person."""
        for document in documents:
            title = "  ".join(
                (
                    *([document["study"]] if document["study"] else []),
                    document["formula"],
                    _known_or_any(document["structure"], "structure"),
                    _known_or_any(document["processing"], "processing"),
                )
            )
            if asked.has_cells:
                columns = ["property", "conditions", "loop", "value", "why", "all values"]
                session.table(title, columns, [_cell_row(cell) for cell in document["values"]])
            else:
                columns = ["property", "value", "conditions", "by", "source"]
                session.table(title, columns, [_point_row(point) for point in document["points"]])

    session.answer({"formula": formula, "view": name, "materials": documents}, say)


def _cell_row(cell: dict[str, Any]) -> list[Any]:
    best = cell["best"]
    return [
        cell["property"],
        conditions_text(cell["conditions"]),
        cell["origin"],
        "" if best is None else value_text(best),
        cell["reason"],
        ", ".join(value_text({**point, "unit": ""}) for point in cell["values"]),
    ]


def _point_row(point: dict[str, Any]) -> list[Any]:
    at = conditions_text(point["conditions"])
    return [point["property"], value_text(point), at, obtained_text(point), source_text(point)]


def _known_or_any(parts: list[str] | None, what: str) -> str:
    """What a group has of structure or processing; None where the view does not tell them apart."""
    if parts is None:
        return f"any {what}"
    said = processing_in_words(parts) if what == "processing" else "+".join(parts)
    return said or f"{what} not reported"
