"""A work folder for a test, and an environment without the caller's own settings."""

import os

import pytest
from cobranza.settings import Settings


@pytest.fixture(autouse=True)
def no_overrides(monkeypatch):
    """What the person who runs the tests has set decides nothing here."""
    for name in list(os.environ):
        if name.startswith(("COBRANZA_", "PG", "ODOO_")) or name == "DB":
            monkeypatch.delenv(name)


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """Settings whose work folder is the test's own, with nothing in it."""
    monkeypatch.setattr("cobranza.settings.LONGEST_HOME", 500)
    monkeypatch.setenv("COBRANZA_HOME", str(tmp_path / "home"))
    return Settings.from_environment()
