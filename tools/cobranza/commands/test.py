"""``./cobranza test``: pure tests, add-ons on two databases, journeys in a browser."""

import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from .. import work_folder
from ..console import Failure, say
from ..process import run_attached
from ..settings import PROJECT, Settings
from ..setup import Ground, ground
from ..system_packages import find_browser

COUNTS = ("tests", "failures", "errors", "skipped")


@dataclass
class Stage:
    """One run of pytest: its arguments, and what must be prepared before it."""

    name: str
    arguments: list[str]
    prepare: Callable[[Ground], list[str]] = field(default=lambda here: [])


def _odoo_database(website: bool) -> Callable[[Ground], list[str]]:
    """Return the preparation of a fresh database with the add-ons as they stand."""

    def prepare(here: Ground) -> list[str]:
        name = "cobranza_test_site" if website else "cobranza_test_bare"
        source = here.databases.with_addons(website)
        here.databases.copy(source, name)
        return [f"--odoo-database={name}", "--odoo-http", "--odoo-log-level=error"]

    return prepare


def _journey(here: Ground) -> list[str]:
    here.databases.template(website=True)
    return []


STAGES = (
    Stage("pure", ["-p", "no:odoo", "tests/unit"]),
    Stage("bare", ["addons", "tests/installed"], _odoo_database(website=False)),
    Stage("site", ["addons", "tests/installed"], _odoo_database(website=True)),
    Stage("journeys", ["-p", "no:odoo", "tests/journeys"], _journey),
)


def _pytest(
    here: Ground, stage: Stage, prepared: list[str], extra: list[str]
) -> tuple[int, dict[str, int]]:
    """Run one stage; return pytest's exit code and its counts."""
    settings = here.settings
    report = settings.home / "logs" / f"test-{stage.name}.xml"
    report.unlink(missing_ok=True)
    command = [
        *(str(settings.python), "-m", "pytest", "-q", "-p", "no_silent_skips"),
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
    code = run_attached(command, env=environment, cwd=PROJECT)
    return code, _counts(report)


def _counts(report: Path) -> dict[str, int]:
    """Return pytest's own counts; all 0 if it did not come to write them."""
    if not report.is_file():
        return dict.fromkeys(COUNTS, 0)
    suite = ElementTree.parse(report).getroot().find("testsuite")  # noqa: S314
    return {name: int(suite.get(name, 0)) for name in COUNTS}


def _choose(arguments: list[str]) -> tuple[list[Stage], list[str]]:
    """Return the stages that ``arguments`` name, or all, and what goes to pytest.

    Stages come first; from the first option on, everything is pytest's.

    :raises Failure: a word before the options is no stage.
    """
    options = next(
        (index for index, word in enumerate(arguments) if word.startswith("-")),
        len(arguments),
    )
    chosen, extra = arguments[:options], arguments[options:]
    names = [stage.name for stage in STAGES]
    for word in chosen:
        if word not in names:
            raise Failure(
                f"No test stage {word!r}.", f"The stages: {', '.join(names)}."
            )
    return [stage for stage in STAGES if not chosen or stage.name in chosen], extra


def test(settings: Settings, arguments: list[str]) -> int:
    """Run the stages, each also after one that failed; return 1 if any failed.

    A stage fails when a test fails, errors or is skipped, and when none ran.
    """
    stages, extra = _choose(arguments)
    started = time.monotonic()
    rows, failed = [], []
    with ground(settings, browser=True) as here:
        for stage in stages:
            say(f"\n── {stage.name} " + "─" * (60 - len(stage.name)))
            with work_folder.only_one(settings, "databases"):
                prepared = stage.prepare(here)
            code, counts = _pytest(here, stage, prepared, extra)
            rows.append((stage.name, counts))
            if code:
                failed.append(stage.name)
    return _conclude(rows, failed, time.monotonic() - started)


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
