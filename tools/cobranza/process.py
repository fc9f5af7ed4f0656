"""Child processes that leave a log, show progress and never outlive their parent."""

import contextlib
import ctypes
import os
import re
import signal
import subprocess
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from .console import Failure

PR_SET_PDEATHSIG = 1
STOP_GRACE_S = 15
TAIL_LINES = 12
# A traceback's last line, which a server prints a good while before its end.
CAUSE = re.compile(r"^[\w.]*(Error|Exception|Exit|Warning): |^E: ")


def _die_with_parent() -> None:
    # A killed parent cannot clean up; the kernel then ends the child for it.
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def spawn(
    args: Sequence[str | Path], *, env: Mapping[str, str], **options: object
) -> subprocess.Popen:
    """Start a child in a session of its own, so that Ctrl-C reaches only us."""
    return subprocess.Popen(  # noqa: S603
        [str(arg) for arg in args],
        env=dict(env),
        start_new_session=True,
        preexec_fn=_die_with_parent,  # noqa: PLW1509
        **options,
    )


def stop(child: subprocess.Popen, grace_s: float = STOP_GRACE_S) -> None:
    """End a child and its own children: politely, then by force."""
    if child.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGTERM)
        try:
            child.wait(grace_s)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def run_logged(
    args: Sequence[str | Path],
    log: Path,
    *,
    env: Mapping[str, str],
    problem: str,
    remedy: str = "",
    on_line: Callable[[str], None] | None = None,
    stdin: str | None = None,
    cwd: Path | None = None,
) -> None:
    """Run to the end with all output in ``log``.

    :raises Failure: the exit code is not 0; carries the log's last lines.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    tail: deque[str] = deque(maxlen=TAIL_LINES)
    causes: deque[str] = deque(maxlen=3)
    with log.open("w", encoding="utf-8") as file:
        child = spawn(
            args,
            env=env,
            cwd=cwd,
            stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        try:
            if stdin is not None:
                with contextlib.suppress(BrokenPipeError):
                    child.stdin.write(stdin)
                    child.stdin.close()
            for line in child.stdout:
                file.write(line)
                tail.append(line.rstrip())
                if CAUSE.match(line):
                    causes.append(line.rstrip())
                if on_line:
                    on_line(line.rstrip())
            code = child.wait()
        finally:
            stop(child)
    if code:
        whole = f"The whole log: {log}"
        remedy = f"{remedy}\n    {whole}" if remedy else whole
        raise Failure(problem, remedy, "\n".join(causes or tail))


def output_of(args: Sequence[str | Path], *, env: Mapping[str, str]) -> str:
    """Return what a short command printed.

    :raises Failure: the command is missing or failed; carries its own words.
    """
    try:
        done = subprocess.run(  # noqa: S603
            [str(arg) for arg in args],
            env=dict(env),
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    except FileNotFoundError as error:
        raise Failure(f"The command {args[0]} is missing.") from error
    if done.returncode:
        name = Path(str(args[0])).name
        raise Failure(f"{name} failed.", detail=done.stderr.strip()[-2000:])
    return done.stdout
