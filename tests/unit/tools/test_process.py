"""Child processes: what they said when they failed, and that none is left behind."""

import os
import signal
import subprocess
import sys
import time

import pytest
from cobranza.console import Failure
from cobranza.process import output_of, run_attached, run_logged, spawn, stop
from cobranza.settings import PROJECT

ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "PYTHONPATH": str(PROJECT / "tools"),
    "PYTHONDONTWRITEBYTECODE": "1",
}


def _is_alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _ends(pid: int, limit_s: float = 5) -> bool:
    limit = time.monotonic() + limit_s
    while _is_alive(pid) and time.monotonic() < limit:
        time.sleep(0.02)
    return not _is_alive(pid)


def _shell(script: str, log, **options) -> None:
    options.setdefault("problem", "It failed.")
    run_logged(("sh", "-c", script), log, env=ENVIRONMENT, **options)


def test_a_failure_carries_problem_remedy_and_where_the_log_is(tmp_path):
    with pytest.raises(Failure) as caught:
        _shell("echo no space; exit 3", tmp_path / "a.log", remedy="Free some.")

    shown = str(caught.value)
    assert "It failed." in shown
    assert "no space" in shown
    assert "→ Free some." in shown
    assert str(tmp_path / "a.log") in shown


def test_a_failure_shows_the_cause_even_where_much_was_printed_after_it(tmp_path):
    script = "echo 'odoo.exceptions.ParseError: in x.xml'; seq 50; exit 1"

    with pytest.raises(Failure) as caught:
        _shell(script, tmp_path / "a.log")

    assert caught.value.detail == "odoo.exceptions.ParseError: in x.xml"


def test_a_failure_without_a_known_cause_shows_the_last_lines(tmp_path):
    with pytest.raises(Failure) as caught:
        _shell("seq 50; exit 1", tmp_path / "a.log")

    assert caught.value.detail.splitlines()[-1] == "50"
    assert len(caught.value.detail.splitlines()) == 12


def test_the_log_holds_everything_and_each_line_is_reported(tmp_path):
    lines = []

    _shell(
        "echo one; echo two >&2; cat",
        tmp_path / "a.log",
        stdin="three\n",
        on_line=lines.append,
    )

    assert lines == ["one", "two", "three"]
    assert (tmp_path / "a.log").read_text() == "one\ntwo\nthree\n"


def test_ctrl_c_stops_the_child_and_its_own_children(tmp_path):
    pids = []

    def interrupt(line):
        pids.extend(map(int, line.split()))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _shell("sleep 30 & echo $$ $!; wait", tmp_path / "a.log", on_line=interrupt)

    assert len(pids) == 2
    assert all(_ends(pid) for pid in pids)


def test_a_child_that_does_not_listen_is_stopped_by_force():
    child = spawn(
        ("sh", "-c", "trap '' TERM; echo; exec sleep 30"),
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
    )
    child.stdout.readline()

    stop(child, grace_s=0.1)

    assert child.returncode == -signal.SIGKILL


def test_a_child_dies_with_a_parent_that_was_killed(tmp_path):
    parent = subprocess.Popen(
        [
            *(sys.executable, "-c"),
            "import os, pathlib, sys\n"
            "from cobranza.process import run_logged\n"
            "run_logged(('sh', '-c', 'echo $$; exec sleep 30'),"
            " pathlib.Path(sys.argv[1]), env=os.environ, problem='',"
            " on_line=lambda line: print(line, flush=True))",
            str(tmp_path / "a.log"),
        ],
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        text=True,
    )
    child = int(parent.stdout.readline())
    assert _is_alive(child)

    parent.kill()
    parent.wait()

    assert _ends(child)


def test_a_program_that_is_missing_is_named(tmp_path):
    for start in (
        lambda: run_logged(("no-such",), tmp_path / "a", env=ENVIRONMENT, problem="p"),
        lambda: output_of(("no-such",), env=ENVIRONMENT),
    ):
        with pytest.raises(Failure, match="The command no-such is missing"):
            start()


def test_a_short_command_that_fails_carries_its_own_words():
    with pytest.raises(Failure) as caught:
        output_of(("sh", "-c", "echo wrong >&2; exit 1"), env=ENVIRONMENT)

    assert caught.value.detail == "wrong"


@pytest.mark.parametrize(("script", "code"), [("exit 7", 7), ("kill -9 $$", 137)])
def test_an_attached_program_hands_over_its_exit_code(script, code):
    assert run_attached(("sh", "-c", script), env=ENVIRONMENT) == code


def test_ctrl_c_is_the_business_of_a_program_that_takes_it():
    code = run_attached(
        ("sh", "-c", f"kill -INT {os.getpid()}; sleep 0.1; exit 5"),
        env=ENVIRONMENT,
        takes_ctrl_c=True,
    )

    assert code == 5
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
