"""What the distribution has to provide, and what is said where it cannot."""

import pytest
from cobranza import system_packages
from cobranza.console import Failure
from cobranza.system_packages import Need, install

MISSING = Need("PostgreSQL", ("postgresql",), lambda: None, "install PostgreSQL")
OPTIONAL = Need("wkhtmltopdf", ("wkhtmltopdf",), lambda: None, "install it", True)
THERE = Need("psql", ("postgresql-client",), lambda: True, "install psql")


@pytest.fixture
def machine(monkeypatch):
    """Pretend to be a user on a machine with these programs."""

    def pretend(user_id, *programs):
        monkeypatch.setattr(system_packages.os, "geteuid", lambda: user_id)
        monkeypatch.setattr(
            system_packages.shutil, "which", lambda name: name in programs or None
        )

    return pretend


def test_nothing_is_asked_of_a_machine_that_has_everything(settings, machine):
    machine(1000)

    install(settings, (THERE,), {})


def test_without_apt_the_way_out_is_named(settings, machine):
    machine(0)

    with pytest.raises(Failure, match="PostgreSQL: not here, and no apt-get") as caught:
        install(settings, (THERE, MISSING), {})

    assert caught.value.remedy == "Install PostgreSQL."


def test_whoever_is_not_root_gets_the_command_for_root(settings, machine):
    machine(1000, "apt-get", "apt-cache")

    with pytest.raises(Failure, match="only root can install") as caught:
        install(settings, (MISSING,), {})

    assert "apt-get install postgresql'" in caught.value.remedy


def test_what_can_be_done_without_is_told_and_stops_nobody(settings, machine, capsys):
    machine(1000, "apt-get", "apt-cache")

    install(settings, (OPTIONAL,), {})

    assert "wkhtmltopdf is missing" in capsys.readouterr().err


def test_a_postgresql_that_a_killed_apt_left_half_is_not_there_yet(monkeypatch):
    def no_such_user(name):
        raise KeyError(name)

    monkeypatch.setattr(system_packages, "find_pg_bin", lambda: "/usr/bin")
    monkeypatch.setattr(system_packages.os, "geteuid", lambda: 0)
    monkeypatch.setattr(system_packages.pwd, "getpwnam", lambda name: name)
    assert system_packages.POSTGRESQL.is_there()

    monkeypatch.setattr(system_packages.pwd, "getpwnam", no_such_user)

    assert not system_packages.POSTGRESQL.is_there()
