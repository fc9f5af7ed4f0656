"""``./cobranza``: the list of commands, what is no command, and how it ends."""

import os
import signal
import subprocess
import sys

import pytest
from cobranza import __main__ as command_line
from cobranza.commands import COMMANDS, Command
from cobranza.console import Failure
from cobranza.settings import PROJECT


@pytest.fixture
def trial(monkeypatch):
    """Make a function the command ``trial``."""

    def use(function):
        monkeypatch.setitem(COMMANDS, "trial", Command(function, "trial", "a trial"))

    return use


@pytest.fixture(autouse=True)
def signals_as_before():
    """Take back what ``main`` arranges for signals."""
    yield
    for number in command_line.INTERRUPTS:
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.mark.parametrize("arguments", [[], ["--help"], ["help"]])
def test_without_a_command_every_command_and_override_is_listed(capsys, arguments):
    assert command_line.main(arguments) == 0

    shown = capsys.readouterr().out
    for command in COMMANDS.values():
        assert f"  {command.usage} " in shown
        assert command.summary in shown
    for variable in ("COBRANZA_HOME", "COBRANZA_PORT", "ODOO_HOME", "PGHOST", "DB"):
        assert variable in shown


def test_the_list_of_commands_fits_a_terminal():
    assert max(map(len, command_line.usage().splitlines())) <= 88


def test_an_unknown_command_is_named_and_the_list_is_shown(capsys):
    assert command_line.main(["rnu"]) == 2

    shown = capsys.readouterr()
    assert "no command 'rnu'" in shown.err
    assert "usage:" in shown.err
    assert shown.out == ""


def test_help_for_a_command_runs_nothing(capsys, trial):
    trial(lambda settings, arguments: pytest.fail("It ran."))

    assert command_line.main(["trial", "--help"]) == 0
    assert "a trial" in capsys.readouterr().out


@pytest.mark.parametrize("returned", [None, 0, 3])
def test_the_exit_code_is_the_command_s(trial, returned):
    trial(lambda settings, arguments: returned)

    assert command_line.main(["trial"]) == (returned or 0)


def test_a_failure_is_told_with_its_remedy_and_without_a_traceback(capsys, trial):
    def fail(settings, arguments):
        raise Failure("Port 1 is taken.", "Set another.", "line one\nline two")

    trial(fail)

    assert command_line.main(["trial"]) == 1
    assert capsys.readouterr().err == (
        "\ncobranza: Port 1 is taken.\n    line one\n    line two\n  → Set another.\n"
    )


def test_a_full_disk_is_told_as_one(capsys, trial):
    def fill(settings, arguments):
        with open("/dev/full", "w") as file:
            file.write("x")

    trial(fill)

    assert command_line.main(["trial"]) == 1
    assert "No space left on device" in capsys.readouterr().err


def test_a_wrong_setting_is_told_before_the_command_runs(capsys, trial, monkeypatch):
    trial(lambda settings, arguments: pytest.fail("It ran."))
    monkeypatch.setenv("COBRANZA_PORT", "x")

    assert command_line.main(["trial"]) == 1
    assert "COBRANZA_PORT is 'x'" in capsys.readouterr().err


@pytest.mark.parametrize("number", command_line.INTERRUPTS)
def test_a_signal_cleans_up_once_however_often_it_comes(trial, number, capfd):
    done = []

    def wait(settings, arguments):
        try:
            os.kill(os.getpid(), number)
        finally:
            os.kill(os.getpid(), number)
            done.append("cleaned up")

    trial(wait)

    assert command_line.main(["trial"]) == 130
    assert done == ["cleaned up"]
    assert "Start again to go on from here" in capfd.readouterr().err


def test_what_nohup_ignores_stays_ignored(trial):
    trial(lambda settings, arguments: os.kill(os.getpid(), signal.SIGHUP))
    signal.signal(signal.SIGHUP, signal.SIG_IGN)

    assert command_line.main(["trial"]) == 0


@pytest.mark.parametrize("words", ["'x'", ""])
def test_a_reader_that_goes_away_is_no_traceback(words):
    script = (
        "import sys; from cobranza import __main__ as m;"
        "from cobranza.commands import COMMANDS, Command;"
        "COMMANDS['x'] = Command(lambda s, a: print('y' * 99999), 'x', '');"
        f"sys.exit(m.main([{words}]))"
    )
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [sys.executable, "-c", script],
            env=os.environ | {"PYTHONPATH": str(PROJECT / "tools")},
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    finally:
        os.close(writing)

    assert (done.returncode, done.stderr) == (141, "")
