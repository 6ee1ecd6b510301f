"""Learning from the store, and learned models as predictors: train, compare with what is kept, keep the better one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.errors import InputError
from quinary.files import cache_folder
from quinary.learning.data import Split, table_features
from quinary.learning.judging import (
    Evaluator,
    Finished,
    Study,
    StudySettings,
    is_worse,
    main_score,
    score_value,
    setting_of,
    study_of,
)
from quinary.learning.keeping import (
    FROM_STORE,
    PHYSICS_COLUMN,
    Calibration,
    KeptModel,
    SavedModel,
    Shelf,
    calibration_of,
    is_random_split,
    model_name,
    packaged_models,
    trained_model,
)
from quinary.learning.models.registry import FROM_OTHERS, MODELS
from quinary.loops.training.comparison import against_packaged, against_usual
from quinary.loops.training.learning_data import (
    Gathered,
    Question,
    embedded_points,
    gathered,
    known_in,
    points_of_file,
)
from quinary.loops.training.other_tables import with_others
from quinary.loops.training.shelves import StoreShelf
from quinary.loops.training.validity import outdated_models, still_stands
from quinary.prediction import PredictionService, packaged_service
from quinary.progress import Progress, silent
from quinary.store.database import Database
from quinary.store.queries import stored_points

if TYPE_CHECKING:
    from quinary.learning.data import LearningTable
    from quinary.points.point import DataPoint

__all__ = [
    "OUTDATED",
    "Learned",
    "finished_folder",
    "gather",
    "kept_of",
    "learn",
    "models_known",
    "service_of",
]

OUTDATED: Final = "the model before learned from values that have since been refused, superseded or changed"
_DECIMALS: Final = 6
_FEWEST_TRAINING: Final = 10


@dataclass(frozen=True, slots=True)
class Learned:
    """What came of learning. `kept` is the model now in force; `verdict` says whether it is the new one, and why not."""

    study: Study
    calibration: Calibration
    model: SavedModel
    kept: KeptModel
    is_replaced: bool
    verdict: str
    warnings: tuple[str, ...] = ()


def finished_folder() -> Path:
    """Where finished evaluations are kept."""
    return cache_folder("evaluations")


def gather(
    question: Question, database: Database | None = None, file: Path | None = None, together: Sequence[str] = ()
) -> Gathered:
    """The table of a question: from a file, else from the store, else (or where that has no value) the embedded tables.

    With `together` also those of other methods or properties, from the same source.

    Raises:
        InputError: nothing answers the question, or one of `together` is not known or has no value there.
    """
    found = _own_table(question, database, file)
    if not together:
        return found

    def points_of(name: str) -> Iterable[DataPoint]:
        if file is not None:
            return points_of_file(file, name)
        if database is None or not found.facts.store:
            return embedded_points(name)
        with database.read() as connection:  # the state that the table was read from
            return list(stored_points(connection, name, until=found.facts.data_counter))

    return with_others(question, found, together, points_of)


def _own_table(question: Question, database: Database | None, file: Path | None) -> Gathered:
    if file is not None:
        return gathered(question, points_of_file(file, question.property), store=f"file {file.name}")
    if database is not None:
        points, years, counter = known_in(database, question.property)
        if points:
            data = gathered(question, points, years, store=FROM_STORE, counter=counter)
            old = kept_of(question, FROM_STORE, StoreShelf(database).models())
            return replace(data, has_outdated=old is not None and not still_stands(database, old.card))
    return gathered(question, embedded_points(question.property))


def kept_of(question: Question, store: str, models: Iterable[KeptModel]) -> KeptModel | None:
    """The model that is kept for a question and a source of points (`ModelCard.store`)."""
    asked = question.property, question.kind, store, question.conditions.as_dict()
    cards = ((one, one.card) for one in models)
    return next((one for one, c in cards if (c.property, c.kind, c.store, dict(c.conditions)) == asked), None)


def learn(
    question: Question,
    data: Gathered,
    settings: StudySettings,
    shelf: Shelf,
    progress: Progress = silent,
    *,
    is_asked: bool = True,
) -> Learned:
    """Judge models, choose one, train it on all rows and put it on the shelf, unless the one that is there is better.

    Where the two cannot be compared on the same folds the new one is kept if a person asked for it (`is_asked`), and the
    old one if a loop came by. What was judged on random folds never takes the place of what was not. A model that learned
    from values which count no more goes without a comparison.

    Raises:
        InputError: the table cannot teach anything honest; the message has the remedy.
        WorkError: the model cannot be kept.
    """
    told = replace(settings, physics=PHYSICS_COLUMN if PHYSICS_COLUMN in data.table.columns else "")
    finished = Finished(finished_folder())
    study = study_of(data.table, told, finished, progress, data.others)
    study = replace(study, warnings=(*data.warnings, *study.warnings))
    calibration = calibration_of(study)
    progress("training on all rows", 1, 1)
    facts = (data.together if study.chosen.model in FROM_OTHERS else None) or data.facts
    packaged = kept_of(question, "", packaged_models()) if data.facts.store else None
    facts = replace(
        facts, empirical=against_usual(study, question), packaged=against_packaged(study, question, packaged)
    )
    model = trained_model(study, calibration, facts)
    old = next((kept for kept in shelf.models() if kept.name == model_name(model.card)), None)
    better, verdict = (True, OUTDATED) if old and data.has_outdated else _is_accepted(old, study, finished, is_asked)
    doubts = tuple(text for text in (model.card.doubt, model.card.lag) if text)
    study = replace(study, warnings=(*study.warnings, *doubts))
    kept = shelf.keep(model) if better or old is None else old
    return Learned(study, calibration, model, kept, better, verdict, study.warnings)


def _is_accepted(old: KeptModel | None, study: Study, finished: Finished, is_asked: bool) -> tuple[bool, str]:
    """Whether the new model takes the place of the old one, and the reason in words.

    Both are judged on the same held-out rows: the new one after training on all other rows, the old recipe, with its own
    descriptors and columns, after training on those of them that the old model knew.
    """
    if old is None:
        return True, "there was no model before"
    if is_random_split(study.settings.split) and not old.card.is_random:
        return False, f"kept the model before, which was judged by {old.card.split}: random folds flatter the new one"
    try:
        held_out = _old_predictions(old, study, finished)
    except InputError as error:
        outcome = "the new model takes its place" if is_asked else "kept the model before"
        return is_asked, f"the model before cannot be judged on the same folds ({error.message}); {outcome}"
    score = main_score(study.table)
    rows = study.chosen.held_out.rows
    truth, systems = study.table.target[rows], study.table.groups["system"][rows]
    is_kept = is_worse(score, truth, study.chosen.held_out.predicted, held_out, systems)
    before = score_value(score, truth, held_out, systems).value
    text = f"{score} {study.score.value:.4g}, the model before {before:.4g} on the same folds"
    return not is_kept, f"{text}; {'kept the model before' if is_kept else 'the new model takes its place'}"


def _old_predictions(old: KeptModel, study: Study, finished: Finished) -> NDArray[Any]:
    """Held-out predictions of the old recipe, trained in each fold on the rows that the old model knew.

    Raises:
        InputError: the recipe cannot be followed on these rows.
    """
    if old.card.model not in MODELS:
        raise InputError(f"no model is called {old.card.model} here")
    recipe = old.load()
    lacking = sorted(set(recipe.columns) - set(study.table.columns))
    if lacking:
        raise InputError(f"the rows do not have its column {', '.join(lacking)}")
    table = replace(study.table, columns={name: study.table.columns[name] for name in recipe.columns})
    features = table_features(table, recipe.feature_sets)
    setting = setting_of(table, features, old.card.physics, study.settings.seed, study.settings.n_trees)
    is_known = _known_rows(recipe, table)
    splits = [Split(split.train[is_known[split.train]], split.test, split.label) for split in study.splits]
    if min(len(split.train) for split in splits) < _FEWEST_TRAINING:
        raise InputError("it knew too few of the rows")
    evaluator = Evaluator(table, features.values, setting, old.card.n_settings, finished)
    return evaluator.judgement(old.card.model, splits).held_out.predicted


def _known_rows(recipe: SavedModel, table: LearningTable) -> NDArray[np.bool_]:
    """True for rows whose composition the model was trained on, shape (N,)."""
    order = [recipe.elements.index(s) if s in recipe.elements else -1 for s in table.matrix.elements]
    known = {row.tobytes() for row in np.round(recipe.known, _DECIMALS)}
    over = np.zeros((len(table), len(recipe.elements)))
    is_known = np.ones(len(table), dtype=bool)
    for column, place in enumerate(order):
        if place >= 0:
            over[:, place] = table.matrix.fractions[:, column]
        else:
            is_known &= table.matrix.fractions[:, column] == 0.0
    return np.asarray(is_known & np.array([row.tobytes() in known for row in np.round(over, _DECIMALS)]))


def models_known(database: Database | None) -> list[KeptModel]:
    """The models that may be asked: those of the store, if there is one, then those of the package.

    Not those of the store which learned from values that count no more, and that none could take the place of.

    Raises:
        WorkError: the store cannot be read.
    """
    if database is None:
        return list(packaged_models())
    outdated = outdated_models(database)
    return [*(kept for kept in StoreShelf(database).models() if kept.digest not in outdated), *packaged_models()]


def service_of(database: Database | None, *, model: str = "", is_strict: bool = True) -> PredictionService:
    """The service that answers for a store, or without one for the embedded data alone.

    `model` and `is_strict` are those of `PredictionService`.

    Raises:
        InputError: no predictor or model is called `model`.
        WorkError: the store cannot be read.
    """
    if database is None and not model:
        return packaged_service()
    return PredictionService(models_known(database), model=model, is_strict=is_strict)
