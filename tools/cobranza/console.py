"""What the person at the terminal sees: steps, progress and failures."""

import contextlib
import errno
import shutil
import sys
import threading
import time
from collections.abc import Iterator

HEARTBEAT_S = 10


class Failure(Exception):
    """Something that the person can mend: what is wrong, and what to do next."""

    def __init__(self, problem: str, remedy: str = "", detail: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy
        self.detail = detail

    def __str__(self) -> str:
        parts = [self.problem]
        if self.detail:
            parts.append("\n".join(f"    {line}" for line in self.detail.splitlines()))
        if self.remedy:
            parts.append(f"  → {self.remedy}")
        return "\n".join(parts)


def say(text: str = "") -> None:
    """Print to standard error: standard output belongs to a command's result."""
    _write(f"{text}\n")


def _write(text: str) -> None:
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError as error:
        # The terminal was closed: what is being stopped must still be stopped.
        if error.errno != errno.EIO:
            raise


class Step:
    """One line of progress that is renewed while a long step runs."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.note = ""
        self._started = time.monotonic()
        self._done = threading.Event()
        self._live = sys.stderr.isatty()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._started

    def _beat(self) -> None:
        interval = 0.5 if self._live else HEARTBEAT_S
        while not self._done.wait(interval):
            with contextlib.suppress(BrokenPipeError):
                self._print(f"{self.seconds:4.0f} s  {self.note}")

    def _print(self, state: str, end: bool = False) -> None:
        line = f"  {self.title} … {state}".rstrip()
        if self._live:
            # A line that wraps could not be renewed.
            line = line[: shutil.get_terminal_size().columns - 1]
            _write(f"\r\033[2K{line}" + ("\n" if end else ""))
        else:
            say(line[:120])

    def start(self) -> None:
        self._print("")
        self._thread.start()

    def stop(self, outcome: str) -> None:
        self._done.set()
        self._thread.join()
        self._print(f"{outcome} ({self.seconds:.0f} s)", end=True)


@contextlib.contextmanager
def step(title: str) -> Iterator[Step]:
    """Show ``title`` and progress until the block ends; set ``.note`` on the way."""
    line = Step(title)
    line.start()
    try:
        yield line
    except BaseException:
        line.stop("stopped")
        raise
    line.stop("done")
