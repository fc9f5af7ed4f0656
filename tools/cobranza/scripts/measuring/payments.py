"""Money applied by our one door, against core's own payments and reconciliation."""

from odoo.fields import Command

from .meter import show, taken

PAYMENTS = 30
ROUNDS = 3


def measure(env) -> None:
    """Show how fast payments are applied, and the ratio to core's own way."""
    ways = {"core": pay_by_core, "ours": _pay_by_us}
    seconds = dict.fromkeys(ways, 0.0)
    for pay in ways.values():
        pay(env, post_invoices(env, 5))
    # In turns, so that what else the machine does meets both alike.
    for name in [*ways] * ROUNDS:
        moves = post_invoices(env, PAYMENTS)
        seconds[name] += taken(env, lambda: ways[name](env, moves)).seconds  # noqa: B023
    ratio = seconds["core"] / seconds["ours"]
    show(
        f"payments applied, {ROUNDS} x {PAYMENTS}",
        f"{ROUNDS * PAYMENTS / seconds['ours']:.1f}/s, {ratio:.2f} of core's",
        ">= 0.8 of core's",
        ratio >= 0.8,
    )


def post_invoices(env, count: int):
    """Return ``count`` posted invoices with tax, of one customer."""
    company = env.company
    partner = env["res.partner"].create({"name": "Bench"})
    line = {
        "name": "Bench",
        "price_unit": 100,
        "tax_ids": [Command.set(company.account_sale_tax_id.ids)],
    }
    moves = env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": company._receivables_today(),
                "invoice_payment_term_id": False,
                "invoice_line_ids": [Command.create(line)],
            }
            for _ in range(count)
        ]
    )
    moves.action_post()
    return moves


def pay_by_core(env, moves) -> None:
    """Pay each invoice with core's payments, reconciled together."""
    payments = env["account.payment"].create(
        [
            _values(env, move) | {"payment_type": "inbound", "partner_type": "customer"}
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


def receivable(move):
    """Return the receivable lines of an entry."""
    return move.line_ids.filtered(
        lambda line: line.account_id.account_type == "asset_receivable"
    )


def _pay_by_us(env, moves) -> None:
    env["account.payment"]._receivables_create_applied_batch(
        [
            (_values(env, move), [(receivable(move), move.amount_total)])
            for move in moves
        ]
    )


def _values(env, move) -> dict:
    bank = env["account.journal"].search(
        [("type", "=", "bank"), ("company_id", "=", move.company_id.id)], limit=1
    )
    return {
        "partner_id": move.partner_id.id,
        "amount": move.amount_total,
        "date": move.date,
        "journal_id": bank.id,
        "currency_id": move.currency_id.id,
    }
