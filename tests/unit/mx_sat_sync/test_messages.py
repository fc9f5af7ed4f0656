"""Every code has one sentence, and its values are all given where it is used."""

import ast
import functools
import re
from pathlib import Path

import pytest

from odoo.addons.mx_sat_sync.core import messages
from odoo.addons.mx_sat_sync.core.errors import InvalidInput, shorten

ADDON = Path(__file__).resolve().parents[3] / "addons" / "mx_sat_sync"
TABLES = (
    messages.ARCHIVE,
    messages.XML,
    messages.CFDI,
    messages.CHECKS,
    messages.ROLES,
    messages.SCHEMA,
    messages.LEDGER,
)


@functools.cache
def _strings() -> set[str]:
    """Return every string in the code except the table itself."""
    return {
        node.value
        for folder in ("core", "clients", "models")
        for path in (ADDON / folder).glob("*.py")
        if path.name != "messages.py"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_no_code_is_in_two_tables():
    assert len(messages.MESSAGES) == sum(map(len, TABLES))


@pytest.mark.parametrize("code", sorted(messages.MESSAGES))
def test_every_sentence_is_used_and_ends(code):
    sentence = messages.MESSAGES[code]

    assert code in _strings()
    assert sentence.endswith(".")
    assert not re.search(r"%(?!\(\w+\)s)", sentence)


def test_foreign_text_is_shown_short_and_harmless():
    error = InvalidInput("cfdi_type", value="<b>\n\u202e" + "x" * 500)

    assert error.values["value"] == "<b>··" + "x" * 74 + "…"
    assert shorten("Peña & Hijos") == "Peña & Hijos"
