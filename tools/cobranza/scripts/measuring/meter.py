"""How figures are taken and shown."""

import json
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from unittest.mock import patch


@dataclass(frozen=True)
class Cost:
    """What calling something took; ``memory_mb`` is how far the peak rose.

    ``cpu_seconds`` are this process's own, whatever else the machine does.
    """

    seconds: float
    cpu_seconds: float
    queries: int
    memory_mb: float


def show(work: str, measured: str, target: str, is_met: bool | None) -> None:
    """Print a row of the table; ``is_met`` is None where the target does not apply."""
    result = {True: "met", False: "missed", None: "not judged"}[is_met]
    row = {"work": work, "measured": measured, "target": target, "result": result}
    print(json.dumps(row), flush=True)  # noqa: T201


def taken(env, function: Callable[[], object]) -> Cost:
    """Return the cost of calling ``function`` and of writing what it left to write."""
    env.flush_all()
    memory, queries = _peak_mb(), env.cr.sql_log_count
    started, cpu_started = time.perf_counter(), time.process_time()
    function()
    env.flush_all()
    return Cost(
        time.perf_counter() - started,
        time.process_time() - cpu_started,
        env.cr.sql_log_count - queries,
        _peak_mb() - memory,
    )


def median_ms(env, function: Callable[[], object], times: int) -> float:
    """Return the median milliseconds of calling ``function``, each with empty caches.

    It is called once before: what a process learns once is not a record's cost.
    """
    seconds = []
    for _ in range(times + 1):
        env.invalidate_all()
        seconds.append(taken(env, function).seconds)
    return 1000 * statistics.median(seconds[1:])


@contextmanager
def uncommitted(env) -> Iterator[None]:
    """Take everything back at the end, also what the suite would commit by batches."""
    with patch.object(type(env.cr), "commit", lambda cursor: None):
        yield
    env.cr.rollback()


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
