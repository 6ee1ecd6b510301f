"""The six sockets: what a plug-in of each kind takes and gives. A plug-in computes and never sees the store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.anions import Anions
from quinary.chemistry.composition import Composition
from quinary.chemistry.matrix import CompositionMatrix
from quinary.errors import unknown_name
from quinary.materials.voids import Void
from quinary.outgoing import told
from quinary.plugins.thermodynamic_file import ThermodynamicFile
from quinary.points.conditions import AMBIENT, Conditions
from quinary.points.point import DataPoint, Method
from quinary.points.property import Property
from quinary.points.quantity import Quantity
from quinary.progress import Progress, silent
from quinary.reference.choices import TableChoice
from quinary.reference.lattices import DEFAULT_TABLE, LATTICES, TABLES
from quinary.requests import Form, Request, Verdict

__all__ = [
    "AdjustableDescriptorPlugin",
    "Anions",
    "DefiningReaderPlugin",
    "DescriptorPlugin",
    "Estimate",
    "GenerationTask",
    "GeneratorPlugin",
    "MatrixDescriptorPlugin",
    "Predict",
    "PredictionTask",
    "PredictorPlugin",
    "ReadOptions",
    "ReaderPlugin",
    "Rejection",
    "SearcherPlugin",
    "SlowValidatorPlugin",
    "TableReaderPlugin",
    "ValidationSettings",
    "ValidatorPlugin",
]


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that could not be used: its line (1-based, as an editor or a spreadsheet counts) and why."""

    line: int
    reason: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "reason", told(self.reason))


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a user says about a file: property -> column heading, column heading -> unit, source facts.

    `columns` may also map `formula`, `doi`, `structure`, `processing`, `uncertainty` and condition names to headings; a
    property may have the temperature (K) of its tests with it, `yield_strength@1273`. `method` is that of all values whose
    column says nothing closer. How a table is laid out is found out where it is empty: `sheet` by name or number,
    `encoding`, `delimiter`, `decimal` mark, and the rows of the headings as `header`, such as `2` or `2-3`.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    doi: str = ""
    licence: str = ""
    method: Method | None = None
    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""
    decimal: str = ""
    header: str = ""

    @property
    def layout(self) -> dict[str, str]:
        """What is said about how a table is laid out, by the name of the option."""
        names = ("sheet", "encoding", "delimiter", "decimal", "header")
        return {name: stated for name in names if (stated := getattr(self, name))}


@runtime_checkable
class ReaderPlugin(Protocol):
    """File -> points. Reads in a stream, yields a `Rejection` for every row that cannot be used, never stops at one."""

    name: str
    version: str

    def recognises(self, path: Path) -> bool:
        """True if the file looks like this reader's format, judged by its first bytes or lines."""
        ...

    def read(self, path: Path, options: ReadOptions) -> Iterator[DataPoint | Rejection]:
        """Points and rejections in the order of the file.

        Raises:
            InputError: the file as a whole cannot be read.
        """
        ...


@runtime_checkable
class TableReaderPlugin(ReaderPlugin, Protocol):
    """A reader of tables with any headings, which can say what it does not take."""

    def columns_left_out(self, path: Path, options: ReadOptions) -> Mapping[str, str]:
        """Heading -> how to have it read (empty where nobody can tell), of the columns that nothing is read from.

        Raises:
            InputError: the file as a whole cannot be read.
        """
        ...


@runtime_checkable
class DefiningReaderPlugin(ReaderPlugin, Protocol):
    """A reader of files that bring definitions of properties along."""

    def definitions(self, path: Path) -> Sequence[Property]:
        """The properties that a file defines; none if it cannot be read, which `read` says.

        Raises:
            InputError: a definition cannot be used.
        """
        ...


@runtime_checkable
class SearcherPlugin(Protocol):
    """Voids -> documents in which the missing values may be found or entered."""

    name: str
    version: str

    def search(self, voids: Iterable[Void], formulas: Mapping[str, str], out: Path) -> Path:
        """Write what is wanted to `out`; `formulas` gives the formula of each material key.

        Raises:
            WorkError: the file cannot be written.
        """
        ...


@dataclass(frozen=True, slots=True)
class PredictionTask:
    """Compositions (N rows) and what is known of them: all of them alloys, or all of them ceramics with the same anions.

    The matrix holds the atomic fractions of alloys, and the cation fractions of ceramics with one cation sublattice, whose
    anions are `anions`. `quinary.plugins.tasks.prediction_tasks` makes tasks of any mixture of materials. `structures` are
    the reported phases of each row (empty tuple: none reported); `lattice` is used where no reported phase has one; `table`
    names the elemental set and `replacement` what stands in for a missing lattice; `mixing` is `physical` or `atomic` (the
    plain atomic-fraction average that published data sets use even for density and price).
    """

    matrix: CompositionMatrix
    structures: Sequence[tuple[str, ...]] = ()
    lattice: str = "bcc"
    table: str = DEFAULT_TABLE
    conditions: Conditions = AMBIENT
    mixing: str = "physical"
    replacement: str = "stable"
    anions: Anions = ()

    def __post_init__(self) -> None:
        if self.lattice not in LATTICES:
            raise unknown_name("lattice", self.lattice, LATTICES)
        if self.table not in TABLES:
            raise unknown_name("elemental table", self.table, TABLES)

    @property
    def is_ceramic(self) -> bool:
        """True if the rows are ceramics."""
        return bool(self.anions)


@dataclass(frozen=True, slots=True)
class Estimate:
    """Predicted values of one property: arrays of shape (N,).

    `values` and `uncertainties` (one standard deviation) are in the unit of the property, NaN where the predictor cannot
    say; `reasons` says why there, and is empty elsewhere; `details` says for each row how the value was obtained.
    """

    values: NDArray[np.float64]
    uncertainties: NDArray[np.float64]
    is_in_domain: NDArray[np.bool_]
    method: Method
    details: tuple[str, ...]
    reasons: tuple[str, ...]


@runtime_checkable
class PredictorPlugin(Protocol):
    """Composition + conditions -> value, spread, domain.

    `materials` names the kinds it is for, `alloy` or `ceramic`. Where several predictors know one property of a kind, the
    one with the highest `preference` is asked unless the user names another: 0 is for bounds and for laws kept for
    comparison, 50 for the usual choice, above it for what has beaten that choice on data that it had not seen.
    `uses_conditions` are the conditions that change the answer, such as temperature; the others have none to offer.

    A predictor may also have `is_row_exact = True`: a row's answer is the same to the last digit whatever other rows and
    elements stand beside it (see `quinary.chemistry.element_sums`), and rows of many systems may be asked together.
    """

    name: str
    version: str
    source: str
    properties: tuple[str, ...]
    materials: tuple[str, ...]
    preference: int
    uses_conditions: tuple[str, ...]

    def elements(self, name: str, anions: Anions = ()) -> frozenset[str]:
        """The elements (of a ceramic: the metals beside these anions) for which it can say anything about a property."""
        ...

    def predict(self, name: str, task: PredictionTask) -> Estimate:
        """Values of one property for every row of the task.

        Raises:
            InputError: unknown lattice, table or mixing.
        """
        ...

    def form(self, name: str, elements: tuple[str, ...], task: PredictionTask) -> Form | None:
        """The property as a function of the fractions of `elements` if it has a simple one, such as an average, else None.

        From forms, bounds are proven and samples moved (see `quinary.requests.forms`).
        """
        ...


@runtime_checkable
class DescriptorPlugin(Protocol):
    """Composition -> number: closed forms of the composition, computed when asked."""

    name: str
    version: str
    source: str
    properties: tuple[str, ...]

    def covers(self, composition: Composition) -> bool:
        """True for the kind of material that this plug-in describes (an alloy, a ceramic, an oxide)."""
        ...

    def describe(self, compositions: Sequence[Composition]) -> Mapping[str, NDArray[np.float64]]:
        """Property -> values, shape (N,): NaN where an element has no tabulated value or the material is not covered.

        Two plug-ins may give one property as long as no material is covered by both.
        """
        ...


@runtime_checkable
class MatrixDescriptorPlugin(DescriptorPlugin, Protocol):
    """A descriptor plug-in that covers every alloy and can take a whole matrix of them: no `Composition` has to be made."""

    def describe_matrix(self, matrix: CompositionMatrix) -> Mapping[str, NDArray[np.float64]]:
        """What `describe` gives for the rows of a matrix of alloys: property -> values, shape (N,)."""
        ...


@runtime_checkable
class AdjustableDescriptorPlugin(MatrixDescriptorPlugin, Protocol):
    """A descriptor plug-in whose tables of radii and pair enthalpies, and whose gas constant, the user can choose."""

    def adjusted(self, choice: TableChoice, gas_constant: float) -> MatrixDescriptorPlugin:
        """The same descriptors from other tables and with another R, J/mol/K."""
        ...


class Predict(Protocol):
    """What a plug-in or a search may ask about properties, without knowing who answers, or of which store."""

    def values(self, quantity: Quantity, task: PredictionTask) -> NDArray[np.float64]:
        """Values of the quantity for every row of the task, shape (N,), NaN where there is none.

        Raises:
            InputError: nobody answers for the quantity.
        """
        ...

    def form(self, quantity: Quantity, elements: tuple[str, ...], task: PredictionTask) -> Form:
        """The quantity as a function of the fractions of `elements`.

        Raises:
            InputError: nobody answers for the quantity.
        """
        ...


@dataclass(frozen=True, slots=True)
class GenerationTask:
    """What a generator may learn from: known compositions and the requested properties of each.

    `known` has N rows over its elements; `values` maps property -> (N,) values of those rows. A generator that is trained
    keeps what it learned in the folder `cache`, named by data, settings, code and libraries. `forms` maps property ->
    its form over the elements of `known`, for generators that search by prediction; of a property that is not there, `predict`
    is asked.
    """

    known: CompositionMatrix
    values: Mapping[str, NDArray[np.float64]]
    request: Request
    seed: int
    cache: Path | None = None
    progress: Progress = silent
    forms: Mapping[str, Form] = field(default_factory=dict)
    predict: Predict | None = None


@runtime_checkable
class GeneratorPlugin(Protocol):
    """Request -> compositions: samples as the generator makes them, before anything is moved onto the request."""

    name: str
    version: str
    source: str

    def generate(self, task: GenerationTask, n_samples: int) -> CompositionMatrix:
        """`n_samples` compositions over the elements of `task.known`; the same task gives the same samples."""
        ...


@dataclass(frozen=True, slots=True)
class ValidationSettings:
    """How to validate.

    Attributes:
        temperature: of the equilibrium, K; None: 1273 K, and lower for an alloy that is not solid there.
        tdb: a thermodynamic database that was named; None: one of `databases` that covers the elements, else one that comes
            inside an installed package.
        databases: those that the store has registered.
        lattice, table: of the elemental values.
        potential: name of the interatomic potential; of several, joined by commas, the first gives the values and the others
            tell how far to trust them.
        n_atoms: fewest and most atoms in a computed cell.
        folder: where a rung may write files for a person to use, such as inputs; None: nowhere.
    """

    temperature: float | None = None
    tdb: Path | ThermodynamicFile | None = None
    lattice: str = "bcc"
    table: str = DEFAULT_TABLE
    potential: str = "diep"
    n_atoms: tuple[int, int] = (32, 54)
    folder: Path | None = None
    databases: tuple[ThermodynamicFile, ...] = ()


@runtime_checkable
class ValidatorPlugin(Protocol):
    """Candidate -> verdict. `order` is its place on the ladder: cheap rungs first."""

    name: str
    version: str
    source: str
    order: int

    def validate(self, composition: Composition, settings: ValidationSettings) -> Verdict:
        """The verdict of this rung; a rung that cannot say anything gives the outcome `skipped` with the reason.

        Raises:
            InputError: the settings cannot be used, such as a database that does not cover the elements.
            WorkError: the calculation failed.
        """
        ...


@runtime_checkable
class SlowValidatorPlugin(ValidatorPlugin, Protocol):
    """A rung that can take long enough for a person to want to know before."""

    def seconds_for(self, composition: Composition, settings: ValidationSettings) -> float:
        """About how long one candidate takes on one idle core, s."""
        ...
