"""Transformers that turn compositions into descriptors, for scikit-learn's pipelines.

    make_pipeline(CompositionFeaturizer(["mixing_entropy", "elemental_statistics"]), RandomForestRegressor())

`CompositionFeaturizer` takes what names an alloy, `CeramicFeaturizer` what names a ceramic, `FractionFeaturizer` numbers with
one column an element. With `set_output(transform="pandas")` each gives a data frame that keeps the index.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted, check_non_negative, validate_data

from quinary.chemistry.composition import Composition
from quinary.chemistry.matrix import CompositionMatrix, as_matrix
from quinary.descriptors.ceramic_sets import compute_ceramic_descriptors, reason_for_ceramic, resolved_ceramic_names
from quinary.descriptors.sets import compute_descriptors, resolved_names
from quinary.descriptors.statistics import STATISTICS
from quinary.errors import InputError, unknown_name
from quinary.reference.elements import atomic_numbers, symbols

if TYPE_CHECKING:
    from sklearn.utils import Tags

__all__ = ["CeramicFeaturizer", "CompositionFeaturizer", "FractionFeaturizer"]

_NOT_FINITE: Final = ("raise", "nan")
# Known for every element, so that any row of amounts has them.
_ALWAYS_KNOWN: Final = tuple(f"{name}_{word}" for name in ("atomic_number", "period") for word in STATISTICS)


class _Featurizer(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """What the transformers share: the names they give, and what becomes of values that are not finite."""

    descriptors: str | Sequence[str]
    not_finite: str

    def get_feature_names_out(self, input_features: object = None) -> NDArray[np.object_]:  # noqa: ARG002 - scikit-learn's
        """The names of the descriptors, in the order of the columns; `input_features` play no part."""
        check_is_fitted(self)
        return np.array(self._names, dtype=object)

    def _learn_names(self) -> None:
        if self.not_finite not in _NOT_FINITE:
            raise unknown_name("way with values that are not finite", str(self.not_finite), _NOT_FINITE)
        self._names = self._resolved()

    def _resolved(self) -> tuple[str, ...]:
        return resolved_names(self.descriptors)

    def _described(self, matrix: CompositionMatrix) -> NDArray[np.float64]:
        columns = compute_descriptors(matrix, self._names)
        table = np.column_stack([columns[name] for name in self._names])
        is_open = ~np.isfinite(table)
        if is_open.any() and self.not_finite == "raise":
            row, place = np.argwhere(is_open)[0]
            raise InputError(_reason(matrix, int(row), self._names[place]))
        table[is_open] = np.nan
        return table


class _FormulaFeaturizer(_Featurizer, ABC):
    """What the transformers of formulas share: one column that names a material."""

    def fit(self, X: Any, y: object = None) -> Self:  # noqa: ARG002, N803 - scikit-learn's names
        """Read the compositions; nothing is learned from them.

        Args:
            X: formulas, mappings, `Composition` objects (ours or pymatgen's): a sequence, a Series, or an array or data
                frame of one column.
            y: plays no part.

        Raises:
            InputError: a composition cannot be read or is of the other kind, unknown descriptor, more than one column.
        """
        self._learn_names()
        self._read(X)
        self.n_features_in_ = 1
        if hasattr(X, "columns"):
            self.feature_names_in_ = np.array([str(name) for name in X.columns], dtype=object)
        elif hasattr(self, "feature_names_in_"):
            del self.feature_names_in_
        return self

    @abstractmethod
    def _read(self, table: Any) -> list[Composition]:
        """The compositions, all of the kind that is wanted."""

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.no_validation = True
        tags.requires_fit = True
        return tags


class CompositionFeaturizer(_FormulaFeaturizer):
    """Compositions of alloys -> descriptors, one row a composition.

    Args:
        descriptors: a set (`alloy`, `elemental_statistics`, `all`), a descriptor, or a list of both.
        not_finite: what happens where a descriptor has no finite value (an element without a tabulated value, a ratio
            over zero): `raise` an error that names element and descriptor, or give `nan`, for an imputer to fill.
    """

    def __init__(self, descriptors: str | Sequence[str] = "alloy", not_finite: str = "raise") -> None:
        self.descriptors = descriptors
        self.not_finite = not_finite

    def transform(self, X: Any) -> NDArray[np.float64]:  # noqa: N803
        """The descriptors, shape (n_compositions, n_descriptors), each in its own unit.

        Raises:
            InputError: see `fit`; a value that is not finite, unless `not_finite` is `nan`.
        """
        check_is_fitted(self)
        return self._described(as_matrix(self._read(X)))

    def _read(self, table: Any) -> list[Composition]:
        compositions = _compositions(table)
        ceramic = next((composition.formula for composition in compositions if composition.is_ceramic), None)
        if ceramic is not None:
            raise InputError(f"{ceramic} is a ceramic; these descriptors are for alloys: take CeramicFeaturizer")
        return compositions


class CeramicFeaturizer(_FormulaFeaturizer):
    """Carbides, nitrides, borides and oxides -> descriptors of the metals, the anions and the binary ceramics, one row each.

    Args:
        descriptors: a set (`ceramic`, `electron_criteria`, `oxide`, `all`), a descriptor, or a list of both.
        not_finite: what happens where a descriptor has no finite value, since a binary ceramic is not tabulated or the
            descriptor is for other ceramics: give `nan`, for an imputer to fill, or `raise` an error that says why.
    """

    def __init__(self, descriptors: str | Sequence[str] = "ceramic", not_finite: str = "nan") -> None:
        self.descriptors = descriptors
        self.not_finite = not_finite

    def transform(self, X: Any) -> NDArray[np.float64]:  # noqa: N803
        """The descriptors, shape (n_ceramics, n_descriptors), each in its own unit.

        Raises:
            InputError: see `fit`; a value that is not finite, if `not_finite` is `raise`.
        """
        check_is_fitted(self)
        ceramics = self._read(X)
        columns = compute_ceramic_descriptors(ceramics, self._names)
        table = np.column_stack([columns[name] for name in self._names])
        is_open = ~np.isfinite(table)
        if is_open.any() and self.not_finite == "raise":
            row, place = np.argwhere(is_open)[0]
            name = self._names[place]
            why = reason_for_ceramic(ceramics[row], name, float(table[row, place]))
            raise InputError(f"{name} of row {row} ({ceramics[row].formula}) is not finite: {why}")
        table[is_open] = np.nan
        return table

    def _resolved(self) -> tuple[str, ...]:
        return resolved_ceramic_names(self.descriptors)

    def _read(self, table: Any) -> list[Composition]:
        compositions = _compositions(table)
        alloy = next((composition.formula for composition in compositions if not composition.is_ceramic), None)
        if alloy is not None:
            raise InputError(f"{alloy} is an alloy; these descriptors are for ceramics: take CompositionFeaturizer")
        return compositions


class FractionFeaturizer(_Featurizer):
    """Amounts of elements (atomic, any scale; rows are normalised) -> descriptors, one row a composition.

    Args:
        elements: the element of each column; None: the names of the columns of a data frame, and for a table without
            names the elements in order of atomic number.
        descriptors: as in `CompositionFeaturizer`; by default those that every element has values for.
        not_finite: as in `CompositionFeaturizer`, but `nan` by default, which scikit-learn's imputers
            fill; a row without any element has no finite value either.
    """

    def __init__(
        self,
        elements: Sequence[str] | None = None,
        descriptors: str | Sequence[str] = ("mixing_entropy", *_ALWAYS_KNOWN),
        not_finite: str = "nan",
    ) -> None:
        self.elements = elements
        self.descriptors = descriptors
        self.not_finite = not_finite

    def fit(self, X: Any, y: object = None) -> Self:  # noqa: ARG002, N803
        """Take the elements of the columns; nothing is learned from the rows.

        Raises:
            InputError: unknown element or descriptor, or another number of elements than of columns.
            ValueError: the table is not one of finite numbers >= 0.
        """
        self._learn_names()
        table = validate_data(self, X, dtype=np.float64)
        check_non_negative(table, "FractionFeaturizer.fit")
        self.elements_ = self._elements_of(table.shape[1])
        return self

    def transform(self, X: Any) -> NDArray[np.float64]:  # noqa: N803
        """The descriptors, shape (n_compositions, n_descriptors), each in its own unit.

        Raises:
            InputError: a row without any element; a value that is not finite, unless `not_finite` is `nan`.
            ValueError: the table is not one of finite numbers >= 0 with the columns that were fitted.
        """
        check_is_fitted(self)
        table = validate_data(self, X, dtype=np.float64, reset=False)
        check_non_negative(table, "FractionFeaturizer.transform")
        total = table.sum(axis=1, keepdims=True)
        is_empty = total[:, 0] == 0
        if is_empty.any() and self.not_finite == "raise":
            raise InputError(f"row {np.argmax(is_empty)} holds no element: its amounts are all zero")
        described = self._described(CompositionMatrix(self.elements_, table / np.where(total == 0, 1.0, total)))
        described[is_empty] = np.nan
        return described

    def _elements_of(self, n_columns: int) -> tuple[str, ...]:
        named = getattr(self, "feature_names_in_", None)
        if self.elements is not None:
            elements = tuple(self.elements)
        else:
            elements = tuple(named) if named is not None else symbols()[:n_columns]
        if len(elements) != n_columns:
            raise InputError(f"the table has {n_columns} columns for {len(elements)} elements")
        for symbol in elements:
            if symbol not in atomic_numbers():
                raise unknown_name("element", symbol, atomic_numbers())
        if len(set(elements)) < len(elements):
            raise InputError(f"an element is named twice in {', '.join(elements)}")
        return elements

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.positive_only = True
        return tags


def _compositions(table: Any) -> list[Composition]:
    """The compositions in whatever holds them."""
    shape = getattr(table, "shape", None)
    if shape is not None and len(shape) == 2:
        if shape[1] != 1:
            raise InputError(
                f"compositions come in one column, not {shape[1]}; for columns of elements: FractionFeaturizer"
            )
        table = np.asarray(table, dtype=object)[:, 0]
    if isinstance(table, str | Mapping | Composition) or not isinstance(table, Iterable):
        raise InputError("a sequence of compositions is needed; put a single one into a list")
    rows = [row[0] if isinstance(row, list | tuple | np.ndarray) and len(row) == 1 else row for row in table]
    return [Composition.of(row) for row in rows]


def _reason(matrix: CompositionMatrix, row: int, name: str) -> str:
    """Why a descriptor of a composition is not finite, in words: the elements without a value, or a ratio over zero."""
    present = [symbol for symbol, amount in zip(matrix.elements, matrix.fractions[row], strict=True) if amount > 0]
    # Fe and Ni have every value: with one of them, an element has a finite descriptor or lacks a value.
    pairs = [{symbol: 1.0, "Ni" if symbol == "Fe" else "Fe": 1.0} for symbol in present]
    values = compute_descriptors(as_matrix(pairs), (name,))[name]
    unknown = [symbol for symbol, value in zip(present, values, strict=True) if np.isnan(value)]
    why = (
        f"no value is tabulated for {', '.join(unknown)}" if unknown else "a pair without a value or a ratio over zero"
    )
    formula = "".join(present)
    return f"{name} of row {row} ({formula}) is not finite: {why}; leave it out, or take not_finite='nan' and impute"
