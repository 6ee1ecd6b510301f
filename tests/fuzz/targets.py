"""Small good files of every kind that people hand over or that Quinary keeps, and what is done with each."""

from __future__ import annotations

import hashlib
import io
import json
import random
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mutations import bytes_changed, json_changed, zip_changed

ROWS = [
    ("MoNbTaW", "BCC", "as cast", 4.46, 1058, 25),
    ("CoCrFeMnNi", "FCC", "annealed", 1.44, 215, 20),
    ("Al0.5CoCrFeNi", "FCC+BCC", "as cast", 2.5, 400, 600),
    ("HfNbTaTiZr", "BCC", "as cast", 3.8, 929, 25),
    ("Ti20V20Nb20Ta20W20", "BCC", "sintered", 5.1, 1420, 1000),
]
HEADINGS = ("Formula", "Structure", "Processing", "Hardness (GPa)", "Yield strength (MPa)", "Test temperature (C)")
TDB = """$ Made for this test
ELEMENT VA VACUUM 0 0 0 !
ELEMENT MO BCC_A2 95.94 4589 28.56 !
ELEMENT NB BCC_A2 92.9 5220 36.27 !
FUNCTION GHSERMO 298.15 -7746.302+131.9197*T-23.56414*T*LN(T)-.003443396*T**2+65812*T**(-1); 2896
   Y -30556.41+283.559746*T-42.63829*T*LN(T)-4.849315E+33*T**(-9); 5000 N !
FUNCTION GHSERNB 298.15 -8519.353+142.045475*T-26.4711*T*LN(T); 6000 N !
TYPE_DEFINITION % SEQ *!
PHASE BCC_A2 % 2 1 3 !
CONSTITUENT BCC_A2 : MO,NB : VA : !
PARAMETER G(BCC_A2,MO:VA;0) 298.15 +GHSERMO#; 5000 N !
PARAMETER G(BCC_A2,NB:VA;0) 298.15 +GHSERNB#; 6000 N !
PARAMETER L(BCC_A2,MO,NB:VA;0) 298.15 -68203.02+3.077*T; 6000 N !
"""
REQUEST = """targets: {hardness_vickers: 5.0}
ranges:
  density: [5.0, 9.0]
maximize: [yield_strength]
limits:
  elements: [Mo, Nb, Ta, W, Ti]
  fractions: {Mo: [0.1, 0.5]}
  n_components: [3, 5]
  step: 0.05
seed: {formula: MoNbTaW, distance: 0.3}
at: {temperature: 1273}
novelty: 0.02
"""
POLICY = """[[want]]
properties = ["hardness_vickers", "yield_strength"]
origins = ["literature"]
kind = "alloy"
[[want]]
properties = ["density"]
"""
DEFINITIONS = '[stickiness]\nunit = "MPa"\nkind = "measured"\nmeaning = "How it sticks."\nlowest = 0\nhighest = 90\n'


@dataclass(frozen=True)
class Target:
    """A kind of file: `make` writes a good one and returns it, `change` spoils its content, `ask` uses it.

    `ask` returns the reasons of rejected rows, if there are rows.
    """

    make: Callable[[Path], Path]
    ask: Callable[[Path], list[str]]
    change: Callable[[bytes, random.Random], bytes] = bytes_changed
    share: float = 1.0


# -- files that are imported ------------------------------------------------------------------------------------------


def _import(path: Path) -> list[str]:
    from quinary.services.importing import imported

    found = imported(path, db=_store()).as_dict()
    return [row["reason"] for row in found["rejected"]]


_opened: list[Any] = []


def _store() -> Any:
    if not _opened:
        from quinary.store.database import open_database

        _opened.append(open_database(Path(tempfile.mkdtemp(prefix="fuzz-")) / "store.db"))
    return _opened[0]


def _csv(path: Path, delimiter: str = ",", encoding: str = "utf-8", comma: str = ".") -> Path:
    lines = [delimiter.join(HEADINGS)]
    for row in ROWS:
        cells = (str(cell).replace(".", comma) if n > 2 else str(cell) for n, cell in enumerate(row))
        lines.append(delimiter.join(cells))
    path = path / "alloys.csv"
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return path


def _german(path: Path) -> Path:
    made = _csv(path, ";", "cp1252", ",")
    made.write_bytes(made.read_bytes().replace(b"(C)", b"(\xb0C)"))
    return made


def _xlsx(path: Path) -> Path:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(HEADINGS)
    for row in ROWS:
        book.active.append(row)
    book.save(path / "alloys.xlsx")
    return path / "alloys.xlsx"


def _parquet(path: Path) -> Path:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {name: [row[n] for row in ROWS] for n, name in enumerate(HEADINGS)}
    pq.write_table(pa.table(columns), path / "alloys.parquet")
    return path / "alloys.parquet"


def _ultera(name: str, value: float) -> dict[str, Any]:
    return {
        "meta": {"source": "LIT", "parentDatabase": "made up"},
        "material": {
            "rawFormula": name, "compositionDictionary": {"Mo": 0.5, "W": 0.25, "Ta": 0.25}, "structure": ["BCC"],
            "processes": ["AC"], "nComponents": 3, "observationTemperature": 298.0, "comment": "",
        },
        "property": {
            "name": "hardness", "source": "EXP", "value": value, "temperature": 298.0, "unitName": "Pa", "parameters": [],
        },
        "reference": {"doi": "10.1000/xyz", "year": 2020, "pointer": "T1"},
    }  # fmt: skip


def _documents() -> list[dict[str, Any]]:
    return [_ultera("Mo2WTa", 5.5e9), _ultera("Mo2WTa", 4.5e9), _ultera("Mo50W25Ta25", 4e9)]


def _json(path: Path) -> Path:
    (path / "ultera.json").write_text(json.dumps(_documents()), encoding="utf-8")
    return path / "ultera.json"


def _jsonl(path: Path) -> Path:
    (path / "ultera.jsonl").write_text("\n".join(map(json.dumps, _documents())), encoding="utf-8")
    return path / "ultera.jsonl"


def _bson(path: Path) -> Path:
    import bson

    (path / "ultera.bson").write_bytes(b"".join(bson.encode(document) for document in _documents()))
    return path / "ultera.bson"


def _optimade(path: Path) -> Path:
    attributes = {
        "elements": ["Mo", "W"],
        "elements_ratios": [0.5, 0.5],
        "chemical_formula_reduced": "MoW",
        "nelements": 2,
    }
    lines = [
        {"x-optimade": {"meta": {"api_version": "1.1.0", "provider": {"name": "A", "prefix": "mp"}}}},
        {"type": "info", "id": "structures", "properties": {"_mp_bulk_modulus": {"unit": "GPa"}}},
        *({"id": f"mp-{n}", "type": "structures", "attributes": {**attributes, "_mp_bulk_modulus": n}} for n in (1, 2, 3)),
    ]  # fmt: skip
    (path / "page.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return path / "page.jsonl"


def _defined(path: Path) -> Path:
    (path / "mine.csv").write_text("Formula,stickiness (MPa)\nMoNb,5\nTaW,7\n", encoding="utf-8")
    (path / "mine.properties.toml").write_text(DEFINITIONS, encoding="utf-8")
    return path / "mine.properties.toml"


def _import_defined(path: Path) -> list[str]:
    from quinary.services.importing import read

    return [row["reason"] for row in read(path.with_name("mine.csv"))["rejected"]]


def _vasprun(path: Path) -> Path:
    import ase.test

    source = Path(ase.test.__file__).parent / "testdata" / "vasp" / "vasprun_pstress.xml"
    (path / "vasprun.xml").write_bytes(source.read_bytes())
    return path / "vasprun.xml"


def _snapshot(path: Path) -> Path:
    from quinary.services.exchanging import snapshot

    _import(_csv(path))
    snapshot(out=path / "all.zip", private=True, db=_store())
    return path / "all.zip"


def _import_snapshot(path: Path) -> list[str]:
    from quinary.services.exchanging import snapshot_verify

    reasons = _import(path)
    snapshot_verify(path)
    return reasons


def _sheet(path: Path) -> Path:
    from quinary.loops.literature import write_wanted_sheet
    from quinary.materials.policy import default_policy

    _import(_csv(path))
    write_wanted_sheet(_store(), default_policy(), path / "wanted.csv", limit=5)
    lines = (path / "wanted.csv").read_text(encoding="utf-8").splitlines()
    columns = lines[0].split(",")
    filled = [line.split(",") for line in lines[1:]]
    for row in filled:
        row[columns.index("value")] = "3.5"
    (path / "wanted.csv").write_text("\n".join([lines[0], *map(",".join, filled)]), encoding="utf-8")
    return path / "wanted.csv"


# -- files that are asked ---------------------------------------------------------------------------------------------


def _text(name: str, content: str) -> Callable[[Path], Path]:
    def make(path: Path) -> Path:
        (path / name).write_text(content, encoding="utf-8")
        return path / name

    return make


def _ask_request(path: Path) -> list[str]:
    from quinary.services.designing import read_request

    _ = read_request(path).digest
    return []


def _request_json(path: Path) -> Path:
    import yaml

    (path / "request.json").write_text(json.dumps(yaml.safe_load(REQUEST)), encoding="utf-8")
    return path / "request.json"


def _ask_policy(path: Path) -> list[str]:
    from quinary.materials.policy import policy_from

    policy_from(path)
    return []


def _ask_tdb(path: Path) -> list[str]:
    from quinary.simulation.tdb_parsing import check_all_of, parsed_database
    from quinary.simulation.thermodynamic_databases import read_database

    database = read_database(path)
    check_all_of(database)
    parsed_database(database, sorted(database.elements))
    return []


def _ask_formulas(path: Path) -> list[str]:
    import quinary

    quinary.describe(file=path)
    return []


def _registry(path: Path) -> Path:
    entry = {
        "title": "A set", "licence": "CC-BY-4.0", "doi": "10.1000/xyz", "reader": "table", "note": "",
        "files": [{"path": "a/b.csv", "bytes": 4, "sha256": "ab" * 32, "units": {"YS": "MPa"}, "doi": ""}],
    }  # fmt: skip
    (path / "registry.json").write_text(json.dumps({"my_set": entry, "other": entry}), encoding="utf-8")
    return path / "registry.json"


def _ask_registry(path: Path) -> list[str]:
    from quinary.readers.data_sets import mirrored_sets

    mirrored_sets(path.parent)
    return []


# -- what is kept -----------------------------------------------------------------------------------------------------


def _database(path: Path) -> Path:
    from quinary.services.importing import import_file

    import_file(_csv(path), db=path / "store.db")
    return path / "store.db"


def _ask_database(path: Path) -> list[str]:
    import quinary
    from quinary.services.importing import import_file

    for beside in path.parent.glob("store.db-*"):
        beside.unlink()
    quinary.materials_list(db=path)
    table = path.with_name("more.csv")
    table.write_text("Formula,Hardness (GPa)\nMoNbW,4\n", encoding="utf-8")
    import_file(table, db=path)
    quinary.voids(db=path)
    quinary.sources(db=path)
    return []


def _model(path: Path) -> Path:
    import numpy as np

    from quinary.chemistry.matrix import as_matrix
    from quinary.learning.keeping import ModelCard, SavedModel, model_bytes
    from quinary.learning.keeping.exporting import exported
    from quinary.learning.models.registry import Setting, make_model
    from quinary.learning.uncertainty.conformal import Intervals
    from quinary.learning.uncertainty.domain import fitted_domain

    matrix = as_matrix([row[0] for row in ROWS])
    one = {"value": 1.0, "low": 0.5, "high": 1.5}
    card = ModelCard(
        "hardness_vickers", "GPa", "test", ("fractions",), matrix.elements, 5, "system", 5, {"mae": one}, {"mean": 1.0},
        gain={"baseline": "mean", "difference": 1.0, "low": 0.5, "high": 1.5}, ranges={"temperature": (300.0, 900.0)},
    )  # fmt: skip
    spread = np.linspace(0, 1, 30)
    step = exported(make_model("mean", Setting()).fit(np.zeros((5, 1)), np.array([row[3] for row in ROWS])))
    model = SavedModel(
        step, matrix.elements, (), ("fractions",), np.array(()), matrix.fractions, card,
        Intervals(np.linspace(0, 2, 50), 0.1), fitted_domain(spread, spread),
    )  # fmt: skip
    (path / "model").write_bytes(model_bytes(model))
    return path / "model"


def _ask_model(path: Path) -> list[str]:
    from quinary.learning.keeping import KeptModel, digest_of
    from quinary.learning.keeping.saving import card_of, model_from

    content = path.read_bytes()
    card = card_of(content, "m")
    kept = KeptModel("m", card, digest_of(content), "here", lambda: content)
    kept.document()
    model = model_from(content, "m")
    model.answers(model.features(_matrix(), {}))
    return []


def _matrix() -> Any:
    from quinary.chemistry.matrix import as_matrix

    return as_matrix([row[0] for row in ROWS])


def _model_changed(content: bytes, rng: random.Random) -> bytes:
    """Bytes changed, or a value of the header inside the header, with the lengths set right."""
    if rng.random() < 0.4:
        return bytes_changed(content, rng)
    size = int.from_bytes(content[:8], "little")
    outer = json.loads(content[8 : 8 + size])
    inner = json_changed(outer["__metadata__"]["quinary"].encode(), rng)
    outer["__metadata__"]["quinary"] = inner.decode()
    header = json.dumps(outer).encode()
    return len(header).to_bytes(8, "little") + header + content[8 + size :]


def _evaluation(path: Path) -> Path:
    import numpy as np

    from quinary.learning.judging.evaluation import HeldOut
    from quinary.learning.judging.kept_evaluations import Finished

    numbers = np.arange(5)
    Finished(path).keep("k", HeldOut(numbers, numbers * 1.5, numbers * 0.1, np.zeros((5, 0))))
    return path / "k.npz"


def _ask_evaluation(path: Path) -> list[str]:
    from quinary.learning.judging.kept_evaluations import Finished

    Finished(path.parent).get("k")
    return []


def _state(path: Path) -> Path:
    from quinary.exploring import screening

    screening._save(_screening().digest, path / "state", 3, 10, screening._Kept(_screening()))
    return path / "state"


def _ask_state(path: Path) -> list[str]:
    from quinary.exploring import screening

    screening._resumed(_screening(), path, _screening().digest)[2].front()
    return []


def _screening() -> Any:
    from quinary.exploring.screening import Screening
    from quinary.spaces.limits import SpaceLimits

    return Screening(SpaceLimits.alloy(("Mo", "Nb", "Ta"), {}, (2, 3), step=0.1), {"shear_modulus": 1.0})


# -- archives with right checksums ------------------------------------------------------------------------------------


def _book_changed(content: bytes, rng: random.Random) -> bytes:
    if rng.random() < 0.4:
        return bytes_changed(content, rng)
    return zip_changed(content, rng, lambda _, inside, r: bytes_changed(inside, r))


def _snapshot_changed(content: bytes, rng: random.Random) -> bytes:
    if rng.random() < 0.3:
        return bytes_changed(content, rng)
    changed = zip_changed(
        content, rng, lambda name, c, r: json_changed(c, r) if "json" in name else bytes_changed(c, r)
    )
    return _summed(changed) if rng.random() < 0.8 else changed


def _summed(content: bytes) -> bytes:
    """The snapshot with checksums that fit, as somebody would write them who wants it to be read."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w") as made:
        names = [name for name in source.namelist() if name != "SHA256SUMS"]
        for name in names:
            made.writestr(name, source.read(name))
        lines = (f"{hashlib.sha256(source.read(name)).hexdigest()}  {name}\n" for name in names)
        made.writestr("SHA256SUMS", "".join(lines))
    return target.getvalue()


def _either(content: bytes, rng: random.Random) -> bytes:
    return bytes_changed(content, rng) if rng.random() < 0.5 else json_changed(content, rng)


def _bson_changed(content: bytes, rng: random.Random) -> bytes:
    """Bytes changed, or documents with a value of another kind, encoded well."""
    if rng.random() < 0.5:
        return bytes_changed(content, rng)
    import bson

    lines = json_changed(b"\n".join(json.dumps(document).encode() for document in bson.decode_all(content)), rng)
    found = [json.loads(line) for line in lines.splitlines()]
    try:
        return b"".join(bson.encode(document) for document in found if isinstance(document, dict)) or b"x"
    except (bson.errors.BSONError, OverflowError, ValueError, UnicodeEncodeError):
        return bytes_changed(content, rng)


TARGETS: dict[str, Target] = {
    "csv": Target(_csv, _import, share=2.0),
    "german": Target(_german, _import),
    "xlsx": Target(_xlsx, _import, _book_changed),
    "parquet": Target(_parquet, _import),
    "json": Target(_json, _import, _either),
    "jsonl": Target(_jsonl, _import, _either),
    "bson": Target(_bson, _import, _bson_changed),
    "optimade": Target(_optimade, _import, _either),
    "definitions": Target(_defined, _import_defined),
    "sheet": Target(_sheet, _import),
    "snapshot": Target(_snapshot, _import_snapshot, _snapshot_changed),
    "vasprun": Target(_vasprun, _import, share=0.3),
    "request": Target(_text("request.yaml", REQUEST), _ask_request),
    "request_json": Target(_request_json, _ask_request, _either),
    "policy": Target(_text("policy.toml", POLICY), _ask_policy),
    "tdb": Target(_text("mine.tdb", TDB), _ask_tdb, share=0.5),
    "formulas": Target(_text("formulas.txt", "\n".join(row[0] for row in ROWS)), _ask_formulas),
    "registry": Target(_registry, _ask_registry, _either),
    "database": Target(_database, _ask_database, share=0.3),
    "model": Target(_model, _ask_model, _model_changed),
    "evaluation": Target(_evaluation, _ask_evaluation),
    "state": Target(_state, _ask_state),
}
