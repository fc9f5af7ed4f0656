"""Measure the suite on the ledger of ``ledger.py``; a line of JSON for each figure.

Everything is taken back at the end, so that it can be run again.
"""

import json
import resource
import time
from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

from odoo.fields import Command

from odoo.addons.receivables_automation.core import dunning_plan

PLANNED = 100_000
NOTICES = 300
ITEMS_PER_NOTICE = 20
DOCUMENTS = 60


def show(work, measured, target=""):
    """Print a row of the table."""
    row = {"work": work, "measured": measured, "target": target}
    print(json.dumps(row), flush=True)  # noqa: T201


def memory_mb():
    """Return the largest memory that this process ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def timed(function):
    """Return (seconds, queries, MB by which the peak rose) of calling ``function``."""
    env.flush_all()
    before, queries, started = memory_mb(), env.cr.sql_log_count, time.perf_counter()
    function()
    env.flush_all()
    seconds = time.perf_counter() - started
    return seconds, env.cr.sql_log_count - queries, memory_mb() - before


def measure_planner():
    today = company._receivables_today()
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
    seconds, _queries, _memory = timed(lambda: dunning_plan.plan(items, steps, today))
    show(
        f"planner in memory, {PLANNED:,} items",
        f"{PLANNED / seconds:,.0f} items/s",
        ">= 50,000 items/s",
    )


def measure_profiles():
    profiles = env["receivables.profile"]
    seconds, queries, memory = timed(profiles._refresh)
    show(
        f"all profiles and segments ({profiles.search_count([]):,})",
        f"{seconds:.1f} s, {queries} queries, +{memory:.0f} MB",
        "<= 6 s on --full",
    )


def measure_run():
    lines = env["account.move.line"]
    count = lines.search_count(lines._receivables_open_domain())
    run = env["receivables.dunning.run"].create({})
    seconds, queries, memory = timed(run.action_preview)
    show(
        f"dunning run planned and stored, {count:,} open items",
        f"{count / seconds:,.0f} items/s, {queries} queries, +{memory:.0f} MB",
        ">= 15,000 items/s, +150 MB",
    )
    return run


def measure_notices(run):
    chosen = run.notice_ids.filtered(
        lambda notice: (
            notice.state == "planned" and notice.item_count <= ITEMS_PER_NOTICE
        )
    ).sorted("item_count", reverse=True)[:NOTICES]
    if not chosen:
        return
    items = sum(chosen.mapped("item_count"))
    seconds, queries, _memory = timed(chosen._queue)
    show(
        f"notices rendered and queued, {items / len(chosen):.0f} items each",
        f"{len(chosen) / seconds:.0f}/s, {queries} queries for {len(chosen)}",
        ">= 60/s",
    )


def post_invoices(count):
    """Return ``count`` posted invoices with tax, and the seconds that core took."""
    partner = env["res.partner"].create({"name": "Bench"})
    values = {
        "move_type": "out_invoice",
        "partner_id": partner.id,
        "invoice_date": company._receivables_today(),
        "invoice_payment_term_id": False,
        "invoice_line_ids": [
            Command.create(
                {
                    "name": "Bench",
                    "price_unit": 100,
                    "tax_ids": [Command.set(company.account_sale_tax_id.ids)],
                }
            )
        ],
    }

    def post():
        moves.extend(env["account.move"].create([dict(values) for _ in range(count)]))
        env["account.move"].union(*moves).action_post()

    moves = []
    seconds, _queries, _memory = timed(post)
    return env["account.move"].union(*moves), seconds


def measure_payments():
    """Compare our one door for money with core's payments and reconciliation."""
    bank = env["account.journal"].search(
        [("type", "=", "bank"), ("company_id", "=", company.id)], limit=1
    )

    def receivable(move):
        return move.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )

    def values(move):
        return {
            "partner_id": move.partner_id.id,
            "amount": move.amount_total,
            "date": move.date,
            "journal_id": bank.id,
            "currency_id": move.currency_id.id,
        }

    def by_core(moves):
        payments = env["account.payment"].create(
            [
                values(move) | {"payment_type": "inbound", "partner_type": "customer"}
                for move in moves
            ]
        )
        payments.action_post()
        env["account.move.line"]._reconcile_plan(
            [
                receivable(payment.move_id) | receivable(move)
                for payment, move in zip(payments, moves, strict=True)
            ]
        )

    def by_us(moves):
        env["account.payment"]._receivables_create_applied_batch(
            [(values(move), [(receivable(move), move.amount_total)]) for move in moves]
        )

    seconds = {}
    by_us(post_invoices(5)[0])
    for name, pay in (("core", by_core), ("ours", by_us)):
        moves, _posting = post_invoices(DOCUMENTS)
        seconds[name], _queries, _memory = timed(lambda: pay(moves))  # noqa: B023
    show(
        f"payments applied, {DOCUMENTS}",
        f"{DOCUMENTS / seconds['ours']:.1f}/s,"
        f" {seconds['core'] / seconds['ours']:.2f} of core's",
        ">= 0.8 of core's",
    )


company = env.company
# Where the suite would commit a batch, nothing is kept here.
with patch.object(type(env.cr), "commit", lambda cursor: None):
    measure_planner()
    measure_profiles()
    measure_notices(measure_run())
    measure_payments()
env.cr.rollback()
