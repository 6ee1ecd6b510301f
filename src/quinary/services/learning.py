"""The verbs that learn and look into what was learned: `learn`, `models`, `explain` and `clusters`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.matrix import CompositionMatrix
from quinary.errors import InputError
from quinary.files import write_whole
from quinary.learning.explain import ExplanationSettings, cluster_map, explain_table
from quinary.learning.keeping import PHYSICS_COLUMN, KeptModel, card_text, find_kept
from quinary.loops.training import Question, StoreShelf, gather, models_known, service_of
from quinary.loops.training import learn as learned_from
from quinary.plugins import PredictionTask
from quinary.points.conditions import conditions_of
from quinary.points.quantity import Quantity
from quinary.prediction import PredictionService
from quinary.progress import Progress, silent
from quinary.services.arguments import At, Names, file_ending, folder_only, names_in
from quinary.services.documents.explanations import cluster_document, explanation_document, formulas_of
from quinary.services.documents.learning import curve_document, learned_document, study_settings
from quinary.services.stores import Store, needed_store, opened, store_if_named

if TYPE_CHECKING:
    from quinary.loops.training import Gathered, Learned

__all__ = ["clusters", "explain", "learn", "models_list", "models_remove", "models_show"]


def learn(
    property: str,
    *,
    group: str = "system",
    descriptors: Names = (),
    models: Names = ("default",),
    budget: float | None = None,
    together: Names = (),
    curve: bool = False,
    wanted: float | None = None,
    at: At = None,
    anion: str = "",
    data: str | Path | None = None,
    out: str | Path | None = None,
    seed: int = 0,
    db: Store = None,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Learn a property: judge models on groups they have not seen, take the simplest of the best, keep it in the store.

    Learns from the store if that has values of the property, else from the tables that come with Quinary. What was evaluated
    once is not evaluated again: an interrupted run goes on where it stopped.

    Args:
        group: what is held out together: system, paper, element, time or none.
        descriptors: what models are told of a composition. `models`: those to judge, or `all`, or `default`.
        budget: minutes; also try settings of each model, and begin no model after so long.
        together: other labels to learn from: methods, or properties.
        curve: say how many more rows would lower the error, to `wanted` if that is given.
        at: conditions that every row must meet. `anion`: learn from ceramics of this anion.
        property: what to learn.
        data: a table of one's own instead of the store. `out`: folder for the report and the model card.
        seed: of folds and models.
        db: the store that keeps the model, and that is learned from if it has values of the property; without a name that of
            `QUINARY_DB`, else `quinary.db` in the working folder. It is made if it is new.
        progress: hears how far the work has come.

    Returns:
        The scores of every model, the one that was chosen, its intervals and domain, and under `kept` what the store keeps.

    Raises:
        InputError: the table cannot teach anything honest; the message has the remedy.
        WorkError: the model or the report cannot be written.
    """
    folder = None if out is None else Path(out)
    if folder is not None:
        folder_only(folder)
    settings = study_settings(
        group, names_in(descriptors), names_in(models), budget, seed=seed, has_curve=curve or folder is not None
    )
    with opened(db) as database:
        question = Question(property, anion or "alloy", conditions_of(at))
        table = gather(question, database, None if data is None else Path(data), names_in(together))
        learned = learned_from(question, table, settings, StoreShelf(database), progress)
    extrapolated = curve_document(learned.study, wanted, progress) if curve else None
    return learned_document(learned, _report(learned, folder) if folder is not None else "", extrapolated)


def _report(learned: Learned, out: Path) -> str:
    from quinary.figures.learning_report import write_learning_report

    write_whole(out / "model_card.md", card_text(learned.model.card))
    return str(write_learning_report(learned.study, learned.calibration, learned.model.card, out / "report.html"))


def models_list(*, db: Store = None) -> dict[str, Any]:
    """The learned models that may be asked: those of the store, and those that come with the package.

    Args:
        db: the store; without one, the models of the package alone.

    Returns:
        `models`: a list with name, property, rows, score and where each is kept; `unreadable`: name -> why, of those in the
        store that this version cannot read.
    """
    with store_if_named(db) as database:
        found = [kept.document() for kept in models_known(database)]
        unreadable = {} if database is None else StoreShelf(database).unreadable()
    return {"models": found, "unreadable": unreadable}


def models_show(name: str, *, db: Store = None) -> dict[str, Any]:
    """The card of one model: what it was made of, how it was judged, where it fails.

    Args:
        name: of the model. `db`: the store that keeps it, if it is not of the package.

    Raises:
        InputError: there is no model of this name.
    """
    with store_if_named(db) as database:
        kept = _find(name, models_known(database))
        return {"model": {**kept.document(), "card": kept.card.document()}, "text": card_text(kept.card)}


def models_remove(name: str, *, db: Store = None) -> dict[str, Any]:
    """Remove a model from the store. Those of the package stay.

    Args:
        name: of the model.
        db: the store; without a name that of `QUINARY_DB`, else `quinary.db` in the working folder.

    Raises:
        InputError: the store has no model of this name.
        WorkError: the store cannot be written.
    """
    if not name:
        raise InputError("name the model: quinary models remove NAME")
    with needed_store(db) as database:
        shelf = StoreShelf(database)
        shelf.remove(name)
        return {"removed": {"name": name, "place": shelf.place}}


def _find(name: str, models: list[KeptModel]) -> KeptModel:
    if not name:
        raise InputError("name the model: quinary models show NAME", [kept.name for kept in models])
    return find_kept(name, models)


def _gathered(asked: tuple[str, str, At], db: Store, data: str | Path | None) -> tuple[Question, Gathered]:
    """(question, its table without the column that another predictor computes, which explains nothing)."""
    name, anion, at = asked
    with store_if_named(db) as database:
        question = Question(name, anion or "alloy", conditions_of(at))
        found = gather(question, database if data is None else None, None if data is None else Path(data))
    columns = {name: values for name, values in found.table.columns.items() if name != PHYSICS_COLUMN}
    return question, replace(found, table=replace(found.table, columns=columns))


def explain(
    property: str,
    *,
    descriptors: Names = ("fractions", "alloy", "elements"),
    model: str = "extra_trees",
    formula_terms: int = 2,
    at: At = None,
    anion: str = "",
    data: str | Path | None = None,
    out: str | Path | None = None,
    seed: int = 0,
    db: Store = None,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Explain a property: importance with its warnings, partial dependence, elements, and a formula that may be luck.

    Learns from the same data as `learn`. Importance and errors are those on chemical systems that were not learned from. What
    more of an element does is told of the values that `predict` answers with, at the conditions `at`; where nothing predicts
    the property there, of those of the explained model.

    Args:
        property: what to explain.
        descriptors: sets of features, or single descriptors. `model`: whose reasons are asked for.
        formula_terms: most terms of a formula; 0 for none. `out`: folder for the page with the figures.
        at: conditions that every row must meet. `anion`: of ceramics. `data`: a table of one's own instead of the store.
        seed: of folds, shuffles and resamples.
        db: the store to learn from; without one, the embedded tables.
        progress: hears how far the work has come.

    Returns:
        `importance`, `partial_dependence`, `elements` (and under `models` who answered for them), `formula`, `mixing_law`,
        `mae`, `warnings`.

    Raises:
        InputError: the table cannot teach anything, or a name cannot be used.
        WorkError: the page cannot be written.
    """
    from quinary.figures.explanation_page import explanation_page

    folder = None if out is None else Path(out)
    if folder is not None:
        folder_only(folder)
    question, gathered = _gathered((property, anion, at), db, data)
    settings = ExplanationSettings(names_in(descriptors), model, formula_terms, seed=seed)
    with store_if_named(db) as database:
        values_of, who = _values_predicted(question, service_of(database))
        found = explain_table(gathered.table, settings, progress, values_of)
    page = "" if folder is None else str(folder / "explanation.html")
    if folder is not None:
        write_whole(Path(page), explanation_page(found, who))
    document = explanation_document(found, page)
    document["warnings"] = [*gathered.warnings, *document["warnings"]]
    document["models"] = {question.property: who or model}
    return document


def _values_predicted(
    question: Question, service: PredictionService
) -> tuple[Callable[[CompositionMatrix], NDArray[np.float64]] | None, str]:
    """(what `predict` says of compositions, who answers), (None, "") where nobody does."""
    quantity, anions = Quantity(question.property, question.conditions), question.anions()
    if service.choice(quantity, anions).refusal is not None:
        return None, ""

    def values_of(matrix: CompositionMatrix) -> NDArray[np.float64]:
        return service.values(quantity, PredictionTask(matrix, anions=anions))

    return values_of, service.names_asked(quantity, anions)


def clusters(
    property: str,
    *,
    descriptors: Names = ("alloy", "elements"),
    method: str = "pca",
    voids: int = 5,
    at: At = None,
    anion: str = "",
    data: str | Path | None = None,
    out: str | Path | None = None,
    seed: int = 0,
    db: Store = None,
) -> dict[str, Any]:
    """Map the compositions of a property: groups, their centres, and empty places with a composition for each.

    Args:
        property: whose compositions to map.
        descriptors: sets of features that span the space. `method`: pca or umap. `voids`: how many empty places to propose.
        at: conditions that every row must meet. `anion`: of ceramics. `data`: a table of one's own instead of the store.
        out: the picture, an HTML page. `seed`: of what is drawn.
        db: the store to learn from; without one, the embedded tables.

    Raises:
        InputError: the table has too few compositions, or a name cannot be used.
        WorkError: the picture cannot be written.
    """
    from quinary.figures.cluster_page import cluster_page

    place = None if out is None else Path(out)
    if place is not None:
        file_ending(place, ".html", "the picture is an HTML page")
    question, gathered = _gathered((property, anion, at), db, data)
    table = gathered.table
    different = np.unique(table.groups["composition"], return_index=True)[1]
    matrix = CompositionMatrix(table.matrix.elements, table.matrix.fractions[np.sort(different)])
    found = cluster_map(matrix, names_in(descriptors), method, voids, seed)
    document = cluster_document(found, matrix, question.kind, property)
    document["picture"] = "" if place is None else str(place)
    if place is not None:
        title = f"Compositions with {property.replace('_', ' ')}, {method.upper()}"
        formulas = formulas_of(matrix, matrix.fractions, question.kind)
        write_whole(place, cluster_page(found, formulas, [void["formula"] for void in document["voids"]], title))
    return document
