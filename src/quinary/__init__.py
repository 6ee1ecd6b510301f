"""Quinary designs high-entropy alloys and high-entropy ceramics.

    import quinary

    quinary.predict("MoNbTaW", ["shear_modulus", "fracture_toughness_rice"])
    with quinary.open("sqlite:///alloys.db") as db:
        quinary.design(db, quinary.Request(ranges={"shear_modulus": (110, 120)}), n=5)

Each command has a function of its name, or of its name and action (`data_list`, `check_accept`); three are called otherwise,
since Python has their names already: `import_file`, `materials_list` and `plugins_list`. Their parameters are the command's
options. Tables come as data frames, the rest as the documents that `--json` prints.

Names are loaded when they are first used, so importing the package is quick.
"""

from __future__ import annotations

import importlib
import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    __version__: str
    from quinary.chemistry.composition import Composition
    from quinary.descriptors.estimators.featurizers import CeramicFeaturizer, CompositionFeaturizer, FractionFeaturizer
    from quinary.errors import ImpossibleRequestError, InputError, QuinaryError, WorkError
    from quinary.learning.data.splitters import ElementSplit, PairSplit, PaperSplit, SystemSplit, TimeSplit
    from quinary.loops.cycle import Cycle
    from quinary.requests import Limits, Request
    from quinary.services.curating import check_accept, check_correct, check_reject
    from quinary.services.cycling import (
        cycle_log,
        cycle_once,
        cycle_pause,
        cycle_resume,
        cycle_retry,
        cycle_status,
        cycle_watch,
    )
    from quinary.services.data_sets import data_get
    from quinary.services.designing import design, design_explain
    from quinary.services.exchanging import export, snapshot, snapshot_diff, snapshot_verify
    from quinary.services.exploring import effects, path, screen
    from quinary.services.exploring import map_ as map  # noqa: A004 - quinary.map(...) reads as it should
    from quinary.services.frames.describing import describe
    from quinary.services.frames.predicting import predict
    from quinary.services.frames.tables import (
        check,
        compare,
        data_list,
        materials_list,
        models_list,
        plugins_list,
        properties,
        read,
        reproduce_list,
        sources,
        tdb_list,
        validate,
        view,
        voids,
    )
    from quinary.services.importing import import_file
    from quinary.services.laboratory import lab_sheet
    from quinary.services.learning import clusters, explain, learn, models_remove, models_show
    from quinary.services.looking import show
    from quinary.services.properties import properties_add, properties_remove
    from quinary.services.simulating import dft, efa, phases
    from quinary.services.studying import bench, demo, reproduce
    from quinary.services.thermodynamics import tdb_add, tdb_remove
    from quinary.services.undoing import log, withdraw
    from quinary.store.database import open_database as open  # noqa: A004 - quinary.open(url) reads as it should

__all__ = [
    "CeramicFeaturizer",
    "Composition",
    "CompositionFeaturizer",
    "Cycle",
    "ElementSplit",
    "FractionFeaturizer",
    "ImpossibleRequestError",
    "InputError",
    "Limits",
    "PairSplit",
    "PaperSplit",
    "QuinaryError",
    "Request",
    "SystemSplit",
    "TimeSplit",
    "WorkError",
    "__version__",
    "bench",
    "check",
    "check_accept",
    "check_correct",
    "check_reject",
    "clusters",
    "compare",
    "cycle_log",
    "cycle_once",
    "cycle_pause",
    "cycle_resume",
    "cycle_retry",
    "cycle_status",
    "cycle_watch",
    "data_get",
    "data_list",
    "demo",
    "describe",
    "design",
    "design_explain",
    "dft",
    "efa",
    "effects",
    "explain",
    "export",
    "import_file",
    "lab_sheet",
    "learn",
    "log",
    "map",
    "materials_list",
    "models_list",
    "models_remove",
    "models_show",
    "open",
    "path",
    "phases",
    "plugins_list",
    "predict",
    "properties",
    "properties_add",
    "properties_remove",
    "read",
    "reproduce",
    "reproduce_list",
    "screen",
    "show",
    "snapshot",
    "snapshot_diff",
    "snapshot_verify",
    "sources",
    "tdb_add",
    "tdb_list",
    "tdb_remove",
    "validate",
    "view",
    "voids",
    "withdraw",
]

_PLACES = {
    "CeramicFeaturizer": ("quinary.descriptors.estimators.featurizers", "CeramicFeaturizer"),
    "Composition": ("quinary.chemistry.composition", "Composition"),
    "CompositionFeaturizer": ("quinary.descriptors.estimators.featurizers", "CompositionFeaturizer"),
    "Cycle": ("quinary.loops.cycle.cycle", "Cycle"),
    "ElementSplit": ("quinary.learning.data.splitters", "ElementSplit"),
    "FractionFeaturizer": ("quinary.descriptors.estimators.featurizers", "FractionFeaturizer"),
    "ImpossibleRequestError": ("quinary.errors", "ImpossibleRequestError"),
    "InputError": ("quinary.errors", "InputError"),
    "Limits": ("quinary.requests.request", "Limits"),
    "PairSplit": ("quinary.learning.data.splitters", "PairSplit"),
    "PaperSplit": ("quinary.learning.data.splitters", "PaperSplit"),
    "QuinaryError": ("quinary.errors", "QuinaryError"),
    "Request": ("quinary.requests.request", "Request"),
    "SystemSplit": ("quinary.learning.data.splitters", "SystemSplit"),
    "TimeSplit": ("quinary.learning.data.splitters", "TimeSplit"),
    "WorkError": ("quinary.errors", "WorkError"),
    "bench": ("quinary.services.studying", "bench"),
    "check": ("quinary.services.frames.tables", "check"),
    "check_accept": ("quinary.services.curating", "check_accept"),
    "check_correct": ("quinary.services.curating", "check_correct"),
    "check_reject": ("quinary.services.curating", "check_reject"),
    "clusters": ("quinary.services.learning", "clusters"),
    "compare": ("quinary.services.frames.tables", "compare"),
    "cycle_log": ("quinary.services.cycling", "cycle_log"),
    "cycle_once": ("quinary.services.cycling", "cycle_once"),
    "cycle_pause": ("quinary.services.cycling", "cycle_pause"),
    "cycle_resume": ("quinary.services.cycling", "cycle_resume"),
    "cycle_retry": ("quinary.services.cycling", "cycle_retry"),
    "cycle_status": ("quinary.services.cycling", "cycle_status"),
    "cycle_watch": ("quinary.services.cycling", "cycle_watch"),
    "data_get": ("quinary.services.data_sets", "data_get"),
    "data_list": ("quinary.services.frames.tables", "data_list"),
    "demo": ("quinary.services.studying", "demo"),
    "describe": ("quinary.services.frames.describing", "describe"),
    "design": ("quinary.services.designing", "design"),
    "design_explain": ("quinary.services.designing", "design_explain"),
    "dft": ("quinary.services.simulating", "dft"),
    "efa": ("quinary.services.simulating", "efa"),
    "effects": ("quinary.services.exploring", "effects"),
    "explain": ("quinary.services.learning", "explain"),
    "export": ("quinary.services.exchanging", "export"),
    "import_file": ("quinary.services.importing", "import_file"),
    "lab_sheet": ("quinary.services.laboratory", "lab_sheet"),
    "learn": ("quinary.services.learning", "learn"),
    "log": ("quinary.services.undoing", "log"),
    "map": ("quinary.services.exploring", "map_"),
    "materials_list": ("quinary.services.frames.tables", "materials_list"),
    "models_list": ("quinary.services.frames.tables", "models_list"),
    "models_remove": ("quinary.services.learning", "models_remove"),
    "models_show": ("quinary.services.learning", "models_show"),
    "open": ("quinary.store.database", "open_database"),
    "path": ("quinary.services.exploring", "path"),
    "phases": ("quinary.services.simulating", "phases"),
    "plugins_list": ("quinary.services.frames.tables", "plugins_list"),
    "predict": ("quinary.services.frames.predicting", "predict"),
    "properties": ("quinary.services.frames.tables", "properties"),
    "properties_add": ("quinary.services.properties", "properties_add"),
    "properties_remove": ("quinary.services.properties", "properties_remove"),
    "read": ("quinary.services.frames.tables", "read"),
    "reproduce": ("quinary.services.studying", "reproduce"),
    "reproduce_list": ("quinary.services.frames.tables", "reproduce_list"),
    "screen": ("quinary.services.exploring", "screen"),
    "show": ("quinary.services.looking", "show"),
    "snapshot": ("quinary.services.exchanging", "snapshot"),
    "snapshot_diff": ("quinary.services.exchanging", "snapshot_diff"),
    "snapshot_verify": ("quinary.services.exchanging", "snapshot_verify"),
    "sources": ("quinary.services.frames.tables", "sources"),
    "tdb_add": ("quinary.services.thermodynamics", "tdb_add"),
    "tdb_list": ("quinary.services.frames.tables", "tdb_list"),
    "tdb_remove": ("quinary.services.thermodynamics", "tdb_remove"),
    "validate": ("quinary.services.frames.tables", "validate"),
    "view": ("quinary.services.frames.tables", "view"),
    "voids": ("quinary.services.frames.tables", "voids"),
    "withdraw": ("quinary.services.undoing", "withdraw"),
}

# Who wants the log says where it goes; see quinary.logs
logging.getLogger(__name__).addHandler(logging.NullHandler())


if not TYPE_CHECKING:  # or a type checker would take any name for one of ours

    def __getattr__(name: str) -> Any:
        if name == "__version__":
            from importlib.metadata import version

            return version("quinary")
        if name not in _PLACES:
            raise AttributeError(f"module 'quinary' has no attribute {name!r}")
        module, attribute = _PLACES[name]
        return getattr(importlib.import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
