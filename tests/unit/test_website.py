"""The plugin that keeps what a website can change."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PLUGINS = Path(__file__).resolve().parents[1] / "plugins"
# Without the other plugins a run of pytest takes a third.
QUICK = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
TESTS = """
import unittest
class TestPage(unittest.TestCase):
    test_tags = {"standard", "website"}
    def test_page(self): pass
class TestMoney(unittest.TestCase):
    test_tags = {"standard"}
    def test_money(self): pass
class TestPayment(unittest.TestCase):
    test_tags = {"standard", "website"}
    def test_payment(self): pass
"""


@pytest.fixture
def run(tmp_path):
    def run_pytest(
        *options: str, module: str = "odoo.addons.ours.tests.test_it"
    ) -> str:
        path = tmp_path / "test_it.py"
        path.write_text(f"{TESTS}\n__name__ = {module!r}\n")
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "website", "-v"]
            + ["-c", os.devnull, "-p", "no:cacheprovider", *options, str(path)],
            env=os.environ | QUICK | {"PYTHONPATH": str(PLUGINS)},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    return run_pytest


def test_what_a_website_can_change_and_the_rest_are_all_tests(run):
    assert "3 passed" in run()
    changed, rest = run("--website=changes"), run("--website=rest")

    assert "2 passed, 1 deselected" in changed
    assert "test_money" not in changed
    assert "1 passed, 2 deselected" in rest
    assert "test_money" in rest


def test_what_holds_for_all_add_ons_is_among_it(run):
    assert "3 passed" in run("--website=changes", module="tests.installed.test_it")
