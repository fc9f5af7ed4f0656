"""The plugin that turns a test which does not run into a failure."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PLUGINS = Path(__file__).resolve().parents[1] / "plugins"
# Without the other plugins a run of pytest takes a third.
QUICK = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}

# Stands in for Odoo's test classes, so that no Odoo is needed to try the plugin.
ODOO = """
import sys, types, unittest
for name in ("odoo", "odoo.addons", "odoo.addons.ours", "odoo.addons.ours.tests"):
    sys.modules.setdefault(name, types.ModuleType(name))
class Tagged(unittest.TestCase):
    test_tags = {"standard", "post_install"}
"""


@pytest.fixture
def run(tmp_path):
    def run_pytest(text: str, module: str = "") -> subprocess.CompletedProcess:
        path = tmp_path / "test_it.py"
        path.write_text(text + (f"\n__name__ = {module!r}\n" if module else ""))
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no_silent_skips"]
            + ["-c", os.devnull, "-p", "no:cacheprovider", "-q", str(path)],
            env=os.environ | QUICK | {"PYTHONPATH": str(PLUGINS)},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    return run_pytest


def test_skipped_test_fails_with_its_reason(run):
    done = run("import pytest\ndef test_a(): pytest.skip('no server')")

    assert done.returncode == 1
    assert "test_a was not run" in done.stdout
    assert "no server" in done.stdout


def test_skip_mark_fails(run):
    done = run("import pytest\n@pytest.mark.skip\ndef test_a(): pass")

    assert done.returncode == 1


def test_module_that_skips_itself_fails(run):
    done = run(
        "import pytest\npytest.skip('no browser', allow_module_level=True)\n"
        "def test_a(): pass"
    )

    assert done.returncode == 2
    assert "no browser" in done.stdout


def test_test_that_runs_passes(run):
    assert run("def test_a(): assert True").returncode == 0


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("def test_a(): assert True", "takes classes only"),
        (
            "class TestA(unittest.TestCase):\n    def test_a(self): pass",
            "passes over it",
        ),
        (
            "class TestA(Tagged):\n"
            "    test_tags = {'nightly'}\n    def test_a(self): pass",
            "neither 'standard' nor 'soak'",
        ),
    ],
)
def test_what_odoo_would_pass_over_is_refused(run, body, reason):
    done = run(ODOO + body, module="odoo.addons.ours.tests.test_it")

    assert done.returncode == 4
    assert reason in done.stderr + done.stdout


def test_class_that_odoo_runs_is_accepted(run):
    body = "class TestA(Tagged):\n    def test_a(self): self.assertTrue(1)"

    done = run(ODOO + body, module="odoo.addons.ours.tests.test_it")

    assert done.returncode == 0
