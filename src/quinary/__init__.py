"""Quinary designs high-entropy alloys and high-entropy ceramics.

    import quinary

    quinary.predict("MoNbTaW", ["shear_modulus", "fracture_toughness_rice"])
    with quinary.open("sqlite:///alloys.db") as db:
        quinary.design(db, quinary.Request(ranges={"shear_modulus": (110, 120)}), n=5)

Names are loaded when they are first used, so importing the package is quick.
"""

from __future__ import annotations

import importlib
import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from quinary.chemistry.composition import Composition
    from quinary.descriptors.estimators.featurizers import CompositionFeaturizer, FractionFeaturizer
    from quinary.errors import ImpossibleRequestError, InputError, QuinaryError, WorkError
    from quinary.interfaces.api import describe, predict, read, validate
    from quinary.interfaces.views import view
    from quinary.inverse.request import Limits, Request
    from quinary.loops.cycle import Cycle
    from quinary.loops.generation import design
    from quinary.store.database import open_database as open  # noqa: A004 - quinary.open(url) reads as it should

__all__ = [
    "Composition",
    "CompositionFeaturizer",
    "Cycle",
    "FractionFeaturizer",
    "ImpossibleRequestError",
    "InputError",
    "Limits",
    "QuinaryError",
    "Request",
    "WorkError",
    "describe",
    "design",
    "open",
    "predict",
    "read",
    "validate",
    "view",
]

_PLACES = {
    "Composition": ("quinary.chemistry.composition", "Composition"),
    "CompositionFeaturizer": ("quinary.descriptors.estimators.featurizers", "CompositionFeaturizer"),
    "Cycle": ("quinary.loops.cycle", "Cycle"),
    "FractionFeaturizer": ("quinary.descriptors.estimators.featurizers", "FractionFeaturizer"),
    "ImpossibleRequestError": ("quinary.errors", "ImpossibleRequestError"),
    "InputError": ("quinary.errors", "InputError"),
    "Limits": ("quinary.inverse.request", "Limits"),
    "QuinaryError": ("quinary.errors", "QuinaryError"),
    "Request": ("quinary.inverse.request", "Request"),
    "WorkError": ("quinary.errors", "WorkError"),
    "describe": ("quinary.interfaces.api", "describe"),
    "design": ("quinary.loops.generation", "design"),
    "open": ("quinary.store.database", "open_database"),
    "predict": ("quinary.interfaces.api", "predict"),
    "read": ("quinary.interfaces.api", "read"),
    "validate": ("quinary.interfaces.api", "validate"),
    "view": ("quinary.interfaces.views", "view"),
}

# Who wants the log says where it goes; see quinary.logs
logging.getLogger(__name__).addHandler(logging.NullHandler())


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module 'quinary' has no attribute {name!r}")
    module, attribute = _PLACES[name]
    return getattr(importlib.import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
