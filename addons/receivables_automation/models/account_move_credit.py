from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "receivables.credit.hold"]

    # === WHAT CREDIT ASKS OF A DOCUMENT ===

    def _receivables_stage(self):
        return "invoice"

    def _receivables_debtor(self):
        return self.commercial_partner_id

    def _receivables_is_stoppable(self):
        drafts = self.filtered(
            lambda move: (
                move._origin.id
                and move.state == "draft"
                and move.move_type in ("out_invoice", "out_receipt")
                and move.commercial_partner_id
                and move.amount_total > 0
            )
        )
        return drafts - drafts._receivables_hold_exempt()

    def _receivables_hold_exempt(self):
        """Return those of these entries that posting never stops.

        Credit notes, entries of payments and of cash-basis tax, invoices whose money is
        in. Satellites add documents that somebody else has issued already.
        """
        # Whether a document is paid does not depend on who posts it.
        return self.filtered(
            lambda move: (
                move.move_type not in ("out_invoice", "out_receipt")
                or move.sudo()._receivables_is_money_in()
            )
        )

    def _receivables_is_money_in(self):
        """Return whether this invoice was paid before it is posted; expects one."""
        self.ensure_one()
        orders = self.line_ids.sale_line_ids.order_id
        if orders and all(order._receivables_is_paid() for order in orders):
            return True
        paid = sum(
            self.transaction_ids.filtered(
                lambda one: (
                    one.state in ("authorized", "done")
                    and one.currency_id == self.currency_id
                    and one.invoice_ids == self
                    and one.partner_id.commercial_partner_id
                    == self.commercial_partner_id
                )
            ).mapped("amount")
        )
        return self.currency_id.compare_amounts(paid, self.amount_total) >= 0

    def _receivables_amounts(self):
        """See the mixin; what comes from a confirmed order is exposure already."""
        credit = self.env["receivables.credit"]
        amounts = {}
        for company, moves in self.grouped("company_id").items():
            exact = company.currency_id._receivables_exact
            left = {}
            if moves.line_ids.sale_line_ids:
                left = credit._order_amounts(company, moves.commercial_partner_id)
            for move in moves:
                rate = move.invoice_currency_rate or 1
                amount = exact(move.amount_total / rate)
                by_order = {}
                for line in move.invoice_line_ids:
                    for order in line.sale_line_ids.order_id[:1]:
                        value = by_order.get(order.id, 0)
                        by_order[order.id] = value + line.price_total / rate
                known = exact(0)
                for order_id, value in by_order.items():
                    _partner, rest = left.get(order_id, (None, 0))
                    known += exact(max(min(value, float(rest)), 0))
                if company.receivables_count_drafts:
                    known += max(amount - exact(sum(by_order.values())), 0)
                amounts[move.id] = amount, max(amount - known, Decimal(0))
        return amounts

    def _receivables_has_purchase_order(self):
        orders = self.line_ids.sale_line_ids.order_id
        return bool((self.ref or "").strip()) or bool(
            orders and all((one.client_order_ref or "").strip() for one in orders)
        )

    def _receivables_releases(self):
        """See the mixin: an invoice's own release, else those of all its orders."""
        orders = {move: move.line_ids.sale_line_ids.order_id for move in self}
        # Whether a document is released does not depend on who asks.
        releases = self.env["receivables.override"].sudo()
        all_orders = self.env["sale.order"].union(*orders.values())
        found = releases.search(
            Domain("kind", "=", "manual")
            & (
                Domain("move_id", "in", self.ids)
                | Domain("order_id", "in", all_orders.ids)
            )
        ).filtered("is_live")
        own, of_order = found.grouped("move_id"), found.grouped("order_id")
        result = {}
        for move in self:
            released = own.get(move) or releases.union(
                *(of_order.get(order, releases)[:1] for order in orders[move])
            )
            if own.get(move) or (orders[move] and released.order_id == orders[move]):
                result[move.id] = released[:1] if own.get(move) else released
        return result

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

    def _receivables_is_being_paid(self):
        """Return whether core posts these while it processes a part of their money.

        An error would undo the payment that has been received.
        """
        return self.env.su and all(
            any(one.state == "done" for one in move.transaction_ids) for move in self
        )

    def write(self, vals):
        """Override of `account`: writing the state is posting, too."""
        if vals.get("state") == "posted":
            self.filtered(lambda move: move.state == "draft")._receivables_check()
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
