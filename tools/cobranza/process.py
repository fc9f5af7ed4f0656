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
CAUSE = re.compile(
    r"^[\w.]*(Error|Exception|Exit|Warning): |^E: |^ERROR: |^initdb: error"
)

# Locks that children hold too: whoever comes after a killed command waits for them.
LOCKS: set[int] = set()

# Loaded here, as nothing that takes a lock may happen between fork and exec.
_LIBC = ctypes.CDLL(None)


def _dying_with(parent: int) -> Callable[[], None]:
    """Return what makes a new child end when the process ``parent`` does."""

    def bind() -> None:
        # A killed parent cannot clean up; the kernel then ends the child for it.
        with contextlib.suppress(AttributeError):
            _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return bind


def spawn(
    args: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    own_session: bool = True,
    **options: object,
) -> subprocess.Popen:
    """Start a child, by default in a session of its own so that Ctrl-C reaches only us.

    :raises Failure: there is no such program.
    """
    try:
        return subprocess.Popen(  # noqa: S603
            [str(arg) for arg in args],
            env=dict(env),
            start_new_session=own_session,
            preexec_fn=_dying_with(os.getpid()),  # noqa: PLW1509
            pass_fds=tuple(LOCKS),
            **options,
        )
    except FileNotFoundError as error:
        if error.filename != str(args[0]):
            raise
        raise Failure(f"The command {args[0]} is missing.") from error


def stop(
    child: subprocess.Popen,
    grace_s: float = STOP_GRACE_S,
    politely: signal.Signals = signal.SIGTERM,
) -> None:
    """End a child and its own children: politely, then by force."""
    if child.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, politely)
        try:
            child.wait(grace_s)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def run_attached(
    args: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    cwd: Path | None = None,
    takes_ctrl_c: bool = False,
) -> int:
    """Run on our own terminal to the end; return the exit code (a signal: 128 + it).

    The terminal sends Ctrl-C to the child as well. With ``takes_ctrl_c`` that is the
    child's business alone; otherwise the child gets its time to end and we end too.
    """
    before = signal.getsignal(signal.SIGINT)
    if takes_ctrl_c:
        signal.signal(signal.SIGINT, lambda *_: None)
    try:
        child = spawn(args, env=env, cwd=cwd, own_session=False)
        try:
            code = child.wait()
        except BaseException as reason:
            # Ctrl-C came to the child from the terminal; of all else it does not know.
            if reason.args != (signal.SIGINT,):
                child.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(STOP_GRACE_S)
            child.kill()
            child.wait()
            raise
    finally:
        if takes_ctrl_c:
            signal.signal(signal.SIGINT, before)
    return code if code >= 0 else 128 - code


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
    with log.open("w", buffering=1, encoding="utf-8") as file:
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
