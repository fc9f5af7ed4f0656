"""The planner, profiles, a run and its notices, on the generated ledger."""

from datetime import timedelta
from decimal import Decimal

from odoo.addons.receivables_automation.core import dunning_plan
from odoo.addons.receivables_automation.models.receivables_dunning_planner import (
    BATCH_LINES,
)
from odoo.addons.receivables_automation.models.receivables_dunning_run_execute import (
    BATCH_NOTICES,
)

from .meter import show, taken

PLANNED = 100_000
NOTICES = 300
ITEMS_PER_NOTICE = 20


def measure(env, is_full: bool) -> None:
    """Show what planning, refreshing and writing notices cost."""
    _measure_planner(env)
    _measure_profiles(env, is_full)
    run = _measure_run(env)
    _measure_notices(env, run)


def _measure_planner(env) -> None:
    today = env.company._receivables_today()
    steps = tuple(
        dunning_plan.Step(number, offset)
        for number, offset in enumerate((-14, -3, 0, 3, 10, 30), 1)
    )
    items = [
        dunning_plan.OpenItem(
            number,
            1,
            number // 20,
            "MXN",
            Decimal(number % 9_999 + 1),
            today - timedelta(days=number % 181 - 60),
        )
        for number in range(PLANNED)
    ]
    cost = taken(env, lambda: dunning_plan.plan(items, steps, today))
    rate = PLANNED / cost.seconds
    show(
        f"dunning planner in memory, {PLANNED:,} items",
        f"{rate:,.0f} items/s",
        ">= 50,000 items/s",
        rate >= 50_000,
    )


def _measure_profiles(env, is_full: bool) -> None:
    profiles = env["receivables.profile"]
    # What a process learns once is not a debtor's cost.
    profiles._refresh(env["account.move.line"].search([], limit=1).partner_id)
    # At first everybody gets a row, a segment and its history; each night they change.
    for occasion in ("the first time", "as each night"):
        cost = taken(env, profiles._refresh)
        show(
            f"all profiles and segments ({profiles.search_count([]):,}), {occasion}",
            f"{cost.seconds:.1f} s, {cost.queries} queries, +{cost.memory_mb:.0f} MB",
            "<= 6 s with --full",
            cost.seconds <= 6 if is_full else None,
        )


def _measure_run(env):
    lines = env["account.move.line"]
    count = lines.search_count(lines._receivables_open_domain())
    run = env["receivables.dunning.run"].create({})
    cost = taken(env, run.action_preview)
    rate = count / cost.seconds
    batches = -(-count // BATCH_LINES)
    most = 60 + 6 * batches
    show(
        f"dunning run planned and stored, {count:,} open items",
        f"{rate:,.0f} items/s, {cost.queries} queries, +{cost.memory_mb:.0f} MB",
        f">= 15,000 items/s, <= {most} queries, +150 MB",
        rate >= 15_000 and cost.queries <= most and cost.memory_mb <= 150,
    )
    return run


def _measure_notices(env, run) -> None:
    """Queue notices as a run does, batch by batch, their payment links included."""
    chosen = run.notice_ids.filtered(
        lambda notice: (
            notice.state == "planned" and notice.item_count <= ITEMS_PER_NOTICE
        )
    ).sorted("item_count", reverse=True)[:NOTICES]
    if not chosen:
        show("notices rendered and queued", "none to render", ">= 60/s", None)
        return

    def queue() -> None:
        for start in range(0, len(chosen), BATCH_NOTICES):
            chosen[start : start + BATCH_NOTICES]._queue()
            env.flush_all()
            env.invalidate_all()

    items = sum(chosen.mapped("item_count")) / len(chosen)
    env.invalidate_all()
    cost = taken(env, queue)
    rate = len(chosen) / cost.seconds
    show(
        f"notices rendered and queued, {items:.0f} items each, with payment links",
        f"{rate:.0f}/s, {cost.queries} queries for {len(chosen)}",
        ">= 60/s",
        rate >= 60,
    )
