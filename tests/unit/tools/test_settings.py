"""Ports, paths and names: refused before anything is installed, with a way out."""

import re

import pytest
from cobranza.console import Failure
from cobranza.settings import PROJECT, Settings, check_database_name


def test_without_overrides_the_usual_ports_and_the_project_s_own_folder_are_used():
    found = Settings.from_environment()

    assert (found.http_port, found.smtp_port, found.mail_port) == (8069, 8025, 8026)
    assert found.home == PROJECT / ".cobranza"
    assert found.database == "cobranza"
    assert found.pg_host == ""


@pytest.mark.parametrize("value", ["0", "65536", "80a", "-1", "8 0", "²"])
def test_what_is_no_port_is_refused_by_name_and_value(monkeypatch, value):
    monkeypatch.setenv("COBRANZA_SMTP_PORT", value)

    expected = re.escape(f"COBRANZA_SMTP_PORT is {value!r}")
    with pytest.raises(Failure, match=expected):
        Settings.from_environment()


def test_one_port_for_two_servers_is_refused(monkeypatch):
    monkeypatch.setenv("COBRANZA_PORT", "8025")

    with pytest.raises(Failure, match="COBRANZA_PORT and COBRANZA_SMTP_PORT are both"):
        Settings.from_environment()


@pytest.mark.parametrize("name", ["x", "cobranza", "empresa_2026", "a" * 48])
def test_a_plain_database_name_is_taken_as_it_is(name):
    assert check_database_name(name) == name


@pytest.mark.parametrize(
    "name", ["", "Empresa", "2026", "_x", "a-b", "a b", "ñ", 'x"', "a" * 49, "x\n"]
)
def test_a_name_that_would_need_quotes_is_refused(name):
    with pytest.raises(Failure, match="cannot be a database name"):
        check_database_name(name)


@pytest.mark.parametrize(
    "name",
    ["postgres", "template0", "template1", "cobranza_template_1a", "x_building"],
)
def test_no_command_gets_at_the_databases_of_postgresql_and_of_the_tools(name):
    with pytest.raises(Failure, match="own"):
        check_database_name(name)


def test_a_path_too_long_for_a_socket_is_refused(monkeypatch):
    monkeypatch.setenv("COBRANZA_HOME", "/" + "x" * 80)

    with pytest.raises(Failure, match="too long for a database socket"):
        Settings.from_environment()


@pytest.mark.parametrize("variable", ["COBRANZA_HOME", "ODOO_HOME"])
def test_a_path_that_configuration_files_cannot_hold_is_refused(monkeypatch, variable):
    monkeypatch.setenv(variable, "/srv/a,b")

    with pytest.raises(Failure, match="holds ','"):
        Settings.from_environment()


def test_a_path_with_spaces_and_accents_is_fine(monkeypatch):
    monkeypatch.setenv("COBRANZA_HOME", "/srv/mi compañía")

    assert str(Settings.from_environment().home) == "/srv/mi compañía"


def test_pghost_names_a_server_of_the_person_s_own(monkeypatch):
    monkeypatch.setenv("PGHOST", "db.internal.example")

    assert Settings.from_environment().pg_host == "db.internal.example"


def test_the_pghost_that_env_printed_stays_the_private_cluster(monkeypatch):
    monkeypatch.setenv("COBRANZA_HOME", "/srv/a")
    monkeypatch.setenv("PGHOST", "/srv/a/pg/run")

    assert Settings.from_environment().pg_host == ""


def test_the_pghost_of_another_work_folder_is_not_taken_for_an_own_server(monkeypatch):
    monkeypatch.setenv("PGHOST", "/srv/a/pg/run")
    monkeypatch.setenv("COBRANZA_PGHOST", "/srv/a/pg/run")
    monkeypatch.setenv("COBRANZA_HOME", "/srv/b")

    assert Settings.from_environment().pg_host == ""
