"""``./cobranza test``: pure tests, add-ons on two databases, journeys in a browser.

``./cobranza soak`` runs the long tests of the same stages, which ``test`` leaves out.
"""

import re
import signal
import subprocess
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from .. import work_folder
from ..console import Failure, Step, say
from ..process import run_attached, spawn, stop
from ..settings import PROJECT, Settings
from ..setup import Ground, ground
from ..system_packages import find_browser

COUNTS = ("tests", "failures", "errors", "skipped")
# Each stage waits for its database or browser half of the time.
SIDE_BY_SIDE = 2
# Seconds that one long test may take.
SOAK_TIMEOUT = 1800
PERCENT = re.compile(r"\[ *(\d+%)\]")


@dataclass
class Stage:
    """One run of pytest: its arguments, and what must be prepared before it."""

    name: str
    arguments: list[str]
    prepare: Callable[[Ground], list[str]] = field(default=lambda here: [])


def _odoo_database(stage: str, website: bool) -> Callable[[Ground], list[str]]:
    """Return the preparation of a fresh database with the add-ons as they stand."""

    def prepare(here: Ground) -> list[str]:
        name = f"cobranza_test_{stage}"
        source = here.databases.with_addons(website)
        here.databases.copy(source, name)
        here.databases.stop_autovacuum(name)
        return [f"--odoo-database={name}", "--odoo-http", "--odoo-log-level=error"]

    return prepare


def _journey(here: Ground) -> list[str]:
    # The journeys copy it beside a stage that would make it at the same time.
    here.databases.with_addons(website=True)
    return []


ADDON_TESTS = ["addons", "tests/installed"]
SATELLITES = ["addons/mx_sat_sync", "addons/payment_links"]
PURE = Stage("pure", ["-p", "no:odoo", "tests/unit"])
JOURNEYS = Stage("journeys", ["-p", "no:odoo", "tests/journeys"], _journey)
# In two parts, which have a database each: side by side they take less time.
BARE = Stage(
    "bare",
    ["addons/receivables_automation", "tests/installed"],
    _odoo_database("bare", website=False),
)
MORE = Stage("satellites", SATELLITES, _odoo_database("satellites", website=False))
SITE = Stage("site", ADDON_TESTS, _odoo_database("site", website=True))
# The longest comes first: two run at a time. All of the add-ons' tests run without a
# website, those that it can change with one too.
STAGES = (
    BARE,
    JOURNEYS,
    MORE,
    PURE,
    replace(SITE, arguments=[*ADDON_TESTS, "--website=changes"]),
)
SOAK_STAGES = (
    *(
        replace(stage, arguments=[*stage.arguments, "--soak"])
        for stage in (BARE, MORE, PURE, JOURNEYS, SITE)
    ),
    # What the shorter run left out on a website.
    Stage(
        "rest",
        [*ADDON_TESTS, "--website=rest"],
        _odoo_database("rest", website=True),
    ),
)


@dataclass(frozen=True)
class Run:
    """A stage that is ready to start, or has been."""

    stage: Stage
    command: list[str]
    environment: dict[str, str]
    report: Path
    log: Path
    child: subprocess.Popen | None = None

    @property
    def progress(self) -> str:
        """The stage and how much of it is done, as pytest says it."""
        percent = PERCENT.findall(self.log.read_text(errors="replace"))
        return f"{self.stage.name} {percent[-1] if percent else ''}".strip()


def _prepare(here: Ground, stage: Stage, extra: list[str]) -> Run:
    """Return ``stage`` with its database made and its command line whole."""
    with work_folder.only_one(here.settings, "databases"):
        prepared = stage.prepare(here)
    settings = here.settings
    report = settings.logs / f"test-{stage.name}.xml"
    report.unlink(missing_ok=True)
    command = [
        *(str(settings.python), "-m", "pytest", "-q"),
        *("-p", "no_silent_skips", "-p", "soak", "-p", "website"),
        *("-p", "steady_heap"),
        *("-o", f"cache_dir={settings.home / 'cache' / f'pytest-{stage.name}'}"),
        *("-o", "junit_family=xunit1", f"--junit-xml={report}"),
        *prepared,
        *stage.arguments,
        *extra,
    ]
    environment = here.environment | {
        "PYTHONPATH": f"{PROJECT / 'tools'}:{PROJECT / 'tests'}:"
        f"{PROJECT / 'tests' / 'plugins'}",
        "COBRANZA_BROWSER": find_browser() or "",
        "HYPOTHESIS_STORAGE_DIRECTORY": str(settings.home / "cache" / "hypothesis"),
    }
    log = settings.logs / f"test-{stage.name}.log"
    return Run(stage, command, environment, report, log)


def _start(run: Run) -> Run:
    """Return ``run`` started, with what it prints in its log."""
    with run.log.open("w") as log:
        child = spawn(
            run.command,
            env=run.environment,
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    return replace(run, child=child)


def _title(stage: Stage) -> None:
    say(f"\n── {stage.name} " + "─" * (60 - len(stage.name)))


def _run_side_by_side(runs: Iterator[Run]) -> Iterator[tuple[Run, int]]:
    """Run ``SIDE_BY_SIDE`` at a time; yield each with its exit code when it ends.

    What a run printed is shown as one piece. Whoever stops this stops them all.
    """
    running: list[Run] = []
    try:
        while True:
            while len(running) < SIDE_BY_SIDE and (ready := next(runs, None)):
                running.append(_start(ready))
            if not running:
                return
            for run in _wait_for_one(running):
                running.remove(run)
                _title(run.stage)
                say(run.log.read_text(errors="replace").rstrip())
                yield run, run.child.returncode
    finally:
        for run in running:
            # As Ctrl-C does: pytest then takes down what its fixtures have started.
            stop(run.child, politely=signal.SIGINT)


def _wait_for_one(running: list[Run]) -> list[Run]:
    """Show progress until at least one has ended; return those that have."""
    line = Step("Testing")
    line.start()
    try:
        while not (ended := [run for run in running if run.child.poll() is not None]):
            line.note = ", ".join(run.progress for run in running)
            time.sleep(0.2)
    finally:
        line.stop(", ".join(run.progress for run in running))
    return ended


def _counts(report: Path) -> dict[str, int]:
    """Return pytest's own counts; all 0 if it did not come to write them."""
    if not report.is_file():
        return dict.fromkeys(COUNTS, 0)
    suite = ElementTree.parse(report).getroot().find("testsuite")  # noqa: S314
    return {name: int(suite.get(name, 0)) for name in COUNTS}


def _choose(
    stages: tuple[Stage, ...], arguments: list[str]
) -> tuple[list[Stage], list[str]]:
    """Return the ``stages`` that ``arguments`` name, or all, and what goes to pytest.

    Stages come first; from the first option on, everything is pytest's.

    :raises Failure: a word before the options is no stage.
    """
    options = next(
        (index for index, word in enumerate(arguments) if word.startswith("-")),
        len(arguments),
    )
    chosen, extra = arguments[:options], arguments[options:]
    names = [stage.name for stage in stages]
    for word in chosen:
        if word not in names:
            raise Failure(
                f"No test stage {word!r}.", f"The stages: {', '.join(names)}."
            )
    return [stage for stage in stages if not chosen or stage.name in chosen], extra


def test(settings: Settings, arguments: list[str]) -> int:
    """Run the stages, each also after one that failed; return 1 if any failed.

    A stage fails when a test fails, errors or is skipped, and when none ran. Several
    run side by side; one alone has the terminal, so that a debugger can ask there.
    """
    return _run_stages(settings, *_choose(STAGES, arguments))


def soak(settings: Settings, arguments: list[str]) -> int:
    """Run the long tests of the stages: volume, faults, orders, many more examples."""
    stages, extra = _choose(SOAK_STAGES, arguments)
    return _run_stages(settings, stages, [f"--timeout={SOAK_TIMEOUT}", *extra])


def _run_stages(settings: Settings, stages: list[Stage], extra: list[str]) -> int:
    started = time.monotonic()
    rows, failed = [], []
    with ground(settings, browser=True) as here:
        runs = (_prepare(here, stage, extra) for stage in stages)
        ended = _run_alone if len(stages) == 1 else _run_side_by_side
        for run, code in ended(runs):
            rows.append((run.stage.name, _counts(run.report)))
            if code:
                failed.append(run.stage.name)
    return _conclude(rows, failed, time.monotonic() - started)


def _run_alone(runs: Iterator[Run]) -> Iterator[tuple[Run, int]]:
    """Run each on our own terminal; yield it with its exit code."""
    for run in runs:
        _title(run.stage)
        yield run, run_attached(run.command, env=run.environment, cwd=PROJECT)


def _conclude(
    rows: list[tuple[str, dict[str, int]]], failed: list[str], seconds: float
) -> int:
    """Print one line per stage and pytest's closing line for all of them."""
    total = {name: sum(counts[name] for _, counts in rows) for name in COUNTS}
    broken = total["failures"] + total["errors"]
    passed = total["tests"] - broken - total["skipped"]
    say("")
    for name, counts in rows:
        state = "FAILED" if name in failed else "passed"
        say(f"  {name}: {counts['tests']} tests, {state}")
    parts = [f"{broken} failed"] if broken else []
    parts.append(f"{passed} passed")
    if total["skipped"]:
        parts.append(f"{total['skipped']} skipped")
    if failed and not broken:
        parts.append("error")
    print(f"==== {', '.join(parts)} in {seconds:.2f}s ====", flush=True)  # noqa: T201
    return 1 if failed else 0
