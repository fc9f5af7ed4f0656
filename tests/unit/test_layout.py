"""What keeps an add-on whole: nothing forgotten in a list, no test left out."""

import ast
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import polib
import pytest

PROJECT = Path(__file__).resolve().parents[2]
ADDONS = sorted(path.parent for path in PROJECT.glob("addons/*/__manifest__.py"))
NAMES = [path.name for path in ADDONS]


def _manifest(addon: Path) -> dict:
    return ast.literal_eval((addon / "__manifest__.py").read_text())


def _imported_in(init: Path) -> set[str]:
    return {
        alias.name
        for node in ast.walk(ast.parse(init.read_text()))
        if isinstance(node, ast.ImportFrom) and node.level == 1 and not node.module
        for alias in node.names
    }


@pytest.mark.parametrize("addon", ADDONS, ids=NAMES)
@pytest.mark.parametrize(
    "folder", ["tests", "models", "wizard", "controllers", "report"]
)
def test_every_python_file_is_imported(addon, folder):
    init = addon / folder / "__init__.py"
    pattern = "test_*.py" if folder == "tests" else "*.py"
    files = {path.stem for path in (addon / folder).glob(pattern)} - {"__init__"}

    missing = files - _imported_in(init) if init.is_file() else files

    assert not missing


@pytest.mark.parametrize("addon", ADDONS, ids=NAMES)
def test_every_data_file_is_in_the_manifest(addon):
    manifest = _manifest(addon)
    listed = set(manifest.get("data", [])) | set(manifest.get("demo", []))
    there = {
        str(path.relative_to(addon))
        for folder in ("data", "security", "views", "wizard", "report")
        for path in (addon / folder).glob("*")
        if path.suffix in {".xml", ".csv"}
    }

    assert listed == there


@pytest.mark.parametrize("addon", ADDONS, ids=NAMES)
def test_every_addon_is_complete(addon):
    for name in (
        "README.md",
        "data/neutralize.sql",
        "i18n/es.po",
        f"i18n/{addon.name}.pot",
        "static/description/icon.png",
        "tests/__init__.py",
    ):
        assert (addon / name).is_file(), name
    assert _manifest(addon)["license"] == "LGPL-3"
    assert re.fullmatch(r"19\.0\.\d+\.\d+\.\d+", _manifest(addon)["version"])


@pytest.mark.parametrize("addon", ADDONS, ids=NAMES)
def test_spanish_is_complete_and_has_the_template_s_terms(addon):
    template = polib.pofile(str(addon / "i18n" / f"{addon.name}.pot"))
    spanish = polib.pofile(str(addon / "i18n" / "es.po"))

    assert {entry.msgid for entry in spanish} == {entry.msgid for entry in template}
    assert not [entry.msgid for entry in spanish if not entry.translated()]
    for entry in spanish:
        # A placeholder that a translation lost would fail in front of the user.
        placeholders = re.findall(r"%\(\w+\)s|%s|\{\{.*?\}\}", entry.msgid)
        assert sorted(placeholders) == sorted(
            re.findall(r"%\(\w+\)s|%s|\{\{.*?\}\}", entry.msgstr)
        ), entry.msgid


@pytest.mark.parametrize("addon", ADDONS, ids=NAMES)
def test_every_xml_file_can_be_read(addon):
    for path in addon.rglob("*.xml"):
        ElementTree.parse(path)


def test_no_file_is_longer_than_a_reader_can_hold():
    long = {
        str(path.relative_to(PROJECT)): lines
        for pattern in ("addons/**/*.py", "tools/**/*.py", "tests/**/*.py")
        for path in PROJECT.glob(pattern)
        if (lines := len(path.read_text().splitlines())) > 450
    }

    assert not long
