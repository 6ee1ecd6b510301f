"""Requests: what a new material should be (limits) and what it should be able to do (targets, ranges, objectives)."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Final

from quinary.border import in_short
from quinary.chemistry.anions import Anions, anions_named
from quinary.chemistry.composition import Composition
from quinary.errors import InputError, unknown_name
from quinary.points.conditions import Conditions, conditions_of
from quinary.points.quantity import Quantity, quantity_named
from quinary.reference.elements import atomic_numbers
from quinary.requests.stated import (
    Interval,
    check_value,
    class_named,
    interval_stated,
    names_stated,
    number_stated,
    stated_quantities,
)

__all__ = ["ANY_NUMBER", "DEFAULT_TOLERANCE", "SMALLEST", "Limits", "Request", "Seed"]

# A target counts as met within this relative distance of the value asked for, unless the request says otherwise.
DEFAULT_TOLERANCE: Final = 0.001
# Nobody weighs in half a per cent for its modulus: 98 to 100 % of known alloys have 1 at.% or more of each of their elements.
SMALLEST: Final = 0.01
ANY_NUMBER: Final = 99  # of components: more than there are
# What a value of another kind than the words ask for ends in: a date, a list, a number without end, a loop of YAML
_NONSENSE: Final = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
_OPEN: Final = (-math.inf, math.inf)
_LIKELY: Final = (0.5, 1.0)  # a class is met where it is more probable than all others together


@dataclass(frozen=True, slots=True)
class Limits:
    """What a composition may be.

    Attributes:
        elements: the palette; empty means the elements of ten or more known alloys that all predictors cover.
        fractions: element -> (lowest, highest) atomic fraction (of the cations for a ceramic); a positive lowest makes
            the element obligatory, a highest of zero forbids it.
        n_components: (fewest, most) elements.
        anion: anion or anions of a ceramic, such as `C`, `B2`, `C0.5N0.5`, or None for an alloy.
        without: elements that are not in it, though nobody has given them limits.
        largest: no element has more than this fraction.
        smallest: an element that is present has at least this fraction, unless its own highest is below.
        step: fractions are whole multiples of it, so that a person can weigh them; it divides 1.
    """

    elements: tuple[str, ...] = ()
    fractions: Mapping[str, Interval] = field(default_factory=dict)
    n_components: tuple[int, int] = (1, ANY_NUMBER)
    anion: str | None = None
    largest: float = 1.0
    smallest: float = SMALLEST
    step: float = 1e-4
    without: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for symbol in (*self.elements, *self.fractions, *self.without):
            if symbol not in atomic_numbers():
                raise unknown_name("element", symbol, atomic_numbers())
        if self.anion is not None:
            anions_named(self.anion)
        if not 0 < self.step <= 1 or abs(1 / self.step - round(1 / self.step)) > 1e-6:
            raise InputError(f"the step {self.step:g} does not divide 1; choose for example 0.05, 0.01 or 0.001")
        if not 0 <= self.smallest <= self.largest <= 1:
            raise InputError(
                f"the smallest fraction {self.smallest:g} and the largest {self.largest:g} contradict each other"
            )
        self._check_fractions()
        fewest, most = self.n_components
        if not 1 <= fewest <= most:
            raise InputError(f"the number of components {fewest}:{most} contradicts itself")
        allowed = [symbol for symbol in self.elements if self.bounds(symbol)[1] > 0]
        if self.elements and fewest > len(allowed):
            raise InputError(f"{fewest} components were asked for from {', '.join(allowed)} alone")
        obligatory = [symbol for symbol, (low, _) in self.fractions.items() if low > 0]
        if len(obligatory) > most:
            raise InputError(f"{', '.join(obligatory)} must all be present, but only {most} components are allowed")
        if most * self.largest < 1 - 1e-9:
            raise InputError(f"{most} components of at most {self.largest:g} each do not sum to 1")
        self._check_least()

    def _check_fractions(self) -> None:
        for symbol, (low, high) in self.fractions.items():
            if not 0 <= low <= high <= 1:
                raise InputError(f"the limit {symbol}={low:g}:{high:g} contradicts itself; fractions run from 0 to 1")
            if math.ceil(low / self.step - 1e-6) > math.floor(high / self.step + 1e-6):
                raise InputError(f"no multiple of the step {self.step:g} lies in {symbol} = {low:g}:{high:g}")
            if symbol in self.without and low > 0:
                raise InputError(f"{symbol} must be present, at {low:g} or more, and is among those to do without")
            if self.elements and symbol not in self.elements and low > 0:
                raise InputError(f"{symbol} must be present but is not among the elements {', '.join(self.elements)}")
        least = {symbol: low for symbol, (low, _) in self.fractions.items() if low > 0}
        if math.fsum(least.values()) > 1 + 1e-12:
            named = ", ".join(f"{symbol} >= {low:g}" for symbol, low in least.items())
            raise InputError(f"the lowest fractions sum to {math.fsum(least.values()):g}, more than 1 ({named})")
        if self.elements and math.fsum(self.bounds(symbol)[1] for symbol in self.elements) < 1 - 1e-12:
            named = ", ".join(f"{symbol} <= {self.bounds(symbol)[1]:g}" for symbol in self.elements)
            raise InputError(f"the highest fractions of all elements sum to less than 1 ({named})")

    def _check_least(self) -> None:
        """The fewest components, each at its least, must leave room for each other."""
        fewest = self.n_components[0]
        obligatory = {
            s: max(low, min(self.smallest, self.bounds(s)[1])) for s, (low, _) in self.fractions.items() if low
        }
        others = [min(self.smallest, self.bounds(s)[1]) for s in self.elements or self.fractions if s not in obligatory]
        free = sorted(least for least in others if least > 0) + ([] if self.elements else [self.smallest] * fewest)
        total = math.fsum((*obligatory.values(), *free[: max(0, fewest - len(obligatory))]))
        if total > 1 + 1e-9:
            asked = [f"{fewest} components", f"at least {self.smallest:g} of each"]
            asked += [f"{symbol} >= {least:g}" for symbol, least in obligatory.items()]
            raise InputError(f"{', '.join(asked)} need {total:g} in all, more than 1")

    @property
    def anions(self) -> Anions:
        """Anion atoms per cation of the ceramics that the limits are about; empty for alloys."""
        return anions_named(self.anion) if self.anion else ()

    def bounds(self, symbol: str) -> Interval:
        """(lowest, highest) fraction of an element."""
        low, high = self.fractions.get(symbol, (0.0, 1.0))
        return low, 0.0 if symbol in self.without else min(high, self.largest)


@dataclass(frozen=True, slots=True)
class Seed:
    """A material to stay near to ("like this one"): at most `distance` of its atoms are exchanged, 0 to 1."""

    formula: str
    distance: float = 0.3

    def __post_init__(self) -> None:
        Composition.of(self.formula)
        if not 0 < self.distance <= 1:
            raise InputError(f"the distance {self.distance:g} from {self.formula} is not between 0 and 1")


@dataclass(frozen=True, slots=True)
class Request:
    """Limits, and what the material should be able to do, each property in its own unit.

    A property may carry conditions: `yield_strength@temperature=1273` (`quinary.points.quantity`).

    Attributes:
        targets: property -> wanted value, met within `tolerance` (relative); of a property of classes, such as phases, the
            name of the class, which then stands in `classes`.
        ranges: property -> (lowest, highest); either side may be infinite, or None, which is as good.
        maximize, minimize: properties to push as far as possible; several make a Pareto front.
        classes: property -> class that is to be more probable than all others together.
        seed: a material to stay near to.
        novelty: at least this distance from every known material (half the sum of differences of the fractions).
        diversity: at least this distance between any two candidates.
    """

    targets: Mapping[str, float | str] = field(default_factory=dict)
    ranges: Mapping[str, Interval] = field(default_factory=dict)
    maximize: tuple[str, ...] = ()
    minimize: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    tolerance: float = DEFAULT_TOLERANCE
    seed: Seed | None = None
    novelty: float = 0.0
    diversity: float = 0.0
    classes: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._spell_out()
        for name in self.properties:
            quantity = quantity_named(name)
            if quantity.entry.is_categorical and not quantity.category:
                raise InputError(
                    f"{name} is a class, not a number: name the one that is wanted, such as --target {name}=BCC, or its "
                    f"probability, such as --range {name}=BCC=0.8:"
                )
        self._check_numbers()
        both = set(self.maximize) & set(self.minimize)
        if both:
            raise InputError(f"{', '.join(sorted(both))} cannot be both maximized and minimized")
        for name, wanted in self._numbers.items():
            low, high = self.ranges.get(name, _OPEN)
            if not low <= wanted <= high:
                raise InputError(f"the target {name}={wanted:g} lies outside its range {low:g}:{high:g}")
            if name in self.objectives:
                pushed = "maximized" if name in self.maximize else "minimized"
                raise InputError(f"{name} cannot both have the target {wanted:g} and be {pushed}")

    def _spell_out(self) -> None:
        """Bring the names of quantities into their one spelling, and classes to where they belong."""
        classes = {str(quantity_named(name)): class_named(name, wanted) for name, wanted in self.classes.items()}
        numbers: dict[str, float] = {}
        for name, wanted in self.targets.items():
            quantity = quantity_named(name)
            if quantity.entry.is_categorical and not quantity.category:
                classes[quantity.key] = class_named(name, wanted)
            else:
                numbers[quantity.key] = number_stated(name, wanted)
        _set(self, "classes", classes)
        _set(self, "targets", numbers)
        keys = {name: quantity_named(name).key for name in self.ranges}
        ranges = {name: interval_stated(name, each, _OPEN) for name, each in self.ranges.items()}
        _set(self, "ranges", _each_once(keys, ranges))
        _set(self, "maximize", tuple(quantity_named(name).key for name in self.maximize))
        _set(self, "minimize", tuple(quantity_named(name).key for name in self.minimize))

    def _check_numbers(self) -> None:
        for name, value in self._numbers.items():
            if not math.isfinite(value):
                raise InputError(f"the target {name}={value} is not a finite number")
            check_value(name, value)
        for name, (low, high) in self.ranges.items():
            if (
                math.isnan(low)
                or math.isnan(high)
                or low > high
                or (low, high) in {(math.inf, math.inf), (-math.inf, -math.inf)}
            ):
                raise InputError(f"the range {name}={low:g}:{high:g} contradicts itself")
            least, most = quantity_named(name).bounds
            if low > most or high < least:
                check_value(name, low if low > most else high)
        for name in ("tolerance", "novelty", "diversity"):
            if not 0 <= getattr(self, name) < 1:
                raise InputError(f"the {name} {getattr(self, name):g} is not between 0 and 1")

    @property
    def _numbers(self) -> dict[str, float]:
        """The targets, which are numbers once the request is made."""
        return {name: float(value) for name, value in self.targets.items()}

    @property
    def likely(self) -> dict[str, str]:
        """The probability of each wanted class as a quantity -> the property whose class it is."""
        found = {}
        for name, wanted in self.classes.items():
            quantity = quantity_named(name)
            found[Quantity(quantity.property, quantity.conditions, wanted).key] = name
        return found

    @property
    def wanted(self) -> tuple[str, ...]:
        """The quantities that must lie in an interval: targets, ranges and classes, each once."""
        return tuple(dict.fromkeys((*self.targets, *self.ranges, *self.likely)))

    @property
    def properties(self) -> tuple[str, ...]:
        """Every quantity that the request names, each once, in the order of mention."""
        return tuple(dict.fromkeys((*self.wanted, *self.objectives)))

    def under(self, conditions: Conditions) -> Request:
        """The same request with every measured property under these conditions, where it states none of its own."""
        if not conditions.items:
            return self

        def key(name: str) -> str:
            quantity = quantity_named(name)
            return quantity.key if quantity.is_derived else quantity.at(conditions).key

        return replace(
            self,
            targets=_each_once({name: key(name) for name in self.targets}, self.targets),
            ranges=_each_once({name: key(name) for name in self.ranges}, self.ranges),
            maximize=tuple(map(key, self.maximize)),
            minimize=tuple(map(key, self.minimize)),
            classes=_each_once({name: key(name) for name in self.classes}, self.classes),
        )

    @property
    def objectives(self) -> dict[str, float]:
        """Property to push -> +1 (up) or -1 (down)."""
        return {**dict.fromkeys(self.maximize, 1.0), **dict.fromkeys(self.minimize, -1.0)}

    def interval(self, name: str) -> Interval:
        """(lowest, highest) value of a property that still meets the request; a target is widened by its tolerance."""
        low, high = self.ranges.get(name, _LIKELY if name in self.likely else _OPEN)
        if name in self.targets:
            target = float(self.targets[name])
            slack = self.tolerance * (abs(target) or 1.0)  # a target of zero: in the unit of the property
            low, high = max(low, target - slack), min(high, target + slack)
        return low, high

    def is_met_by(self, values: Mapping[str, float]) -> bool:
        """True if every target and range holds for these predicted values."""
        return all(self.interval(name)[0] <= values[name] <= self.interval(name)[1] for name in self.wanted)

    def as_dict(self) -> dict[str, Any]:
        """A plain mapping for JSON; open sides of ranges are None."""
        body = asdict(self)
        body["ranges"] = {name: [_finite(low), _finite(high)] for name, (low, high) in self.ranges.items()}
        return body

    @classmethod
    def from_dict(cls, body: Mapping[str, Any]) -> Request:
        """The request that `as_dict` wrote, or that a person wrote in the same words in JSON or YAML.

        Raises:
            InputError: an unknown word, or a value of the wrong kind.
        """
        try:
            return cls._stated(body)
        except InputError:
            raise
        except _NONSENSE as error:
            raise InputError(f"cannot read the request: {in_short(error)}") from error

    @classmethod
    def _stated(cls, body: Mapping[str, Any]) -> Request:
        _check_words(body, cls, "request")
        entries = dict(body)
        limits = dict(entries.pop("limits", None) or {})
        _check_words(limits, Limits, "limits")
        seed = entries.pop("seed", None)
        at = conditions_of(entries.pop("at", None))
        asked = cls(
            targets=stated_quantities(entries.pop("targets", None), lambda _, value: value, is_range=False),
            ranges=stated_quantities(
                entries.pop("ranges", None), lambda name, pair: interval_stated(name, pair, _OPEN), is_range=True
            ),
            maximize=names_stated(entries.pop("maximize", None)),
            minimize=names_stated(entries.pop("minimize", None)),
            classes=entries.pop("classes", None) or {},
            limits=_limits(limits),
            seed=Seed(**seed) if isinstance(seed, Mapping) else Seed(seed) if seed else None,
            **{name: float(value) for name, value in entries.items()},
        )
        return asked.under(at)

    @property
    def digest(self) -> str:
        """Twelve hexadecimal digits that identify the request."""
        return hashlib.sha256(json.dumps(self.as_dict(), sort_keys=True).encode()).hexdigest()[:12]


def _limits(body: dict[str, Any]) -> Limits:
    pairs = body.pop("fractions", None) or {}
    anion = body.pop("anion", None)
    components = body.pop("n_components", None) or (1, ANY_NUMBER)
    if isinstance(components, int):
        components = (components, components)
    return Limits(
        elements=names_stated(body.pop("elements", None)),
        without=names_stated(body.pop("without", None)),
        fractions={symbol: interval_stated(symbol, pair, (0.0, 1.0)) for symbol, pair in pairs.items()},
        n_components=(int(components[0]), int(components[1])),
        anion=anion,
        **{name: float(value) for name, value in body.items()},
    )


def _each_once(keys: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values under their keys.

    Raises:
        InputError: two of them are about one quantity.
    """
    found: dict[str, Any] = {}
    for name, key in keys.items():
        if key in found:
            raise InputError(f"{key} is asked for twice; state it once")
        found[key] = values[name]
    return found


def _set(request: Request, name: str, value: Any) -> None:
    object.__setattr__(request, name, value)  # only while it is made: a request is frozen


def _check_words(body: Mapping[str, Any], record: type[Any], what: str) -> None:
    known = [*(entry.name for entry in fields(record)), *(["at"] if record is Request else [])]
    for word in body:
        if word not in known and record is Request and word in {entry.name for entry in fields(Limits)}:
            raise InputError(f"{word} stands under limits in a request", [word])
        if word not in known:
            raise unknown_name(f"word in the {what}", str(word), known)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
