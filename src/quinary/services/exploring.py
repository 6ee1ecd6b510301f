"""The verbs that look at whole spaces and at ways through them: `screen`, `map`, `path` and `effects`."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from quinary.chemistry.anions import anions_named
from quinary.errors import InputError
from quinary.exploring import Screening, as_document, effects_on, replaced, ternary_sections, way_between
from quinary.exploring import screen as screened
from quinary.files import write_whole
from quinary.inverse.paths import Substitution
from quinary.loops.training import service_of
from quinary.points.quantity import quantity_named
from quinary.progress import Progress, silent
from quinary.reference.lattices import DEFAULT_TABLE
from quinary.requests import interval_stated
from quinary.services.arguments import At, Names, file_ending, names_in
from quinary.services.designing import Span, components_in
from quinary.services.predicting import Quantities, quantities_in
from quinary.services.stores import Store, store_if_named
from quinary.spaces.limits import SpaceLimits

__all__ = ["STEERED", "effects", "map_", "path", "screen"]

_STEADY: Final = ("shear_modulus",)
STEERED: Final = ("shear_modulus", "fracture_toughness_rice", "density", "price")


def screen(
    elements: Names,
    *,
    step: float = 0.05,
    rank: Quantities = (),
    minimize: Quantities = (),
    range_: Mapping[str, Span] | None = None,
    limit: Mapping[str, Span] | None = None,
    components: int | tuple[int | None, int | None] | None = None,
    anion: str = "",
    at: At = None,
    model: str = "",
    lattice: str = "bcc",
    top: int = 20,
    in_domain: bool = False,
    out: str | Path | None = None,
    db: Store = None,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Predict every composition of a space and keep the best and the Pareto front. Needs little memory at any size.

    Args:
        elements: of the space. `step`: distance between neighbouring compositions. `limit`: element -> (lowest, highest).
        components: number of elements, or (fewest, most). `anion`: of ceramics.
        rank: properties to have high. `minimize`: low. The first ranks, several make a Pareto front.
        range_: property -> (lowest, highest) value of what counts.
        top: how many of the best to keep.
        in_domain: only what is inside the domain of every predictor counts.
        out: a JSON file for the result, which makes interrupted work go on where it stopped.
        at: conditions of every measured property that states none of its own. `model`: a predictor or learned model to ask in
            place of the one that is chosen. `lattice`: of linear combinations.
        db: the store whose models may answer; without one, the models of the package alone.
        progress: hears how far the work has come.

    Returns:
        `count`, `matching`, `seconds`, `models`, `best`, `front`, `without_value`.

    Raises:
        InputError: a property has no predictor for these materials, or a space or range cannot be.
        WorkError: the file cannot be written.
    """
    place = None if out is None else Path(out)
    if place is not None:
        file_ending(place, ".json", "the result is JSON")
    bounds = {name: interval_stated(name, pair, (0.0, 1.0)) for name, pair in (limit or {}).items()}
    space = SpaceLimits.alloy(names_in(elements), bounds, components_in(components), step)
    with store_if_named(db) as database:
        objectives = _objectives(rank, minimize, at)
        asked = Screening(space, objectives, _ranges(range_, at), top, anion, lattice, in_domain)
        state = place.with_name(place.name + ".state") if place else None
        service = service_of(database, model=model, is_strict=False)
        service.check_named(map(quantity_named, asked.names), asked.anions)
        found = screened(asked, state, progress, service)
    if place is not None:
        write_whole(place, json.dumps(found))
    return found


def _objectives(rank: Quantities, minimize: Quantities, at: At) -> dict[str, float]:
    high = [quantity.key for quantity in quantities_in(rank, at)]
    low = [quantity.key for quantity in quantities_in(minimize, at)]
    if both := sorted({*high} & {*low}):
        raise InputError(f"{both[0]} cannot be ranked as high and as low as possible at once")
    return {**dict.fromkeys(high, 1.0), **dict.fromkeys(low, -1.0)}


def _ranges(stated: Mapping[str, Span] | None, at: At) -> dict[str, tuple[float, float]]:
    return {
        quantities_in([name], at)[0].key: interval_stated(name, pair, (-math.inf, math.inf))
        for name, pair in (stated or {}).items()
    }


def map_(
    elements: Names,
    property: str,
    *,
    anion: str = "",
    step: float = 0.05,
    at: At = None,
    model: str = "",
    lattice: str = "bcc",
    out: str | Path | None = "map.html",
    db: Store = None,
) -> dict[str, Any]:
    """A picture of a property over compositions: a ternary section for each three elements, the others in equal parts.

    Args:
        elements: three to six of them. `property`: what to draw. `anion`: of ceramics. `step`: of the compositions.
        out: the picture, an HTML page; None for the numbers alone.
        at: conditions of every measured property that states none of its own. `model`: a predictor or learned model to ask in
            place of the one that is chosen. `lattice`: of linear combinations.
        db: the store whose models may answer; without one, the models of the package alone.

    Returns:
        `sections`, `count`, `lowest`, `highest`, `maps` with fractions, values, uncertainties and domain; `models`, who
        answered; `picture`.

    Raises:
        InputError: fewer than three elements, too many of them, too small steps, or a property without a value.
        WorkError: the picture cannot be written.
    """
    from quinary.figures.sections import sections_page

    place = None if out is None else Path(out)
    if place is not None:
        file_ending(place, ".html", "the picture is an HTML page")
    with store_if_named(db) as database:
        quantity = quantities_in([property], at)[0]
        service = service_of(database, model=model)
        sections = ternary_sections(
            names_in(elements), quantity.key, anion=anion, step=step, lattice=lattice, service=service
        )
        found = {
            **as_document(sections, quantity.key),
            "models": {quantity.key: service.names_asked(quantity, anions_named(anion) if anion else ())},
            "picture": "" if place is None else str(place),
        }
        page = sections_page(sections, quantity.key)
    if place is not None:
        write_whole(place, page)
    return found


def path(
    start: str,
    end: str = "",
    *,
    replace: str = "",
    down_to: float = 0.0,
    keep: Quantities | None = None,
    within: float = 0.01,
    by: Names = (),
    property: Quantities = STEERED,
    steps: int = 10,
    at: At = None,
    model: str = "",
    lattice: str = "bcc",
    table: str = DEFAULT_TABLE,
    db: Store = None,
) -> dict[str, Any]:
    """The straight way between two alloys, or the way on which an element is replaced while properties stay.

    Args:
        start: the alloy to begin with. `end`: the one to end at, or else `replace`, the element that leaves.
        down_to: its fraction at the end. `by`: elements that take its place.
        keep: properties that stay `within` this relative change, where an element is replaced; the shear modulus if None.
        property: what to show on the way. `steps`: how many.
        at: conditions of every measured property that states none of its own. `model`: a predictor or learned model to ask in
            place of the one that is chosen. `lattice`: of linear combinations. `table`: of elemental values.
        db: the store whose models may answer; without one, the models of the package alone.

    Returns:
        `steps`, each with `formula`, `composition` and `properties`; `models`, who answered; `notes`.

    Raises:
        InputError: neither an end nor an element to replace, or a name cannot be used.
        WorkError: from some step on the properties cannot be kept.
    """
    if bool(end) == bool(replace):
        raise InputError("name the alloy to end at, or the element to --replace", ["FROM TO", "FROM --replace EL"])
    if end and keep is not None:
        raise InputError(
            "on the straight way between two alloys nothing can be kept: show it with --property, or --replace"
        )
    with store_if_named(db) as database:
        shown = [quantity.key for quantity in quantities_in(property, at)]
        kept = [] if end else [quantity.key for quantity in quantities_in(_STEADY if keep is None else keep, at)]
        service = service_of(database, model=model, is_strict=False)
        service.check_named(map(quantity_named, (*shown, *kept)))
        models = {name: service.names_asked(quantity_named(name)) for name in dict.fromkeys((*shown, *kept))}
        if end:
            found = way_between(start, end, shown, steps, service, lattice=lattice, table=table)
        else:
            asked = Substitution(replace, down_to, dict.fromkeys(kept, within))
            found = replaced(start, asked, names_in(by), shown, steps, service, lattice=lattice, table=table)
    absent = [symbol for symbol in names_in(by) if symbol not in found[-1]["composition"]]
    what = ", ".join(kept) or "the sum"
    notes = [f"no {symbol} at the end: with it {what} cannot be kept within {within:g}" for symbol in absent]
    return {"steps": found, "models": models, "notes": notes}


def effects(
    formula: str,
    *,
    property: Quantities = STEERED,
    others: Names = (),
    error: float = 0.005,
    at: At = None,
    model: str = "",
    lattice: str = "bcc",
    table: str = DEFAULT_TABLE,
    db: Store = None,
) -> dict[str, Any]:
    """Which element carries which property, and how far weighing errors spread it.

    Args:
        formula: the alloy. `property`: what to look at.
        others: elements to consider that the alloy does not hold. `error`: relative error of each weighed amount.
        at: conditions of every measured property that states none of its own. `model`: a predictor or learned model to ask in
            place of the one that is chosen. `lattice`: of linear combinations. `table`: of elemental values.
        db: the store whose models may answer; without one, the models of the package alone.

    Returns:
        `effects`: for each property `value`, `unit`, the change for 1 at.% more of each element, and `weighing_spread`.

    Raises:
        InputError: a name cannot be used.
    """
    with store_if_named(db) as database:
        service = service_of(database, model=model, is_strict=False)
        names = [quantity.key for quantity in quantities_in(property, at)]
        service.check_named(map(quantity_named, names))
        found = effects_on(formula, names, names_in(others), error, service, lattice=lattice, table=table)
        models = {name: service.names_asked(quantity_named(name)) for name in names}
    return {"effects": found, "models": models}
