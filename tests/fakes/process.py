"""Start and stop a fake as a process of its own.

A fake is a module that prints one line of JSON on stdout when it is ready to serve:

    with FakeProcess("fakes.mail_catcher", "--folder", folder) as fake:
        fake.ready["smtp_port"]
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

FAKES_ROOT = Path(__file__).resolve().parent.parent
POLL_S = 0.01

# Linux kills a bound child when the *thread* that started it ends. This thread lasts
# as long as the process, so a fake started by a short-lived thread stays up.
_lasting_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="fakes")


class FakeStartError(RuntimeError):
    """A fake ended, kept silent or said nonsense instead of getting ready."""


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class FakeProcess:
    """A fake in a process of its own, also usable as a context manager.

    ``ready`` is what the fake said when it got ready. The process ends with ``stop``,
    and on Linux at the latest when the starting process ends, however that happens.
    """

    def __init__(
        self,
        module: str,
        *arguments: str | os.PathLike,
        start_timeout_s: float = 15.0,
        grace_s: float = 5.0,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Describe the fake; nothing runs before ``start``.

        ``grace_s`` is the time between the polite and the forced end.
        ``environment`` is added to the variables of this process.
        """
        self.module = module
        self.arguments = [os.fspath(argument) for argument in arguments]
        self.start_timeout_s = start_timeout_s
        self.grace_s = grace_s
        self.environment = dict(environment or {})
        self.ready: dict[str, Any] = {}
        self._process: subprocess.Popen | None = None
        self._stdout: Any = None
        self._stderr: Any = None

    def __enter__(self) -> "FakeProcess":
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """The process id of the running fake.

        :raises RuntimeError: the fake is not started.
        """
        if self._process is None:
            raise RuntimeError(f"{self.module} is not started.")
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether the fake was started and has not ended, by itself or by ``stop``."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> dict[str, Any]:
        """Start the fake and return what it said when it got ready.

        :raises FakeStartError: it ended, or was not ready within ``start_timeout_s``;
            the message holds its stderr, and nothing is left running.
        :raises RuntimeError: it is already started.
        """
        if self._process is not None:
            raise RuntimeError(f"{self.module} is already started.")
        # Files instead of pipes: a talkative fake never blocks on a full pipe.
        self._stdout = tempfile.TemporaryFile()  # noqa: SIM115
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115
        try:
            self._process = self._spawn()
            self.ready = self._wait_until_ready(self._process)
        except BaseException:
            self.stop()
            raise
        return self.ready

    def stop(self) -> int | None:
        """End the fake and return its exit code, None when it was not running.

        It is asked to end first, and killed when it is still there after ``grace_s``.
        Stopping twice is harmless.
        """
        process, self._process = self._process, None
        exit_code = None
        if process is not None:
            process.terminate()
            try:
                exit_code = process.wait(self.grace_s)
            except subprocess.TimeoutExpired:
                process.kill()
                exit_code = process.wait()
        for stream in (self._stdout, self._stderr):
            if stream is not None:
                stream.close()
        self._stdout = self._stderr = None
        return exit_code

    def stderr(self) -> str:
        """Return what the started fake has written to stderr up to now."""
        return _text_of(self._stderr)

    def _spawn(self) -> subprocess.Popen:
        if threading.current_thread() is threading.main_thread():
            return self._open_process()
        return _lasting_thread.submit(self._open_process).result()

    def _open_process(self) -> subprocess.Popen:
        environment = {**os.environ, **self.environment}
        search_path = [str(FAKES_ROOT), environment.get("PYTHONPATH", "")]
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, search_path))
        environment["PYTHONUNBUFFERED"] = "1"
        return subprocess.Popen(
            [
                sys.executable,
                "-m",
                "fakes.bind_to_parent",
                str(os.getpid()),
                self.module,
                *self.arguments,
            ],
            stdin=subprocess.DEVNULL,
            stdout=self._stdout,
            stderr=self._stderr,
            env=environment,
        )

    def _wait_until_ready(self, process: subprocess.Popen) -> dict[str, Any]:
        deadline = time.monotonic() + self.start_timeout_s
        while True:
            # Asked before reading: a line written just before the end still counts.
            exit_code = process.poll()
            first_line, newline, _rest = _text_of(self._stdout).partition("\n")
            if newline:
                return self._parsed(first_line)
            if exit_code is not None:
                raise self._start_error(f"ended with exit code {exit_code}")
            if time.monotonic() > deadline:
                raise self._start_error(f"was silent for {self.start_timeout_s:g} s")
            time.sleep(POLL_S)

    def _parsed(self, line: str) -> dict[str, Any]:
        try:
            ready = json.loads(line)
        except ValueError:
            ready = None
        if not isinstance(ready, dict):
            raise self._start_error(f"printed {line!r} instead of a JSON object")
        return ready

    def _start_error(self, what_happened: str) -> FakeStartError:
        stderr = self.stderr().strip() or "(empty)"
        return FakeStartError(
            f"{self.module} {what_happened} before it was ready. Its stderr:\n{stderr}"
        )


def _text_of(stream: Any) -> str:
    # pread leaves the file offset alone, which the child shares and writes at.
    size = os.fstat(stream.fileno()).st_size
    return os.pread(stream.fileno(), size, 0).decode("utf-8", "replace")
