"""Interatomic potentials by name: one loaded calculator of each a process, and a card that says what it is worth.

`diep` comes with Quinary. Others are used where the user has them: the packages named in `potential_names`, a calculator
that an entry point of the group `quinary.potentials` names, one of ASE's own, or `package.module:Calculator`. An entry
point or a module names something to call without arguments that gives an ASE calculator; if it has an attribute `card`
(a `PotentialCard`), that is its card. torch runs on one thread: cells of tens of atoms are slower on more, and work on
many structures is spread over processes.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import io
import sys
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, entry_points
from importlib.metadata import version as version_of
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from quinary.errors import InputError, QuinaryError, WorkError, unknown_name
from quinary.threads import one_torch_thread

if TYPE_CHECKING:
    from ase import Atoms
    from ase.calculators.calculator import Calculator

__all__ = [
    "DEFAULT_POTENTIAL",
    "PRECISIONS",
    "Potential",
    "PotentialCard",
    "failure_in_words",
    "load_potential",
    "names_of_ensemble",
    "potential_names",
]

DEFAULT_POTENTIAL: Final = "diep"
PRECISIONS: Final = ("double", "single")
_GROUP: Final = "quinary.potentials"


@dataclass(frozen=True, slots=True)
class PotentialCard:
    """What a potential is, and how far to trust it.

    Attributes:
        summary: architecture and training data in one line.
        licence: of the weights.
        source: DOI or package.
        errors: property -> typical relative error (energies: eV/atom), one standard deviation.
        weak: property -> elements -> factor by which their presence widens the error.
        notes: what else to know.
    """

    summary: str
    licence: str
    source: str
    errors: Mapping[str, float] = field(default_factory=dict)
    weak: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def error(self, quantity: str, elements: Collection[str]) -> float:
        """The error of a quantity for a material of these elements: relative, for energies eV/atom; NaN if not known."""
        factors = self.weak.get(quantity, {})
        return self.errors.get(quantity, float("nan")) * max(
            (factors.get(symbol, 1.0) for symbol in elements), default=1.0
        )

    def warnings(self, elements: Collection[str], quantities: Iterable[str] | None = None) -> list[str]:
        """One line for each quantity (default: all) in which elements of the material are a known weak spot."""
        lines = []
        for quantity in self.weak if quantities is None else quantities:
            weak = sorted(set(elements) & set(self.weak.get(quantity, {})))
            if weak:
                name = quantity.replace("_", " ")
                lines.append(
                    f"the potential is known to be poor in {name} with {', '.join(weak)}: the error is widened"
                )
        return lines


@dataclass(frozen=True, slots=True)
class Potential:
    """A loaded potential: give `calculator` to ASE, or use the functions of `energies`, `relax` and `efa`.

    The calculator is shared by all who load this potential in this process: use one structure after the other.
    """

    name: str
    version: str
    precision: str
    card: PotentialCard
    calculator: Calculator = field(repr=False, compare=False)

    @property
    def label(self) -> str:
        """Name and version, as values name what computed them."""
        return f"{self.name} {self.version}".strip()

    def prepared(self, atoms: Atoms) -> Atoms:
        """A copy of the atoms with this calculator, after a check that it can compute them.

        Raises:
            InputError: no atoms, an element the potential does not know, or a position that is not a number.
        """
        if not len(atoms):
            raise InputError("there are no atoms in the structure")
        if not (np.isfinite(atoms.positions).all() and np.isfinite(atoms.cell.array).all()):
            raise InputError(
                f"the structure {atoms.get_chemical_formula()} has positions or cell vectors that are not numbers"
            )
        known = getattr(self.calculator, "element_types", None)
        missing = sorted(set(atoms.get_chemical_symbols()) - set(known)) if known else []
        if missing:
            raise InputError(f"the potential {self.name} does not know {', '.join(missing)}")
        copy = atoms.copy()
        if hasattr(self.calculator, "reset"):
            self.calculator.reset()  # one that failed on other atoms may have been left half set up
        copy.calc = self.calculator
        return copy


@dataclass(frozen=True, slots=True)
class _BuiltIn:
    """Where a known package keeps its calculator, and the arguments that choose the weights."""

    module: str
    attribute: str
    package: str
    card: PotentialCard
    arguments: Mapping[str, Any] = field(default_factory=dict)


# Median errors over 11 metals and 12 ceramics against experiment and density-functional theory, and the elements that
# stood out there: G of V a sixth of experiment, of Ta a half, of Nb two thirds, of group 4 some 30 % low, B of Zr two thirds;
# Cr is magnetic, which no potential trained on single-point energies of non-magnetic cells describes. Those of other groups,
# and the errors of faults and surfaces (medians over nine metals): `quinary bench potentials`, docs/potentials.md.
_DIEP: Final = PotentialCard(
    "DIEP graph network, 0.4 M parameters, trained on MatPES r2SCAN (349,107 structures, 89 elements)",
    "BSD-3-Clause",
    "package diep 2.0.0; data 10.48550/arXiv.2503.04070",
    {
        "energy": 0.026,
        "lattice_parameter": 0.005,
        "bulk_modulus": 0.12,
        "shear_modulus": 0.15,
        "efa": 0.15,
        "unstable_stacking_fault_energy": 0.2,
        "surface_energy": 0.07,
    },
    {
        "shear_modulus": {
            "V": 3.0,
            "Nb": 3.0,
            "Ta": 3.0,
            "Cr": 2.0,
            "Be": 3.0,
            "Ca": 2.0,
            "Ti": 2.0,
            "Zr": 2.0,
            "Hf": 2.0,
            "Al": 2.5,
            "Pt": 3.0,
            "Au": 1.5,
        },
        "bulk_modulus": {"Zr": 2.5, "Cr": 4.0, "Y": 2.5},
        "efa": {"Cr": 3.0},
    },
    (
        "mean absolute error of energies 0.026 eV/atom on its test set: not for convex hulls",
        "in single precision energies of unrelaxed crystals depend on their orientation by up to 0.004 eV/atom",
    ),
)
_CHGNET: Final = PotentialCard(
    "CHGNet graph network with magnetic moments, trained on MPtrj (PBE + U)",
    "BSD-3-Clause",
    "10.1038/s42256-023-00716-3",
    {"energy": 0.03, "lattice_parameter": 0.006, "bulk_modulus": 0.3, "shear_modulus": 0.7},
    notes=(
        "too soft in shear, as most potentials trained on relaxation paths: a second opinion on lattices, not on shear",
        "moduli 20 and 67 % (metals), 12 and 73 % (ceramics) off in the mean, bulk and shear, bulk of W and Nb by a third",
        "single precision",
    ),
)
_SEVENN: Final = PotentialCard(
    "SevenNet-l3i5 equivariant graph network, trained on MPtrj (PBE + U)",
    "GPL-3.0",
    "10.1021/acs.jctc.4c00190",
    {"lattice_parameter": 0.005, "bulk_modulus": 0.06, "shear_modulus": 0.4},
    notes=("too soft in shear; good for lattice parameters and bulk moduli",),
)
_MACE: Final = PotentialCard(
    "MACE-MP-0 equivariant graph network, trained on MPtrj (PBE + U)",
    "MIT",
    "10.48550/arXiv.2401.00096",
    notes=("its weights are a download of that package's",),
)
_BUILT_IN: Final = {
    "diep": _BuiltIn("quinary.simulation.diep_potential", "load_diep", "diep", _DIEP),
    "chgnet": _BuiltIn("chgnet.model.dynamics", "CHGNetCalculator", "chgnet", _CHGNET),
    "sevenn": _BuiltIn("sevenn.calculator", "SevenNetCalculator", "sevenn", _SEVENN, {"model": "7net-l3i5"}),
    "mace": _BuiltIn("mace.calculators", "mace_mp", "mace-torch", _MACE),
}
_UNKNOWN_CARD: Final = PotentialCard("not known to Quinary", "not known", "given by the user")


def potential_names() -> list[str]:
    """Names that `load_potential` takes besides ASE's calculators and `package.module:Calculator`."""
    return sorted({*_BUILT_IN, *entry_points(group=_GROUP).names})


def names_of_ensemble(text: str) -> tuple[str, ...]:
    """`diep,chgnet` -> (`diep`, `chgnet`): the potentials of an ensemble, the one that gives the values first.

    Raises:
        InputError: no name, or one twice.
    """
    names = tuple(name.strip() for name in text.split(","))
    if not all(names):
        raise InputError(f"{text!r} names no potential; known: {', '.join(potential_names())}", potential_names())
    if len(set(names)) < len(names):
        raise InputError(f"{text!r} names a potential twice; an ensemble takes each once")
    return names


def failure_in_words(error: Exception, potential: Potential) -> str:
    """What a calculation that failed says to the user: ours as it is, those of ASE and torch with the potential's name."""
    if isinstance(error, QuinaryError):
        return error.message
    if isinstance(error, NotImplementedError):  # what ASE's own potentials raise for an element they lack
        return f"the potential {potential.name} cannot compute it: {error}"
    return f"the potential {potential.name} failed: {_one_line(error)[:200]}"


def load_potential(name: str = DEFAULT_POTENTIAL, precision: str = "double") -> Potential:
    """The potential of this name, loaded once a process for each precision; it computes on one thread.

    `precision` (`double`, `single`) is that of the potentials that offer a choice; others compute as they do.

    Raises:
        InputError: unknown name or precision.
        WorkError: its package or its weights are missing.
    """
    if precision not in PRECISIONS:
        raise unknown_name("precision", precision, PRECISIONS)
    return _loaded(name, precision)


@functools.cache
def _loaded(name: str, precision: str) -> Potential:
    if name in _BUILT_IN:
        return _built_in(name, precision)
    for entry in entry_points(group=_GROUP, name=name):
        return _made(name, entry.load)
    if ":" in name:
        return _made(name, functools.partial(_attribute, *name.split(":", 1)))
    return _made(name, functools.partial(_of_ase, name))


def _computing_alone(calculator: Any, noisy: str = "") -> Any:
    """The calculator, whose every calculation is made on one thread of torch, without the warnings of the library `noisy`.

    A library's doubts about its own code help no user.
    """
    kind: Any = type(calculator)
    if not hasattr(kind, "calculate"):
        return calculator

    class Alone(kind):  # type: ignore[misc]
        """The same calculator on one thread."""

        def calculate(self, *arguments: Any, **settings: Any) -> Any:
            """ASE's entry point."""
            with contextlib.ExitStack() as stack:
                if "torch" in sys.modules:
                    stack.enter_context(one_torch_thread())
                if noisy:
                    stack.enter_context(warnings.catch_warnings())
                    warnings.filterwarnings("ignore", category=UserWarning, module=rf"{noisy}\.")
                return super().calculate(*arguments, **settings)

    Alone.__name__, Alone.__qualname__ = kind.__name__, kind.__qualname__
    calculator.__class__ = Alone
    return calculator


def _choice_of_precision(name: str, precision: str) -> dict[str, str]:
    """The argument that sets the precision, for the packages that have one."""
    if name == "diep":
        return {"precision": precision}
    if name == "mace":
        return {"default_dtype": "float64" if precision == "double" else "float32"}
    return {}


def _built_in(name: str, precision: str) -> Potential:
    entry = _BUILT_IN[name]
    choice = _choice_of_precision(name, precision)
    library = entry.package.partition("-")[0]
    try:
        with _nothing_printed(), warnings.catch_warnings():
            warnings.filterwarnings("ignore", category=UserWarning, module=rf"{library}\.")
            calculator = _attribute(entry.module, entry.attribute)(**entry.arguments, **choice)
        used = _computing_alone(calculator, library)
        return Potential(name, version_of(entry.package), precision if choice else "its own", entry.card, used)
    except (ImportError, PackageNotFoundError) as error:
        raise WorkError(
            f"the potential {name} needs the package {entry.package}, which is not installed", potential_names()
        ) from error
    except (OSError, RuntimeError, KeyError, ValueError) as error:
        raise WorkError(f"the potential {name} cannot be loaded: {_one_line(error)}") from error


def _made(name: str, find: Callable[[], Any]) -> Potential:
    """A potential of the user's: `find` gives what to call."""
    try:
        with _nothing_printed():
            make = find()
            calculator = make()
    except InputError:
        raise
    except (ImportError, AttributeError, OSError, RuntimeError, TypeError, ValueError) as error:
        raise WorkError(f"the potential {name} cannot be loaded: {_one_line(error)}") from error
    if not hasattr(calculator, "get_property"):
        raise InputError(f"{name} gives {type(calculator).__name__}, which is not an ASE calculator")
    card = getattr(make, "card", _UNKNOWN_CARD)
    return Potential(name, str(getattr(calculator, "version", "")), "its own", card, _computing_alone(calculator))


@contextlib.contextmanager
def _nothing_printed() -> Iterator[None]:
    """Some calculators greet on standard output, which belongs to Quinary's answer."""
    with contextlib.redirect_stdout(io.StringIO()):
        yield


def _attribute(module: str, attribute: str) -> Any:
    return getattr(importlib.import_module(module), attribute)


def _of_ase(name: str) -> Any:
    from ase.calculators.calculator import get_calculator_class, names

    if name not in names:
        raise unknown_name("potential", name, potential_names())
    return get_calculator_class(name)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
