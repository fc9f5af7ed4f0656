"""PostgreSQL: which version, whose, and which server is meant."""

import os
import pwd

import pytest
from cobranza import postgres, system_packages
from cobranza.console import Failure
from cobranza.system_packages import pg_versions


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Pretend that these versions of PostgreSQL are installed."""
    monkeypatch.setattr(system_packages.shutil, "which", lambda name: None)

    def install(*folders):
        for folder in folders:
            program = tmp_path / folder / "bin" / "postgres"
            program.parent.mkdir(parents=True)
            program.touch()
        return pg_versions(tmp_path)

    return install


@pytest.fixture
def cluster(settings, monkeypatch):
    """A cluster that PostgreSQL 15 made for the user who runs this test."""
    data = settings.home / "pg" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("15\n")
    me = pwd.getpwuid(os.geteuid())
    monkeypatch.setattr(postgres.pwd, "getpwnam", lambda name: me)
    monkeypatch.setattr(postgres.Cluster, "_drop_root", lambda self: ())

    def make(versions):
        monkeypatch.setattr(postgres, "pg_versions", lambda: versions)
        return postgres.Cluster(settings, {})

    return make


def test_every_version_is_found_where_distributions_put_it(installed, tmp_path):
    found = installed("usr/lib/postgresql/15", "usr/lib/postgresql/17", "usr/pgsql-16")

    assert sorted(found) == [15, 16, 17]
    assert found[16] == tmp_path / "usr/pgsql-16/bin"


def test_a_version_too_old_for_odoo_is_as_if_it_were_not_there(installed):
    assert installed("usr/lib/postgresql/9.6", "usr/lib/postgresql/12") == {}


def test_a_cluster_is_started_by_the_version_that_made_it(cluster, tmp_path):
    made = cluster({15: tmp_path / "15", 17: tmp_path / "17"})

    assert made.bin == tmp_path / "15"


def test_a_cluster_of_a_version_that_is_gone_is_refused_with_both_versions(
    cluster, tmp_path
):
    with pytest.raises(
        Failure, match="made by PostgreSQL 15; here is 16, 17"
    ) as caught:
        cluster({17: tmp_path, 16: tmp_path})

    assert "./cobranza reset --all" in caught.value.remedy


def test_a_cluster_of_another_user_is_refused_before_it_is_touched(
    cluster, tmp_path, monkeypatch
):
    other = pwd.struct_passwd(("eve", "x", os.geteuid() + 1, 1, "", "/", "/bin/sh"))
    monkeypatch.setattr(postgres.pwd, "getpwuid", lambda uid: other)
    monkeypatch.setattr(postgres.pwd, "getpwnam", lambda name: other)

    with pytest.raises(Failure, match=r"belong to another user .* \(eve\)"):
        cluster({15: tmp_path})


def test_the_private_server_is_reached_by_its_socket_whatever_pgport_says(
    settings, monkeypatch
):
    monkeypatch.setenv("PGPORT", "5433")

    assert postgres.server(settings).environment == {
        "PGHOST": str(settings.home / "pg" / "run"),
        "PGPORT": "5432",
        "PGUSER": "cobranza",
    }


def test_the_person_s_own_server_is_reached_as_the_usual_variables_say(
    settings, monkeypatch
):
    monkeypatch.setenv("PGHOST", "db.internal.example")
    monkeypatch.setenv("PGPORT", "5433")
    monkeypatch.setenv("PGUSER", "odoo")

    own = type(settings).from_environment()

    assert postgres.server(own).environment == {
        "PGHOST": "db.internal.example",
        "PGPORT": "5433",
        "PGUSER": "odoo",
    }
