"""Data frames of documents: the mechanism behind every verb that is a table in Python."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, ParamSpec, TypeAlias

import pandas as pd

__all__ = ["Row", "by_rows_of_a_series", "in_a_table", "joined", "numbers_apart"]

P = ParamSpec("P")
Row: TypeAlias = Mapping[str, Any]

_NUMBERS: Final = frozenset(
    {"value", "low", "high", "uncertainty", "seconds", "score", "urgency", "least", "greatest", "year"}
)


def in_a_table(
    verb: Callable[P, dict[str, Any]], *keys: str, columns: Sequence[str] = (), row: Callable[[Row], Row] = dict
) -> Callable[P, pd.DataFrame]:
    """A verb as a function of the same parameters that returns a data frame.

    Args:
        verb: returns a document.
        keys: the list in it that is the table, the first of these that is there; what else is there goes to `attrs`.
        columns: of the table, also of an empty one; without them those that the rows have.
        row: makes a flat row of an entry of the list.
    """

    @functools.wraps(verb)
    def table(*args: P.args, **kwargs: P.kwargs) -> pd.DataFrame:
        document = verb(*args, **kwargs)
        key = next(name for name in keys if name in document)
        found = _frame([row(entry) for entry in document[key]], columns)
        found.attrs.update({name: value for name, value in document.items() if name != key})
        return found

    before, returns, after = (verb.__doc__ or "").partition("Returns:\n")
    rows = f"        A data frame with a row for each of {' or '.join(keys)}, and the rest in `attrs`. As a document this is\n"
    table.__doc__ = f"{before}{returns}{rows}{after}"
    return table


def _frame(rows: Sequence[Row], columns: Sequence[str] = ()) -> pd.DataFrame:
    """The rows under the columns; what is a number by its meaning has a numeric column, with NaN where there is none."""
    found = pd.DataFrame(list(rows), columns=list(columns) or None)
    for name in _NUMBERS & {*found.columns}:
        if not any(isinstance(value, str) for value in found[name]):
            found[name] = pd.to_numeric(found[name])
    return found


def numbers_apart(entry: Row) -> dict[str, Any]:
    """The entry with its `value` a number and its `category` a text, one of which it has; tables can then count with it."""
    value = entry["value"]
    is_class = isinstance(value, str)
    return {**entry, "value": None if is_class else value, "category": value if is_class else None}


def joined(entry: Row) -> dict[str, Any]:
    """The entry with lists of words as text, `BCC+FCC`."""
    return {name: "+".join(value) if _is_words(value) else value for name, value in entry.items()}


def _is_words(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


def by_rows_of_a_series(table: Callable[P, pd.DataFrame]) -> Callable[P, pd.DataFrame]:
    """The same table with the index of the Series of formulas that was handed over, for as many rows as each formula has."""

    @functools.wraps(table)
    def indexed(*args: P.args, **kwargs: P.kwargs) -> pd.DataFrame:
        found = table(*args, **kwargs)
        formulas = args[0] if args else kwargs.get("formulas")
        if isinstance(formulas, pd.Series) and kwargs.get("file") is None and len(formulas):
            found.index = formulas.index.repeat(len(found) // len(formulas))
        return found

    return indexed
