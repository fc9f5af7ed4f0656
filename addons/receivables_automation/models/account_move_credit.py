from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..core.credit_rules import ZERO
from ..core.pool import Book, Pool

# What core does not let change on a posted entry, not even in the step of posting.
WITH_STATE = {
    "state",
    "currency_id",
    "date",
    "fiscal_position_id",
    "invoice_cash_rounding_id",
    "invoice_date",
    "invoice_line_ids",
    "invoice_payment_term_id",
    "line_ids",
    "partner_id",
}


def split_references(text):
    """Return the references that core writes one after the other into one text."""
    return set(filter(None, map(str.strip, (text or "").split(","))))


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "receivables.credit.hold"]

    # === WHAT CREDIT ASKS OF A DOCUMENT ===

    def _receivables_stage(self):
        return "invoice"

    def _receivables_debtor(self):
        return self.commercial_partner_id

    def _receivables_is_stoppable(self):
        unposted = self.filtered(
            lambda move: (
                move._origin.id
                and move.state != "posted"
                and move.move_type in ("out_invoice", "out_receipt")
                and move.commercial_partner_id
                and move.amount_total > 0
            )
        )
        return unposted - unposted._receivables_hold_exempt()

    def _receivables_hold_exempt(self):
        """Return those of these entries that posting never stops, whatever is paid.

        Credit notes, entries of payments and of cash-basis tax. Satellites add
        documents that somebody else has issued already.
        """
        return self.filtered(
            lambda move: move.move_type not in ("out_invoice", "out_receipt")
        )

    def _receivables_book(self):
        """See the mixin: what is left of the orders that these invoices come from."""
        company = self.company_id
        # Whether a document is paid does not depend on who posts it.
        orders = self.sudo().line_ids.sale_line_ids.order_id
        if not orders:
            return Book()
        exact = company.currency_id._receivables_exact
        left = self.env["receivables.credit"]._order_amounts(
            company, self.commercial_partner_id
        )
        return Book(
            Pool({order: exact(amount) for order, (_partner, amount) in left.items()}),
            Pool({order.id: order._receivables_money_left() for order in orders}),
        )

    def _receivables_parts(self, currency):
        """Return {order: amount of its lines, taxes included}, as Decimal.

        In the invoice's currency or the company's; expects one invoice.
        """
        rate = 1 if currency == self.currency_id else self.invoice_currency_rate or 1
        parts = {}
        for line in self.sudo().invoice_line_ids:
            for order in line.sale_line_ids.order_id[:1]:
                parts[order] = parts.get(order, 0) + line.price_total / rate
        return {
            order: currency._receivables_exact(amount)
            for order, amount in parts.items()
        }

    def _receivables_exposed_parts(self):
        """Return the parts that are exposure of this debtor already, by order id."""
        parts = self._receivables_parts(self.company_id.currency_id)
        debtor = self.commercial_partner_id
        return {
            order.id: amount
            for order, amount in parts.items()
            if order._receivables_debtor() == debtor
        }

    def _receivables_paid_parts(self):
        """Return the parts that money paid for their orders can cover, by order id."""
        parts = self._receivables_parts(self.currency_id)
        debtor = self.commercial_partner_id
        return {
            order.id: amount
            for order, amount in parts.items()
            if order.currency_id == self.currency_id
            and order._receivables_debtor() == debtor
        }

    def _receivables_is_money_in(self, book):
        """See the mixin: what was paid for it, and what its orders have left of theirs.

        Money paid for an order counts with the order, whatever invoice it is linked to.
        """
        own = self.sudo().transaction_ids.filtered(
            lambda one: (
                one.currency_id == self.currency_id
                and one.invoice_ids == self
                and not one.sale_order_ids
                and one.partner_id.commercial_partner_id == self.commercial_partner_id
            )
        )
        received, _booked = own._receivables_money()
        received += book.paid.cover(self._receivables_paid_parts())
        return self.currency_id.compare_amounts(float(received), self.amount_total) >= 0

    def _receivables_amount(self, book):
        """See the mixin; what comes from a confirmed order is exposure already."""
        company = self.company_id
        amount = company.currency_id._receivables_exact(
            self.amount_total / (self.invoice_currency_rate or 1)
        )
        known = book.left.cover(self._receivables_exposed_parts())
        if company.receivables_count_drafts and self.state == "draft":
            parts = self._receivables_parts(company.currency_id)
            known += max(amount - sum(parts.values()), 0)
        return amount, max(amount - known, ZERO)

    def _receivables_use_up(self, book):
        book.left.take(self._receivables_exposed_parts())
        book.paid.take(self._receivables_paid_parts())

    def _receivables_has_purchase_order(self):
        orders = self.line_ids.sale_line_ids.order_id
        if orders and all((one.client_order_ref or "").strip() for one in orders):
            return True
        # Where the customer gave no number, core writes the order's own name.
        ours = {*orders.mapped("name"), *split_references(self.invoice_origin)}
        numbers = split_references(self.ref)
        return bool(numbers) and not numbers & ours

    def _receivables_releases(self):
        """See the mixin: released by itself, or with every one of its orders."""
        orders = {move: move.line_ids.sale_line_ids.order_id for move in self}
        all_orders = self.env["sale.order"].union(*orders.values())
        live = self._receivables_live_releases(
            Domain("move_id", "in", self.ids) | Domain("order_id", "in", all_orders.ids)
        )
        own, of_order = live.grouped("move_id"), live.grouped("order_id")
        return {
            move.id: [
                [move._receivables_own(own.get(move, live.browse()))],
                [
                    move._receivables_own(of_order.get(order, live.browse()))
                    for order in orders[move]
                ],
            ]
            for move in self
        }

    @api.model
    def _receivables_open_domain(self):
        return (
            Domain("state", "=", "draft")
            & Domain("move_type", "in", ("out_invoice", "out_receipt"))
            & Domain("company_id", "in", self.env.companies.ids)
        )

    # === DOORS ===

    def _post(self, soft=True):
        """Override of `account`: what credit stops stays a draft, the rest is posted.

        :raises UserError: nothing is left to post, and a person asked for it.
        """
        today = fields.Date.context_today(self)
        due = self.filtered(lambda move: not soft or move.date <= today)
        refused = due._receivables_refusals()
        free = self.filtered(lambda move: move not in refused)
        if refused and not free and not self._receivables_is_being_paid():
            raise UserError(self._receivables_refusal_text(refused))
        with free._receivables_passed():
            posted = super(AccountMove, free)._post(soft)
        if refused:
            self._receivables_tell_refused(refused)
        return posted

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `account`: nor is an entry born posted by a caller's default."""
        drafts = self
        if "default_state" in self.env.context:
            kept = dict(self.env.context)
            del kept["default_state"]
            drafts = self.with_env(self.env(context=kept))
        return super(AccountMove, drafts).create(vals_list).with_env(self.env)

    def _receivables_is_being_paid(self):
        """Return whether core posts these while it processes a part of their money.

        An error would undo the payment that has been received.
        """
        return self.env.su and all(
            any(one.state == "done" for one in move.transaction_ids) for move in self
        )

    def write(self, vals):
        """Override of `account`: writing the state is posting, too.

        The entry is judged as it will be posted, with what is written beside it; core
        refuses there what it does not let change on posted entries.
        """
        if vals.get("state") == "posted":
            pending = self.filtered(lambda move: move.state != "posted")
            pending = pending._receivables_unpassed()
            if pending:
                last = {key: vals[key] for key in vals if key in WITH_STATE}
                super().write({key: vals[key] for key in vals if key not in last})
                pending._receivables_check()
                vals = last
        return super().write(vals)

    def _receivables_tell_refused(self, refused):
        """Name the refused of a batch to whoever posts, and on themselves."""
        words = self.browse().union(*refused)._receivables_words_for_all()
        for move in refused:
            move._receivables_note(
                self.env._("Not posted, credit is on hold:\n%s", words.get(move.id, ""))
            )
        self.env.user._bus_send(
            "simple_notification",
            {
                "type": "warning",
                "sticky": True,
                "title": self.env._("Not posted: %s", len(refused)),
                "message": self._receivables_refusal_text(refused),
            },
        )
