"""``./cobranza run`` from nothing, killed again and again, comes to its end."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from cobranza.settings import PROJECT
from fakes.process import free_port

TITLE = re.compile(r"^  (?P<title>\S.*?) …")
WELCOME = re.compile(r"^Odoo +(?P<address>http://\S+)$")
# A step is killed when it has had time to leave something half done.
SECONDS_INTO_A_STEP = 1.5


@pytest.fixture
def environment() -> Iterator[dict[str, str]]:
    """Return the environment of an empty work folder; it is removed in the end."""
    # pytest's own folders have names too long for a database socket.
    home = Path(tempfile.mkdtemp(prefix="killed-"))
    kept = {
        name: os.environ[name]
        for name in ("PATH", "HOME", "LANG")
        if name in os.environ
    }
    ports = {
        name: str(free_port())
        for name in ("COBRANZA_PORT", "COBRANZA_SMTP_PORT", "COBRANZA_MAIL_PORT")
    }
    environment = kept | ports | {"COBRANZA_HOME": str(home / "work")}
    yield environment
    _cobranza(environment, "reset", "--all").communicate(timeout=300)
    shutil.rmtree(home)


def _cobranza(environment: dict[str, str], *words: str) -> subprocess.Popen:
    return subprocess.Popen(
        [PROJECT / "cobranza", *words],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def _kill_in_a_new_step(run: subprocess.Popen, killed: set[str]) -> str:
    """Kill ``run`` in a step that is not among ``killed``; return '' once it is.

    Return Odoo's address if it came up first.
    """
    said = []
    for line in run.stderr:
        said.append(line)
        if found := WELCOME.match(line):
            return found["address"]
        found = TITLE.match(line)
        if found and found["title"] not in killed:
            killed.add(found["title"])
            time.sleep(SECONDS_INTO_A_STEP)
            os.killpg(run.pid, signal.SIGKILL)
            run.wait()
            return ""
    raise AssertionError(f"./cobranza run ended with {run.wait()}:\n{''.join(said)}")


@pytest.mark.soak
def test_run_that_is_killed_in_every_step_comes_up_in_the_end(environment):
    killed: set[str] = set()
    run, address = None, ""
    try:
        while not address:
            run = _cobranza(environment, "run")
            address = _kill_in_a_new_step(run, killed)

        assert len(killed) > 5
        with urllib.request.urlopen(f"{address}/web/login") as answer:  # noqa: S310
            assert answer.status == 200
    finally:
        if run and run.poll() is None:
            os.killpg(run.pid, signal.SIGTERM)
            run.communicate(timeout=60)
