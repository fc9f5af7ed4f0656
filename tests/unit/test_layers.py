"""The arrows between layers point one way (ARCHITECTURE.md)."""

import ast
from pathlib import Path

import pytest

ADDONS = Path(__file__).resolve().parents[2] / "addons"
ALLOWED_IN_CORE = {"cryptography", "lxml", "numpy", "stdnum", "xmlschema"}
# What reads a clock, a file or the net has no place in a rule.
WORLD = {"os", "pathlib", "requests", "socket", "subprocess", "time", "urllib"}


def _imports(path: Path) -> set[tuple[int, str]]:
    """Return (dots of a relative import, module) of every import in a file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {(0, alias.name) for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.level, node.module or ""))
    return found


def _files(layer: str) -> list[Path]:
    return sorted(ADDONS.glob(f"*/{layer}/**/*.py"))


def _offences(path: Path, layer: str, standard_library: frozenset[str]) -> list[str]:
    depth = len(path.relative_to(ADDONS).parts) - 2
    offences = []
    for dots, module in _imports(path):
        top = module.partition(".")[0]
        if layer == "core":
            if dots > depth:
                offences.append(f"leaves core by {'.' * dots}{module}")
            is_allowed = top in ALLOWED_IN_CORE or top in standard_library
            if not dots and (not is_allowed or top in WORLD):
                offences.append(f"imports {module}")
        elif dots > depth and top != "core":
            offences.append(f"leaves clients for {'.' * dots}{module}")
        elif not dots and top == "odoo":
            offences.append(f"imports {module}")
    return offences


@pytest.fixture(scope="module")
def standard_library() -> frozenset[str]:
    import sys

    return frozenset(sys.stdlib_module_names)


def test_core_imports_neither_odoo_nor_the_world(standard_library):
    offences = {
        str(path.relative_to(ADDONS)): found
        for path in _files("core")
        if (found := _offences(path, "core", standard_library))
    }

    assert not offences


def test_clients_import_no_odoo_and_only_core(standard_library):
    offences = {
        str(path.relative_to(ADDONS)): found
        for path in _files("clients")
        if (found := _offences(path, "clients", standard_library))
    }

    assert not offences


@pytest.mark.parametrize(
    ("layer", "line"),
    [
        ("core", "from odoo import fields"),
        ("core", "import requests"),
        ("core", "from ..models import res_company"),
        ("core", "import os"),
        ("clients", "import odoo"),
        ("clients", "from ..models import res_company"),
    ],
)
def test_a_wrong_import_is_seen(layer, line, tmp_path, monkeypatch, standard_library):
    monkeypatch.setattr(f"{__name__}.ADDONS", tmp_path)
    path = tmp_path / "some_addon" / layer / "rule.py"
    path.parent.mkdir(parents=True)
    path.write_text(line)

    assert _offences(path, layer, standard_library)


def test_models_hold_one_class_per_file():
    crowded = {}
    for path in ADDONS.glob("*/models/*.py"):
        tree = ast.parse(path.read_text())
        classes = [node.name for node in tree.body if isinstance(node, ast.ClassDef)]
        if len(classes) > 1:
            crowded[str(path.relative_to(ADDONS))] = classes

    assert not crowded
