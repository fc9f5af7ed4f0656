"""Fakes start, say when they are ready, and end with whoever started them."""

import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time

import pytest
from fakes.process import FAKES_ROOT, FakeProcess, FakeStartError, free_port

READY_THEN_SLEEP = """
    import json, os, sys, time
    print(json.dumps({"pid": os.getpid(), "arguments": sys.argv[1:]}), flush=True)
    time.sleep(60)
"""
on_linux = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="uses /proc and PR_SET_PDEATHSIG"
)


@pytest.fixture
def fake_of(tmp_path):
    """Return a function that makes a fake of source text."""
    started = []

    def make(source, *arguments, **options):
        (tmp_path / "sample_fake.py").write_text(textwrap.dedent(source))
        environment = {"PYTHONPATH": str(tmp_path)}
        fake = FakeProcess(
            "sample_fake", *arguments, environment=environment, **options
        )
        started.append(fake)
        return fake

    yield make
    for fake in started:
        fake.stop()


def is_gone(pid):
    """Whether the process has ended; one that nobody waits for stays as a zombie."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def is_refused(port):
    """Whether nobody listens on the port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def wait_until(is_true, timeout_s=5.0):
    """Return whether ``is_true()`` held within ``timeout_s``."""
    deadline = time.monotonic() + timeout_s
    while not is_true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def test_a_fake_tells_what_it_printed_and_gets_its_arguments(fake_of):
    with fake_of(READY_THEN_SLEEP, "--folder", "a b") as fake:
        assert fake.ready == {"pid": fake.pid, "arguments": ["--folder", "a b"]}
        assert fake.is_running


def test_stop_ends_the_process_and_can_be_repeated(fake_of):
    fake = fake_of(READY_THEN_SLEEP)
    pid = fake.start()["pid"]

    assert fake.stop() == -signal.SIGTERM
    assert fake.stop() is None
    assert not fake.is_running
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_fake_that_ignores_the_polite_end_is_killed(fake_of):
    fake = fake_of(
        "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        + textwrap.dedent(READY_THEN_SLEEP),
        grace_s=0.1,
    )
    fake.start()

    assert fake.stop() == -signal.SIGKILL


def test_a_fake_that_dies_shows_its_stderr(fake_of):
    fake = fake_of("import sys; sys.exit('no such port')")

    with pytest.raises(FakeStartError, match=r"exit code 1(.|\n)*no such port"):
        fake.start()


def test_a_silent_fake_is_given_up_and_ended(fake_of):
    fake = fake_of(
        """
        import os, sys, time
        print(os.getpid(), file=sys.stderr, flush=True)
        time.sleep(60)
        """,
        start_timeout_s=0.4,
    )

    with pytest.raises(FakeStartError, match="was silent for 0.4 s") as failure:
        fake.start()

    pid = int(str(failure.value).splitlines()[-1])
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.parametrize("line", ["Listening on 8025", "[1]"])
def test_a_first_line_that_is_no_json_object_is_reported(fake_of, line):
    fake = fake_of(f"import time; print({line!r}, flush=True); time.sleep(60)")

    with pytest.raises(FakeStartError, match="instead of a JSON object"):
        fake.start()


def test_a_fake_that_ended_right_after_its_line_was_ready(fake_of):
    with fake_of("print('{\"done\": true}')") as fake:
        assert fake.ready == {"done": True}


def test_a_started_fake_cannot_be_started_again(fake_of):
    with (
        fake_of(READY_THEN_SLEEP) as fake,
        pytest.raises(RuntimeError, match="already"),
    ):
        fake.start()


def test_a_talkative_fake_is_not_blocked(fake_of, tmp_path):
    end_mark = tmp_path / "written"
    fake = fake_of(
        """
        import pathlib, sys, time
        print("{}", flush=True)
        for stream in (sys.stdout, sys.stderr):
            stream.write("x" * 300_000)
            stream.flush()
        pathlib.Path(sys.argv[1]).touch()
        time.sleep(60)
        """,
        end_mark,
    )

    with fake:
        assert wait_until(end_mark.exists)
        assert fake.stderr() == "x" * 300_000


@on_linux
def test_starting_and_stopping_leaves_no_file_descriptor_open(fake_of):
    before = os.listdir("/proc/self/fd")
    fake = fake_of(READY_THEN_SLEEP)
    fake.start()
    fake.stop()
    with pytest.raises(FakeStartError):
        fake_of("raise SystemExit(1)").start()

    assert os.listdir("/proc/self/fd") == before


@on_linux
def test_a_fake_inherits_no_file_descriptor_of_its_parent(fake_of):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.set_inheritable(True)
        target = os.readlink(f"/proc/self/fd/{listener.fileno()}")

        with fake_of(READY_THEN_SLEEP) as fake:
            folder = f"/proc/{fake.pid}/fd"
            held = [os.readlink(f"{folder}/{name}") for name in os.listdir(folder)]

    assert target not in held


@on_linux
def test_a_fake_dies_when_its_parent_is_killed(tmp_path):
    script = """
        import json, sys, time
        from fakes.process import FakeProcess
        fake = FakeProcess("fakes.mail_catcher", "--folder", sys.argv[1])
        print(json.dumps(fake.start() | {"pid": fake.pid}), flush=True)
        time.sleep(60)
    """
    parent = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script), tmp_path],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(FAKES_ROOT)},
    )
    with parent:
        fake = json.loads(parent.stdout.readline())
        socket.create_connection(("127.0.0.1", fake["smtp_port"]), 5).close()

        parent.kill()

    assert wait_until(lambda: is_gone(fake["pid"]))
    # The threads of a dead process let go of its ports a moment later.
    assert wait_until(lambda: is_refused(fake["smtp_port"]))


@on_linux
def test_a_fake_does_not_start_for_a_parent_that_is_already_gone(tmp_path):
    (tmp_path / "sample_fake.py").write_text("print('started')")
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait(10)

    result = subprocess.run(
        [sys.executable, "-m", "fakes.bind_to_parent", str(ended.pid), "sample_fake"],
        env={**os.environ, "PYTHONPATH": f"{FAKES_ROOT}{os.pathsep}{tmp_path}"},
        capture_output=True,
        text=True,
        timeout=10,
    )

    assert result.returncode == 1
    assert "started" not in result.stdout
    assert "is gone" in result.stderr


def test_a_fake_outlives_the_thread_that_started_it(fake_of):
    fake = fake_of(READY_THEN_SLEEP)
    starter = threading.Thread(target=fake.start)
    starter.start()
    starter.join()

    assert not wait_until(lambda: not fake.is_running, timeout_s=0.2)


def test_a_free_port_can_be_listened_on():
    port = free_port()

    with socket.create_server(("127.0.0.1", port)) as listener:
        assert listener.getsockname()[1] == port
