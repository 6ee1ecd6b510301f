"""The models of the prediction loop: trained when there is enough to learn from, again when enough has changed.

The rule: what the policy wants predicted at ambient conditions is learned once the store knows it for 100 different
compositions, and again when the number of its values has grown or shrunk by a tenth; at once when a value that the model
learned from has been refused, superseded or changed. Of many compositions a sample is learned from. Few and quick models
are judged here; `quinary learn` judges more, and what it finds stays unless, on the same folds, it is worse than what is
learned here, or learned from values that count no more. The models lie in the store itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from sqlalchemy import distinct, func, select
from sqlalchemy.engine import Connection

from quinary.errors import InputError
from quinary.learning.judging import StudySettings
from quinary.learning.keeping import FROM_STORE, KeptModel
from quinary.loops.training.learned import OUTDATED, kept_of, learn, models_known
from quinary.loops.training.learning_data import KINDS, Question, gathered, known_in
from quinary.loops.training.shelves import StoreShelf
from quinary.loops.training.validity import TRIED, still_stands
from quinary.loops.work import process_name
from quinary.materials.policy import Policy
from quinary.points.point import Method, Origin
from quinary.points.properties import property_named
from quinary.prediction.chances import SINGLE_PHASE
from quinary.progress import Progress, silent
from quinary.store.database import Database
from quinary.store.in_force import still_counts
from quinary.store.kept import stored_models
from quinary.store.refusals import is_refused, knowledge_change
from quinary.store.schema import decision, material, point, retired, withdrawal
from quinary.store.work import log_event, set_setting, setting_of

if TYPE_CHECKING:
    from quinary.learning.data import LearningTable

__all__ = ["FEWEST_COMPOSITIONS", "GROWTH", "ModelsInForce", "models_by_version", "models_in_force"]

FEWEST_COMPOSITIONS: Final = 100  # fewer leave less than 20 to a fold, and 90 % intervals that rest on ten errors
GROWTH: Final = 0.1
_MOST_ROWS: Final = (
    4000  # more would take minutes to judge and gain little: errors fall with about the root of the number
)
# Measured on the embedded data: none of the others is better by more than one standard error, and these take seconds.
_MODELS: Final = ("lasso", "pair_ridge", "support_vectors", "extra_trees")
_SEEN: Final = "learning.seen"
_TAUGHT: Final = tuple(method.value for method in (Method.MEASURED, Method.DFT, Method.POTENTIAL, Method.CALPHAD))


@dataclass(frozen=True, slots=True)
class ModelsInForce:
    """The learned models that the loop may ask, each as `name=version`; `is_renewed` if one of them was just trained."""

    versions: tuple[str, ...]
    is_renewed: bool = False


def models_in_force(database: Database, policy: Policy, progress: Progress = silent) -> ModelsInForce:
    """Bring the models of the store up to date, and name those that the policy has a use for.

    Nothing is read but one number where the store knows no more than when this was last asked.

    Raises:
        WorkError: the store cannot be read or written.
    """
    wanted = [question for question, _ in _questions(policy)]
    if not wanted:
        return ModelsInForce(())
    is_renewed = False
    if not _is_seen(database, policy):
        with database.read() as connection:
            change, before = knowledge_change(connection), _seen(connection)
            counted = _counted(connection, before)
        is_doubtful = before is None or counted["undone"] != before["undone"]
        for question in wanted:
            known = counted["known"].get(_key(question.property, question.is_ceramic()), (0, 0))
            is_renewed |= _renew(database, question, tuple(known), is_doubtful, progress)
        with database.write() as connection:
            set_setting(connection, _SEEN, {"change": change, "policy": policy.version, **counted})
    names = {question.property for question in wanted} | _behind(policy)
    able = [kept for kept in models_known(database) if kept.card.property in names and not kept.card.doubt]
    return ModelsInForce(tuple(f"{kept.name}={kept.digest}" for kept in able), is_renewed)


def _behind(policy: Policy) -> set[str]:
    """The properties whose models answer for others that the policy wants: phases for the chance of a single one."""
    wants = {want.property for want in policy.wants if want.origin is Origin.PREDICTION}
    return {"phases"} if SINGLE_PHASE in wants else set()


def models_by_version(models: Sequence[KeptModel], versions: Sequence[str]) -> list[KeptModel]:
    """The models of these `name=version`, among those that a store and the package have.

    Raises:
        InputError: one of them is not there, or is another by now.
    """
    kept = {f"{one.name}={one.digest}": one for one in models}
    for version in versions:
        if version not in kept:
            raise InputError(
                f"the learned model {version} is not in the store, or has been replaced; run the cycle again"
            )
    return [kept[version] for version in versions]


def _questions(policy: Policy) -> Iterator[tuple[Question, bool]]:
    """What the policy wants predicted at ambient conditions, if it is a number; and whether of ceramics."""
    seen = set()
    for want in policy.wants:
        if want.origin is not Origin.PREDICTION or "" not in want.conditions_keys:
            continue
        if property_named(want.property).is_categorical:
            continue
        for kind in KINDS:
            is_ceramic = kind != "alloy"
            is_asked = want.kind == "all" or is_ceramic == (want.kind == "ceramic")
            if is_asked and (want.property, kind) not in seen:
                seen.add((want.property, kind))
                yield Question(want.property, kind), is_ceramic


def _is_seen(database: Database, policy: Policy) -> bool:
    """True if nothing that can be learned from has changed since the models were last brought up to date."""
    with database.read() as connection:
        seen = _seen(connection)
        is_same = seen is not None and (seen["change"], seen["policy"]) == (
            knowledge_change(connection),
            policy.version,
        )
        return is_same and _all_there(connection)


def _seen(connection: Connection) -> dict[str, Any] | None:
    """What was known when the models were last brought up to date; None before the first time."""
    seen = setting_of(connection, _SEEN)
    return seen if isinstance(seen, dict) else None


def _undone(connection: Connection) -> list[int]:
    """How many points supersede another, and the last change at which a person decided or points were retired.

    Only where this has changed can a value that was learned from count no more.
    """
    superseding = select(func.count()).select_from(point).where(point.c.supersedes.is_not(None))  # in an index
    last = 0
    for table in (decision, withdrawal, retired):
        newest = connection.execute(select(func.coalesce(func.max(table.c.change), 0))).scalar_one()
        last = max(last, int(newest))
    return [int(connection.execute(superseding).scalar_one()), last]


def _all_there(connection: Connection) -> bool:
    """True if every model that was kept for the store is still there: somebody may have removed one."""
    tried: dict[str, Any] = setting_of(connection, TRIED) or {}
    there = {kept.name for kept in stored_models(connection)}
    return all(entry["model"] in there for entry in tried.values() if entry["model"])


def _renew(
    database: Database, question: Question, known: tuple[int, int], is_doubtful: bool, progress: Progress
) -> bool:
    """Train the model of a question if the rule says so; True if it is another one now.

    `known`: numbers of points and compositions. `is_doubtful`: what was learned from may count no more.
    """
    key = f"{question.property} {question.kind}"
    n_points, n_compositions = known
    with database.read() as connection:
        tried = (setting_of(connection, TRIED) or {}).get(key)
        is_there = tried is None or not tried["model"] or _all_there(connection)
    old = kept_of(question, FROM_STORE, StoreShelf(database).models())
    is_outdated = old is not None and (
        (tried is not None and tried.get("outdated") == old.digest)
        or (is_doubtful and not still_stands(database, old.card))
    )
    is_due = tried is None or not is_there or _has_changed(tried, n_points) or bool(tried.get("outdated"))
    if not is_outdated and (not is_due or n_compositions < FEWEST_COMPOSITIONS):
        return False
    progress(f"learning {question.property}", 0, 0)
    name, is_new, said = _trained(database, question, is_outdated, progress)
    entry = {"points": n_points, "model": name, "outcome": said}
    if old is not None and is_outdated and not is_new:
        entry["outdated"] = old.digest
    with database.write() as connection:
        set_setting(connection, TRIED, {**(setting_of(connection, TRIED) or {}), key: entry})
        log_event(connection, process_name(), "learned", f"{question.property} of {question.kind}: {said}")
    return is_new


def _has_changed(tried: dict[str, Any], n_points: int) -> bool:
    return abs(n_points - int(tried["points"])) >= GROWTH * int(tried["points"])


def _trained(database: Database, question: Question, is_outdated: bool, progress: Progress) -> tuple[str, bool, str]:
    """(name of the model in force or empty, is it new, what to say of it)."""
    points, years, counter = known_in(database, question.property)
    rest = f"; {OUTDATED}, and is asked no more" if is_outdated else ""
    try:
        data = gathered(question, points, years, store=FROM_STORE, counter=counter)
        if len(data.table) < FEWEST_COMPOSITIONS:
            return "", False, f"{len(data.table)} rows, and {FEWEST_COMPOSITIONS} are needed{rest}"
        data = replace(data, table=_sampled(data.table), has_outdated=is_outdated)
        found = learn(question, data, StudySettings(models=_MODELS), StoreShelf(database), progress, is_asked=False)
    except InputError as error:
        return "", False, f"not learned: {error.message}{rest}"
    card = found.kept.card
    said = f"{card.model} from {card.n_rows} rows at change {card.data_counter}; {found.verdict}"
    return found.kept.name, found.is_replaced, said


def _sampled(table: LearningTable) -> LearningTable:
    """The table, or a sample of its rows drawn with a fixed seed if it is a large one."""
    if len(table) <= _MOST_ROWS:
        return table
    return table.rows(np.sort(np.random.default_rng(0).choice(len(table), _MOST_ROWS, replace=False)))


def _key(name: str, is_ceramic: bool) -> str:
    return f"{name} of {'ceramics' if is_ceramic else 'alloys'}"


def _counted(connection: Connection, before: dict[str, Any] | None) -> dict[str, Any]:
    """Under `known` the numbers of points that can be learned from, and of their compositions, by property and class.

    Only new points are counted while nothing was undone. Of a property with few compositions the number of them is then an
    upper bound; all is counted anew when that reaches what is needed.
    """
    last = int(connection.execute(select(func.coalesce(func.max(point.c.id), 0))).scalar_one())
    undone = _undone(connection)
    if before is not None and before["undone"] == undone:
        known = dict(before["known"])
        for key, (n_points, n_compositions) in _known(connection, before["last"]).items():
            n_before, m_before = known.get(key, (0, 0))
            known[key] = (n_before + n_points, m_before + n_compositions)
        reached = [key for key, (_, n_compositions) in known.items() if n_compositions >= FEWEST_COMPOSITIONS]
        if all(before["known"].get(key, (0, 0))[1] >= FEWEST_COMPOSITIONS for key in reached):
            return {"last": last, "undone": undone, "known": known}
    return {"last": last, "undone": undone, "known": _known(connection, 0)}


def _known(connection: Connection, after: int) -> dict[str, tuple[int, int]]:
    """Numbers of points with an id above `after` that can be learned from, and of their compositions."""
    query = (
        select(
            point.c.property,
            material.c.is_ceramic,
            func.count(),
            func.count(distinct(material.c.composition_key)),
        )
        .select_from(point.join(material, material.c.id == point.c.material_id))
        .where(point.c.id > after)
        .where(point.c.origin.in_([Origin.LITERATURE.value, Origin.VALIDATION.value]), point.c.method.in_(_TAUGHT))
        .where(still_counts(), ~is_refused())
        .group_by(point.c.property, material.c.is_ceramic)
    )
    return {_key(name, is_ceramic): (n, m) for name, is_ceramic, n, m in connection.execute(query)}
