"""The direction of dependencies: who may import whom, imports inside functions and for type checking counted."""

import ast
import os
from pathlib import Path

import pytest

import quinary
from quinary.layers import LAYER_OF, LAYERS, PLUGIN_ROOMS

ROOT = Path(quinary.__file__).parent
PAGE = Path(__file__).parents[1] / "docs" / "rooms.md"
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


def test_nothing_of_the_package_needs_its_benches():
    needing = [
        module
        for module, tree in TREES.items()
        for node in ast.walk(tree)
        for name in ([node.module] if isinstance(node, ast.ImportFrom) else getattr(node, "names", []))
        if str(getattr(name, "name", name)).startswith("quinary_benchmarks")
    ]
    assert needing == []


def first_sentence(folder):
    """What the face of a room says of it."""
    return (ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))) or "").partition("\n")[0]


def rooms_page():
    """The page on the rooms, made of their faces: a picture of the layers, and a line for each room and sub-room."""
    picture, lines = [], []
    there = [sorted(room for room in layer if (ROOT / room).is_dir()) for layer in LAYERS]
    for number, rooms in enumerate(layer for layer in there if layer):
        picture.append(
            f'    L{number}["{" · ".join(rooms)}"]' + (f"\n    L{number} --> L{number - 1}" if number else "")
        )
        for room in rooms:
            lines.append(f"| `{room}/` | {first_sentence(ROOT / room)} |")
            lines += [
                f"| &emsp;`{face.parent.relative_to(ROOT).as_posix()}/` | {first_sentence(face.parent)} |"
                for face in sorted((ROOT / room).rglob("*/__init__.py"))
                if "migrations" not in face.parts
            ]
    return "\n".join(
        [
            *_PAGE_HEAD,
            "```mermaid",
            "flowchart BT",
            *picture,
            "```",
            "",
            "| room | what lives there |",
            "|---|---|",
            *lines,
            "",
        ]
    )


_PAGE_HEAD = [
    "# The rooms",
    "",
    "A room imports only from rooms below it in the picture. Inside a room, look for the file that is named like the thing.",
    "",
    "- A closed form of a composition: `descriptors`. An estimate of something measurable: `predictors`.",
    "- It needs atoms: `simulation`, and its verdict: `validators`. It needs a fit: `learning`.",
    "- It needs the store: `loops`, `curation`, `exchange`. It draws: `figures`.",
    "- A word of the command line: `interfaces/cli`. What the command does: `services`.",
    "- A constant of physics: `constants.py`. A unit: `units.py`. A table of elements: `reference/data`.",
    "- A published rule with thresholds: `validators/empirical_rules.py`.",
    "- A formula becomes a composition: `chemistry/composition.py`. Its grammar: `chemistry/formula_grammar.py`.",
    "- What is typed after an option, taken apart: `interfaces/cli/shared/option_texts.py`.",
    "",
    "The picture and the table are made from the code: `QUINARY_WRITE_DOCS=1 pytest tests/test_layers.py`.",
    "",
]


def test_every_room_says_what_lives_there():
    silent = [
        face for face in ROOT.rglob("__init__.py") if "migrations" not in face.parts and not first_sentence(face.parent)
    ]
    assert silent == []


def test_the_page_on_the_rooms_is_that_of_the_code():
    if os.environ.get("QUINARY_WRITE_DOCS") == "1":
        PAGE.write_text(rooms_page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == rooms_page()


def offered(package):
    """What the face of a package offers: the names of its `__all__`."""
    for node in TREES[package].body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "__all__":
            return [name.value for name in node.value.elts]
    return []


FACES = {name: offered(name) for name, path in MODULES.items() if path.name == "__init__.py" and name not in EXEMPT}


def test_what_a_face_offers_is_taken_from_the_face():
    past = [
        f"{module}:{node.lineno} takes {alias.name} from {node.module}"
        for module, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module in MODULES and module not in EXEMPT
        for package in [node.module.rpartition(".")[0]]
        if FACES.get(package) and not f"{module}.".startswith(f"{package}.")
        for alias in node.names
        if alias.name in FACES[package]
    ]
    assert past == []


def test_faces_are_in_order():
    assert [face for face, names in FACES.items() if names != sorted(names, key=_constants_first)] == []


def _constants_first(name):
    """As ruff sorts `__all__`: constants, then classes, then functions."""
    return (not name.isupper(), not name[:1].isupper(), name)


def test_no_more_than_twenty_five_modules_lie_side_by_side():
    crowded = {
        folder.relative_to(ROOT).as_posix(): n
        for folder in ROOT.rglob("*")
        if folder.is_dir() and (n := len(list(folder.glob("*.py")))) > 25
    }
    assert crowded == {}


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


def test_plugins_lie_where_the_registry_looks():
    """In the folders of their kinds, not in folders below them."""
    assert [module for module in MODULES if defines_plugin(module) and module.count(".") != 2] == []


def test_no_plugin_sees_the_store_nor_another_plugin():
    plugins = [module for module in MODULES if defines_plugin(module)]
    assert {folder(module) for module in plugins} >= PLUGIN_ROOMS
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
        if folder(module) in PLUGIN_ROOMS and folder(imported) in PLUGIN_ROOMS - {folder(module)}
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
