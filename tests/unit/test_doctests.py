"""The examples in ``core``'s docstrings are true."""

import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest

ADDONS = Path(__file__).resolve().parents[2] / "addons"


def _modules() -> list[str]:
    return [
        f"odoo.addons.{core.parent.name}.core.{module.name}"
        for core in sorted(ADDONS.glob("*/core"))
        for module in pkgutil.iter_modules([str(core)])
    ]


@pytest.mark.parametrize("name", _modules())
def test_examples_hold(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0
