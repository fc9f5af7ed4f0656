"""``./cobranza bench``: generate a ledger, measure what is promised, print a table."""

import json
import os

from .. import odoo, work_folder
from ..console import Failure, say, step
from ..databases import SCRIPTS
from ..settings import Settings
from ..setup import Ground, ground

# Debtors, open items, settled items. The ledger of the targets is ``--full``.
SMALL = (500, 10_000, 40_000)
SIZES = {"--full": (5_000, 100_000, 400_000), "--million": (5_000, 1_000_000, 50_000)}
DATABASE = "cobranza_bench"


def bench(settings: Settings, arguments: list[str]) -> None:
    """Measure on a ledger of 50,000 items, or with ``--full`` on one of 500,000.

    With ``--million``, as many items are open. ``COBRANZA_BENCH_SEED`` (1) makes
    another ledger of the same kind; ``--keep`` leaves the database there.

    :raises Failure: an option is unknown, or a measurement failed.
    """
    if unknown := set(arguments) - {*SIZES, "--keep"}:
        raise Failure(
            f"Unknown option: {' '.join(sorted(unknown))}.",
            f"There is: {', '.join(SIZES)}, --keep.",
        )
    size = next((SIZES[name] for name in arguments if name in SIZES), SMALL)
    seed = os.environ.get("COBRANZA_BENCH_SEED") or "1"
    if not seed.isdigit():
        raise Failure(f"COBRANZA_BENCH_SEED is {seed!r}.", "Set it to a number.")
    with ground(settings) as here:
        with work_folder.only_one(settings, "databases"):
            here.databases.copy(here.databases.with_addons(website=False), DATABASE)
        names = ("DEBTORS", "OPEN", "SETTLED", "SEED")
        given = {
            f"COBRANZA_BENCH_{name}": str(value)
            for name, value in zip(names, (*size, seed), strict=True)
        } | {
            "COBRANZA_BENCH_IS_FULL": str(int(size == SIZES["--full"])),
            "COBRANZA_BENCH_SCRIPTS": str(SCRIPTS),
        }
        try:
            _generate(here, given, size)
            _print_table(_measure(here, given))
        finally:
            if "--keep" not in arguments:
                here.databases.drop(DATABASE)


def _generate(here: Ground, given: dict[str, str], size: tuple[int, ...]) -> None:
    debtors, open_items, settled = size
    with step(
        f"Generating {debtors:,} customers, {open_items:,} open and {settled:,}"
        " settled items"
    ):
        odoo.run_scripts(
            here.settings,
            here.environment | given,
            DATABASE,
            [SCRIPTS / "ledger.py"],
            "bench-ledger",
            problem="The ledger could not be generated.",
        )


def _measure(here: Ground, given: dict[str, str]) -> list[dict[str, str]]:
    """Return the rows that the measuring script printed, as it goes."""
    rows: list[dict[str, str]] = []

    with step("Measuring") as progress:

        def note(line: str) -> None:
            if line.startswith('{"work"'):
                rows.append(json.loads(line))
                progress.note = rows[-1]["work"]

        odoo.run(
            here.settings,
            here.environment | given,
            "bench-measure",
            *("shell", "-d", DATABASE, "--no-http", "--log-level=warn"),
            problem="A measurement failed.",
            on_line=note,
            stdin=(SCRIPTS / "measure.py").read_text(),
        )
    return rows


def _print_table(rows: list[dict[str, str]]) -> None:
    columns = ("work", "measured", "target", "result")
    table = [dict(zip(columns, columns, strict=True)), *rows]
    widths = [max(len(row[name]) for row in table) for name in columns]
    for row in table:
        cells = [
            row[name].ljust(width) for name, width in zip(columns, widths, strict=True)
        ]
        print("  ".join(cells).rstrip())  # noqa: T201
    load = os.getloadavg()[1]
    say(
        f"Figures of this machine, now: {os.cpu_count()} processors, on which"
        f" {load:.1f} processes wanted to run, this one's two included. With more than"
        " there are processors, seconds say little; ratios and queries stay true."
    )
