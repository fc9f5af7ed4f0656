import base64
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.receivables_automation.core.secrets import (
    SecretFileError,
    ServerSecret,
    derive,
    hkdf_sha256,
    parse,
)


def _line(version, byte, size=32):
    return f"{version}:{base64.b64encode(bytes([byte]) * size).decode()}"


# RFC 5869, appendix A, test cases 1 to 3 (HKDF with SHA-256): input key material, salt,
# info, length, output key material.
RFC_5869 = [
    (
        "0b" * 22,
        "000102030405060708090a0b0c",
        "f0f1f2f3f4f5f6f7f8f9",
        42,
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
        "34007208d5b887185865",
    ),
    (
        bytes(range(0x00, 0x50)).hex(),
        bytes(range(0x60, 0xB0)).hex(),
        bytes(range(0xB0, 0x100)).hex(),
        82,
        "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
        "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
        "cc30c58179ec3e87c14c01d5c1f3434f1d87",
    ),
    (
        "0b" * 22,
        "",
        "",
        42,
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
        "9d201395faa4b61a96c8",
    ),
]


@pytest.mark.parametrize(("material", "salt", "info", "length", "output"), RFC_5869)
def test_keys_are_derived_as_rfc_5869_says(material, salt, info, length, output):
    key = hkdf_sha256(
        bytes.fromhex(material), bytes.fromhex(salt), bytes.fromhex(info), length
    )

    assert key.hex() == output


def test_a_purpose_is_hkdf_s_info():
    secret = ServerSecret(1, bytes(range(40)))

    assert derive(secret, "liga") == hkdf_sha256(bytes(range(40)), b"", b"liga", 32)


def test_each_purpose_and_each_version_has_its_own_key():
    secrets = parse(f"{_line(1, 1)}\n{_line(2, 2)}")

    keys = [
        derive(secret, purpose)
        for secret in secrets.versions
        for purpose in ("links", "fiel")
    ]

    assert len(set(keys)) == 4
    assert {len(key) for key in keys} == {32}


def test_a_key_without_purpose_is_refused():
    with pytest.raises(ValueError, match="purpose"):
        derive(ServerSecret(1, bytes(32)), "")


def test_the_highest_version_signs_and_all_verify():
    secrets = parse(f"{_line(2, 2)}\n{_line(10, 3)}\n{_line(9, 1)}\n")

    assert secrets.signing.version == 10
    assert list(secrets.keys("links")) == [10, 9, 2]


def test_comments_blank_lines_and_spaces_say_nothing():
    text = f"\n# made today\r\n  {_line(1, 1)}  \n\n#2:not-read\n"

    assert parse(text) == parse(_line(1, 1))


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        (f"# one\n{_line(1, 1)}\n{_line(1, 2)}", 3, "version 1 stands twice"),
        (f"{_line(1, 1)}\n{_line('01', 2)}", 2, "version 1 stands twice"),
        (f"{_line(1, 1)}\n{_line(2, 1)}", 2, "repeats another version"),
        (_line(1, 1, size=31), 1, "has 31 bytes"),
        ("1:", 1, "expected"),
        ("\n\n1=AAAA", 3, "expected"),
        (f"one:{_line(1, 1)[2:]}", 1, "expected"),
        (f"1:{_line(1, 1)[2:]} x", 1, "expected"),
        (_line(0, 1), 1, "from 1 to 65535"),
        (_line(65536, 1), 1, "from 1 to 65535"),
        (_line(-1, 1), 1, "expected"),
        (f"1:{'*' * 44}", 1, "not base64"),
        (_line(1, 1)[:-1], 1, "not base64"),
        (f"1:{'ñ' * 44}", 1, "not base64"),
        ("", 0, "no secret"),
        ("# nothing\n", 0, "no secret"),
    ],
)
def test_a_wrong_line_is_refused_with_its_number(text, line, why):
    with pytest.raises(SecretFileError, match=why) as refusal:
        parse(text)

    assert refusal.value.line == line
    assert (f"Line {line} " in str(refusal.value)) is bool(line)


def test_key_material_is_never_shown():
    secrets = parse(_line(1, 0x41, size=40))
    encoded = _line(1, 0x41, size=40)[2:]

    for shown in (repr(secrets), str(secrets), repr(secrets.signing), f"{secrets}"):
        assert "AAAA" not in shown
        assert encoded[:8] not in shown


@pytest.mark.parametrize(
    "text", ["1:QUJDREVG*UJDREVG", "1:QUJDREVG", "QUJDREVG", "QUJDREVG:1"]
)
def test_an_error_does_not_show_what_it_complains_about(text):
    with pytest.raises(SecretFileError) as refusal:
        parse(text)

    shown = "".join(traceback.format_exception_only(refusal.value))
    assert "QUJD" not in shown
    assert "ABCD" not in shown
    assert refusal.value.__suppress_context__ or refusal.value.__context__ is None


@given(st.text())
def test_any_other_text_is_refused_as_such(text):
    try:
        parse(text)
    except SecretFileError as refusal:
        assert str(refusal)
    else:
        raise AssertionError(f"{text!r} was taken for a secret file.")
