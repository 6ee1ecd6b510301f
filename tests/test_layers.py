"""The direction of dependencies: who may import whom, imports inside functions and for type checking counted."""

import ast
from pathlib import Path

import pytest

import quinary

ROOT = Path(quinary.__file__).parent
PLUGIN_FOLDERS = {"readers", "searchers", "predictors", "generators", "validators"}
# From the bottom of the building to the top: a folder imports only from layers before its own.
LAYERS = [
    {"errors", "cachekeys", "files", "logs", "units", "unit_grammar", "progress", "wording"},
    {"reference"},
    {"chemistry"},
    {"spaces"},
    {"points"},
    {"materials"},
    {"requests"},
    {"plugins"},
    {"descriptors"},
    {"learning"},
    {"generative"},
    {"structures"},
    {"simulation"},
    {"literature"},
    PLUGIN_FOLDERS,
    {"prediction"},
    {"inverse"},
    {"exploring"},
    {"store"},
    {"curation"},
    {"loops"},
    {"campaigns"},
    {"exchange"},
    {"figures"},
    {"studies"},
    {"services"},
    {"interfaces"},
]
LAYER_OF = {folder: number for number, layer in enumerate(LAYERS) for folder in layer}
NEVER_MEET = {"store", "learning"}
# The root only names where the public names are, and loads them when they are asked for.
EXEMPT = {"quinary"}


def module_name(path):
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in sorted(ROOT.rglob("*.py"))}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}


def folder(module):
    """`quinary.points.point` -> `points`; `quinary` -> ``."""
    return module.partition(".")[2].partition(".")[0]


def resolved(module, level, name):
    """The absolute name behind `from ..x import y` in a module."""
    if level == 0:
        return name or ""
    package = module if MODULES[module].name == "__init__.py" else module.rpartition(".")[0]
    base = package.split(".")[: len(package.split(".")) - level + 1]
    return ".".join([*base, name] if name else base)


def imports_of(module):
    """Every module of ours that a module imports anywhere: (name, line)."""
    found = set()
    for node in ast.walk(TREES[module]):
        if isinstance(node, ast.Import):
            found |= {(alias.name, node.lineno) for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            origin = resolved(module, node.level, node.module)
            for alias in node.names:
                inside = f"{origin}.{alias.name}"
                found.add((inside if inside in MODULES else origin, node.lineno))
    return sorted((name, line) for name, line in found if name.split(".")[0] == "quinary")


IMPORTS = {module: imports_of(module) for module in MODULES}
EDGES = [
    (module, imported, f"{MODULES[module].relative_to(ROOT.parent)}:{line} imports {imported}")
    for module, found in IMPORTS.items()
    for imported, line in found
    if module not in EXEMPT
]


def defines_plugin(module):
    targets = [
        target
        for node in TREES[module].body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    ]
    return any(isinstance(target, ast.Name) and target.id in {"PLUGIN", "PLUGINS"} for target in targets)


def test_every_folder_has_a_layer():
    assert {folder(module) for module in MODULES if module not in EXEMPT} <= set(LAYER_OF)


def test_every_import_of_ours_exists():
    assert [where for _, imported, where in EDGES if imported not in MODULES] == []


def test_nobody_below_the_root_imports_the_root():
    assert [where for _, imported, where in EDGES if imported in EXEMPT] == []


def test_a_folder_imports_only_from_folders_above_it():
    wrong = [
        where
        for module, imported, where in EDGES
        if imported not in EXEMPT
        and folder(module) != folder(imported)
        and LAYER_OF[folder(imported)] >= LAYER_OF[folder(module)]
        # errors, files, units and progress are single files of one layer
        and not LAYER_OF[folder(module)] == LAYER_OF[folder(imported)] == 0
    ]
    assert wrong == []


def test_store_and_learning_never_meet():
    wrong = [where for module, imported, where in EDGES if {folder(module), folder(imported)} == NEVER_MEET]
    assert wrong == []


def reached_from(start):
    """All modules that a module needs, directly or through others."""
    seen, waiting = set(), [start]
    while waiting:
        for imported, _ in IMPORTS[waiting.pop()]:
            if imported not in seen | EXEMPT:
                seen.add(imported)
                waiting.append(imported)
    return seen


def test_no_plugin_sees_the_store_nor_another_plugin():
    plugins = [module for module in MODULES if defines_plugin(module)]
    assert {folder(module) for module in plugins} >= PLUGIN_FOLDERS
    wrong = [
        f"{module} needs {needed}"
        for module in plugins
        for needed in sorted(reached_from(module) - {module})
        if folder(needed) == "store" or defines_plugin(needed)
    ]
    assert wrong == []


def test_no_module_of_a_plugin_folder_imports_the_folder_of_another_kind():
    wrong = [
        where
        for module, imported, where in EDGES
        if folder(module) in PLUGIN_FOLDERS and folder(imported) in PLUGIN_FOLDERS - {folder(module)}
    ]
    assert wrong == []


def test_there_is_no_cycle():
    cycles = [module for module in MODULES if module not in EXEMPT and module in reached_from(module)]
    assert cycles == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import quinary.points.point", {"quinary.points.point"}),
        ("from quinary.points import point", {"quinary.points.point"}),
        ("from quinary.points.point import Value", {"quinary.points.point"}),
        ("def f():\n    from quinary.points import point", {"quinary.points.point"}),
        ("if TYPE_CHECKING:\n    import quinary.units", {"quinary.units"}),
        ("from . import schema", {"quinary.store.schema"}),
        ("from .schema import point", {"quinary.store.schema"}),
        ("from ..points.point import Value", {"quinary.points.point"}),
        ("import numpy", set()),
    ],
)
def test_imports_are_found_wherever_they_stand(monkeypatch, text, expected):
    monkeypatch.setitem(TREES, "quinary.store.writing", ast.parse(text))
    assert {name for name, _ in imports_of("quinary.store.writing")} == expected
