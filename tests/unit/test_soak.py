"""The plugin that keeps long tests for ``./cobranza soak``."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PLUGINS = Path(__file__).resolve().parents[1] / "plugins"
# Without the other plugins a run of pytest takes a third.
QUICK = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
TESTS = """
import pytest, unittest
from hypothesis import given, settings, strategies
def test_short(): pass
@pytest.mark.soak
def test_long(): pass
class TestTagged(unittest.TestCase):
    test_tags = {"soak", "post_install"}
    def test_of_an_addon(self): pass
seen = []
@settings(max_examples=3)
@given(strategies.integers())
def test_examples(number): seen.append(number)
def teardown_module(): print("examples:", len(seen))
"""


@pytest.fixture
def run(tmp_path):
    def run_pytest(*options: str) -> str:
        path = tmp_path / "test_it.py"
        path.write_text(TESTS)
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "soak", "-s", "-v"]
            + ["-c", os.devnull, "-p", "no:cacheprovider", *options, str(path)],
            env=os.environ | QUICK | {"PYTHONPATH": str(PLUGINS)},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    return run_pytest


def test_long_tests_are_left_out(run):
    said = run()

    assert "2 passed, 2 deselected" in said
    assert "test_short" in said
    assert "examples: 3" in said


def test_soak_runs_long_tests_and_more_examples_only(run):
    said = run("--soak")

    assert "3 passed, 1 deselected" in said
    assert "test_long" in said
    assert "test_of_an_addon" in said
    assert "examples: 60" in said
