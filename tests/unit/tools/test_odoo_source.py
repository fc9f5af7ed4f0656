"""Where Odoo comes from: the machine's own Debian archive, every package checked."""

import hashlib

import pytest
from cobranza.console import Failure
from cobranza.odoo_source import check_sums, debian_address

ARCHIVE = "http://mirror.example/debian"


@pytest.fixture
def apt(tmp_path):
    """An empty /etc/apt."""
    (tmp_path / "sources.list.d").mkdir()
    return tmp_path


def test_the_one_line_format_is_read(apt):
    (apt / "sources.list").write_text(f"deb {ARCHIVE}/ bookworm main contrib\n")

    assert debian_address(apt) == ARCHIVE


def test_options_in_brackets_are_passed_over(apt):
    key = "/usr/share/keyrings/debian-archive-keyring.gpg"
    line = f"deb [arch=amd64 signed-by={key}] {ARCHIVE} bookworm main\n"
    (apt / "sources.list.d" / "debian.list").write_text(line)

    assert debian_address(apt) == ARCHIVE


def test_the_stanza_format_is_read(apt):
    (apt / "sources.list.d" / "debian.sources").write_text(
        "Types: deb deb-src\n"
        "# An older one: http://old.example/debian\n"
        f"URIs: {ARCHIVE}\n"
        "Suites: bookworm bookworm-updates\n"
        "Components: main\n"
        "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n"
    )

    assert debian_address(apt) == ARCHIVE


def test_security_is_no_archive_with_every_suite(apt):
    (apt / "sources.list").write_text(
        "deb http://security.example/debian bookworm-security main\n"
        "deb http://security.example/debian-security bookworm-security main\n"
        f"deb {ARCHIVE} bookworm main\n"
    )

    assert debian_address(apt) == ARCHIVE


def test_a_third_party_whose_address_looks_like_debian_is_passed_over(apt):
    (apt / "sources.list.d" / "a.list").write_text(
        "deb [signed-by=/etc/apt/keyrings/a.gpg] https://a.example/debian stable main\n"
        "deb https://b.example/linux/debian bookworm stable\n"
    )
    (apt / "sources.list.d" / "b.sources").write_text(
        "Types: deb\nURIs: https://c.example/debian\nSuites: bookworm\n"
        "Components: main\nSigned-By: /etc/apt/keyrings/c.gpg\n\n"
        f"Types: deb\nURIs: {ARCHIVE}\nSuites: bookworm\nComponents: main\n"
    )

    assert debian_address(apt) == ARCHIVE


def test_what_is_commented_out_disabled_or_source_only_is_passed_over(apt):
    (apt / "sources.list").write_text(
        f"# deb {ARCHIVE} bookworm main\ndeb-src {ARCHIVE} bookworm main\n"
    )
    (apt / "sources.list.d" / "debian.sources").write_text(
        f"Enabled: no\nTypes: deb\nURIs: {ARCHIVE}\nSuites: sid\nComponents: main\n"
    )

    assert debian_address(apt) is None


def test_a_cloud_image_s_list_of_mirrors_is_an_archive(apt):
    (apt / "sources.list.d" / "debian.sources").write_text(
        "Types: deb\nURIs: mirror+file:///etc/apt/mirrors/debian.list\n"
        "Suites: bookworm\nComponents: main\n"
    )

    assert debian_address(apt) == "mirror+file:///etc/apt/mirrors/debian.list"


def test_a_machine_without_debian_sources_has_no_address(apt):
    (apt / "sources.list").write_text("deb http://u.example/ubuntu noble main\n")

    assert debian_address(apt) is None


def _index(content: bytes, version: str = "19.0-1") -> str:
    digest = hashlib.sha256(content).hexdigest()
    return f"Package: odoo-19\nVersion: {version}\nSHA256: {digest}\n"


def test_a_package_as_the_index_says_is_taken(tmp_path):
    (tmp_path / "odoo-19_1%3a19.0-1_all.deb").write_bytes(b"good")

    check_sums(tmp_path, _index(b"good", "1:19.0-1"), ["odoo-19"])


def test_a_package_with_another_checksum_is_refused(tmp_path):
    (tmp_path / "odoo-19_19.0-1_all.deb").write_bytes(b"bad")

    with pytest.raises(Failure, match="odoo-19_19.0-1_all.deb has another checksum"):
        check_sums(tmp_path, _index(b"good"), ["odoo-19"])


def test_a_package_that_did_not_arrive_is_noticed(tmp_path):
    with pytest.raises(Failure, match="odoo-19 did not arrive"):
        check_sums(tmp_path, _index(b"good"), ["odoo-19"])


def test_a_package_that_the_index_does_not_list_is_refused(tmp_path):
    (tmp_path / "libjs-jquery_3_all.deb").write_bytes(b"who knows")

    with pytest.raises(Failure, match="does not list the package libjs-jquery"):
        check_sums(tmp_path, _index(b"good"), ["libjs-jquery"])
