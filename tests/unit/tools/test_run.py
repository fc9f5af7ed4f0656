"""``./cobranza run``: its ports, and that what it says is so."""

import errno
import re
import socket
import threading

import pytest
from cobranza.commands import run
from cobranza.console import Failure
from cobranza.databases import SCRIPTS


@pytest.fixture
def listener():
    """A server on a port of its own."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def test_a_port_in_use_is_refused_with_the_variable_that_moves_it(listener):
    port = listener.getsockname()[1]

    with pytest.raises(Failure) as caught:
        run.require_free(port, "COBRANZA_PORT", "Odoo", limit_s=0)

    assert f"Port {port} is taken, and Odoo needs it." in str(caught.value)
    assert "set COBRANZA_PORT to a free port" in str(caught.value)


def test_a_server_that_is_just_ending_is_waited_for(listener):
    port = listener.getsockname()[1]
    ending = threading.Timer(0.1, listener.close)
    ending.start()

    run.require_free(port, "COBRANZA_PORT", "Odoo", limit_s=5)

    ending.join()


def test_a_port_that_this_user_may_not_use_is_not_called_taken(monkeypatch):
    denied = PermissionError(errno.EACCES, "Permission denied")
    monkeypatch.setattr(run, "_problem_with", lambda port: denied)

    with pytest.raises(Failure, match="Port 80 cannot be used by Odoo: Permission"):
        run.require_free(80, "COBRANZA_PORT", "Odoo")


def test_the_welcome_names_addresses_password_and_every_login(settings):
    shown = run.welcome(settings, "http://127.0.0.1:8026/", has_logins=True)

    assert f"http://127.0.0.1:{settings.http_port}" in shown
    assert "http://127.0.0.1:8026/" in shown
    assert f"password: {settings.password}" in shown
    for login, _, _ in run.LOGINS:
        assert re.search(rf"^  {login} ", shown, re.M)


def test_the_welcome_to_a_database_without_the_sample_promises_no_logins(settings):
    shown = run.welcome(settings, "http://127.0.0.1:8026/", has_logins=False)

    assert "finanzas" not in shown
    assert f"The database {settings.database} is without the sample company" in shown


def test_each_login_that_the_welcome_names_is_made():
    script = (SCRIPTS / "logins.py").read_text()

    for login, _, _ in run.LOGINS:
        assert f'"{login}"' in script or f"user_{login}" in script


def test_each_thing_to_try_is_done_by_a_login_that_is_named():
    logins = {login for login, _, _ in run.LOGINS}

    assert len(run.TO_TRY) == 3
    for what in run.TO_TRY:
        assert re.match(r"Log in as (\w+)", what)[1] in logins
