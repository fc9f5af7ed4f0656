"""``./cobranza lint``: style, manifests, XML and PO; ``--fix`` mends the style."""

import subprocess
from pathlib import Path

from ..console import Failure, say
from ..settings import ADDONS, PROJECT, Settings
from ..setup import install


def _checks(settings: Settings, fix: bool) -> list[tuple[str, list[str]]]:
    """Return (title, command) of each check."""
    tools = settings.venv / "bin"
    addons = [f"addons/{name}" for name in ADDONS]
    manifests = [f"{addon}/__manifest__.py" for addon in addons]
    catalogues = sorted(
        str(path.relative_to(PROJECT)) for path in PROJECT.glob("addons/*/i18n/*.po*")
    )
    format_mode = [] if fix else ["--check"]
    check_mode = ["--fix"] if fix else []
    commands = [
        ("ruff check", ["ruff", "check", *check_mode, "."]),
        ("ruff format", ["ruff", "format", *format_mode, "."]),
        (
            "pylint-odoo",
            [
                *("pylint", "--rcfile=.pylintrc"),
                # A model too large for one file is split by what its parts are about.
                "--disable=consider-merging-classes-inherited",
                *addons,
            ],
        ),
        (
            "add-ons and XML",
            ["oca-checks-odoo-module", "--disable=prefer-readme-rst", *manifests],
        ),
        ("translations", ["oca-checks-po", "--disable=po-pretty-format", *catalogues]),
    ]
    named = [
        (title, [str(tools / program), *arguments])
        for title, (program, *arguments) in commands
    ]
    named.append(("shell", ["bash", "-n", "cobranza", ".ci/run"]))
    return named


def _run(command: list[str], environment: dict[str, str]) -> tuple[int, str]:
    done = subprocess.run(  # noqa: S603
        command,
        env=environment,
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, (done.stdout + done.stderr).strip()


def lint(settings: Settings, arguments: list[str]) -> int:
    """Run every check, also after one that fails; return 1 if any failed."""
    if arguments not in ([], ["--fix"]):
        raise Failure("lint takes --fix or nothing.")
    environment = install(settings)
    environment["PYTHONPATH"] = str(Path("tools"))
    failed = []
    for title, command in _checks(settings, fix=bool(arguments)):
        code, output = _run(command, environment)
        say(f"  {title}: {'clean' if not code else 'FAILED'}")
        if code:
            failed.append(title)
            say("\n".join(f"    {line}" for line in output.splitlines()[-60:]))
    if failed:
        say(f"\nlint: {len(failed)} of the checks failed: {', '.join(failed)}.")
        return 1
    say("lint: clean.")
    return 0
