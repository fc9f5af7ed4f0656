import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.receivables_automation.core.uploads import (
    MAX_BYTES,
    problem,
    safe_name,
)

PDF = b"%PDF-1.7\n"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (PDF, ""),
        (b"\xff\xd8\xff\xe0JFIF", ""),
        (b"\x89PNG\r\n\x1a\nIHDR", ""),
        (b"", "empty"),
        (b"MZ\x90\x00", "kind"),
        (b"<html>", "kind"),
        (b" " + PDF, "kind"),
        (PDF + b"x" * MAX_BYTES, "too_large"),
    ],
)
def test_files_are_known_by_their_content(content, why):
    assert problem(content) == why


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Constancia fiscal.pdf", "Constancia fiscal.pdf"),
        ("C:\\docs\\acta.PDF", "acta.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("acta.pdf.exe", "acta.pdf.exe.pdf"),
        ("a\r\nSet-Cookie: x\x00.pdf", "aSet-Cookie x.pdf"),
        ("<img src=x onerror=alert(1)>.pdf", "img src=x onerror=alert(1).pdf"),
        ("....", "file.pdf"),
        ("", "file.pdf"),
        ("\u202egpj.pdf", "gpj.pdf"),
    ],
)
def test_hostile_names_become_plain_ones(name, safe):
    assert safe_name(name, PDF) == safe


@given(st.text(max_size=300))
def test_no_name_escapes(name):
    safe = safe_name(name, PDF)

    assert safe.endswith(".pdf") and len(safe) <= 84
    assert not set(safe) & set('/\\<>:"|?*\r\n\x00')
