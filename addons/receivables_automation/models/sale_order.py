from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..core.credit_rules import ZERO

# Orders that only look invoiced: a draft is not an invoice.
IN_DRAFTS = Domain(
    "order_line.invoice_lines.move_id",
    "any",
    [("state", "=", "draft"), ("move_type", "in", ("out_invoice", "out_refund"))],
)


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "receivables.credit.hold"]

    # === WHAT CREDIT ASKS OF A DOCUMENT ===

    def _receivables_stage(self):
        return "order"

    def _receivables_debtor(self):
        return (self.partner_invoice_id or self.partner_id).commercial_partner_id

    def _receivables_is_stoppable(self):
        asked = self.filtered(
            lambda order: (
                order._origin.id and order.partner_id and order.amount_total > 0
            )
        )
        billed = asked.filtered(
            lambda order: order.state == "sale" and order.invoice_status == "invoiced"
        )
        if not billed:
            return asked
        # Whether an invoice is a draft does not depend on who asks.
        drawn = billed.sudo().search(Domain("id", "in", billed.ids) & IN_DRAFTS)
        return asked - billed.filtered(lambda order: order._origin not in drawn)

    def _receivables_book(self):
        """See the mixin: rates from the company's currency to those of the orders.

        A quotation is confirmed at the day's rate, whatever it was written at.
        """
        company = self.company_id
        return {
            currency: self.env["res.currency"]._get_conversion_rate(
                company.currency_id, currency, company, company._receivables_today()
            )
            for currency in self.currency_id
        }

    def _receivables_amount(self, book):
        self.ensure_one()
        exact = self.company_id.currency_id._receivables_exact
        is_open = self.state != "sale"
        rate = (book[self.currency_id] if is_open else self.currency_rate) or 1
        received, booked = self._receivables_money()
        # What is paid in full is judged as if it were not, to be flagged.
        if self._receivables_is_paid():
            received = booked = 0
        amount = exact((self.amount_total - float(received)) / rate)
        if not is_open:
            return amount, ZERO
        # Money in the ledger is off the exposure already.
        coming = float(received - booked)
        return amount, exact((self.amount_total - coming) / rate)

    def _receivables_money(self):
        """Return what the order's own customer paid for it online; expects one.

        Received, and what of it is in the ledger, as Decimal in the order's currency.
        """
        self.ensure_one()
        debtors = self.partner_id.commercial_partner_id
        debtors |= self.partner_invoice_id.commercial_partner_id
        # Whether an order is paid does not depend on who asks.
        own = self.sudo().transaction_ids.filtered(
            lambda one: (
                one.sale_order_ids == self
                and one.currency_id == self.currency_id
                and one.partner_id.commercial_partner_id in debtors
            )
        )
        return own._receivables_money()

    def _receivables_money_left(self):
        """Return the money paid online that no posted invoice of the order has taken.

        As Decimal in the order's currency; expects one.
        """
        received, _booked = self._receivables_money()
        taken = 0
        for line in self.order_line.invoice_lines:
            move = line.move_id
            if move.state == "posted":
                amount = -move.direction_sign * line.price_total
                if line.currency_id != self.currency_id:
                    amount *= self.currency_rate / (move.invoice_currency_rate or 1)
                taken += amount
        return max(received - self.currency_id._receivables_exact(taken), ZERO)

    def _receivables_is_paid(self):
        """Return whether the money of this order is in; expects one order."""
        received, _booked = self._receivables_money()
        return self.amount_total > 0 and (
            self.currency_id.compare_amounts(float(received), self.amount_total) >= 0
        )

    def _receivables_has_purchase_order(self):
        return bool((self.client_order_ref or "").strip())

    def _receivables_releases(self):
        live = self._receivables_live_releases(Domain("order_id", "in", self.ids))
        of_order = live.grouped("order_id")
        return {
            order.id: [[order._receivables_own(releases)]]
            for order, releases in of_order.items()
        }

    @api.model
    def _receivables_open_domain(self):
        to_invoice = Domain("invoice_status", "!=", "invoiced") | IN_DRAFTS
        return (
            Domain("state", "in", ("draft", "sent"))
            | (Domain("state", "=", "sale") & to_invoice)
        ) & Domain("company_id", "in", self.env.companies.ids)

    # === DOORS ===

    def _receivables_refusals(self):
        """Override: an order whose money is in is never stopped."""
        unpaid = self.filtered(lambda order: not order._receivables_is_paid())
        return super(SaleOrder, unpaid)._receivables_refusals()

    def _confirmation_error_message(self):
        """Override of `sale` to tell why credit stops this order."""
        error = super()._confirmation_error_message()
        refused = {} if error else self._receivables_refusals()
        return self._receivables_refusal_text(refused) if refused else error

    def action_confirm(self):
        """Override of `sale`: what credit stops is not confirmed.

        A person is told. Where a customer signed or chose how to pay, the order stays
        as it is with the signature or the choice, and the others go on.
        """
        refused = self._receivables_refusals()
        # Core confirms for customers as superuser, with the mail that goes with it.
        is_customer = self.env.su and self.env.context.get("send_email")
        if refused and not is_customer:
            raise UserError(self._receivables_refusal_text(refused))
        self._receivables_keep_waiting(refused)
        free = self.filtered(lambda order: order not in refused)
        if refused and not free:
            return True
        flagged = free._receivables_paid_in_spite()
        with free._receivables_passed():
            result = super(SaleOrder, free).action_confirm()
        self._receivables_flag(flagged)
        return result

    def _validate_order(self):
        """Override of `sale`: a customer's order on hold waits, signed or chosen."""
        refused = self.sudo()._receivables_refusals()
        if refused:
            self._receivables_keep_waiting(refused)
        free = self.filtered(lambda order: order not in refused)
        return super(SaleOrder, free)._validate_order() if free else None

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `sale`: nor is an order on hold born confirmed."""
        orders = super().create(vals_list)
        orders.filtered(lambda order: order.state == "sale")._receivables_check_new()
        return orders

    def write(self, vals):
        """Override of `sale`: writing the state is confirming, too.

        The order is judged as it will be confirmed, with what is written beside it.
        """
        if vals.get("state") == "sale":
            pending = self.filtered(lambda order: order.state != "sale")
            pending = pending._receivables_unpassed()
            if pending:
                super().write({key: vals[key] for key in vals if key != "state"})
                pending._receivables_check()
                vals = {"state": "sale"}
        return super().write(vals)

    def _receivables_check_new(self):
        """Check orders that are already part of the exposure as what they add to it."""
        if not self:
            return
        self.write({"state": "draft"})
        self._receivables_check()
        with self._receivables_passed():
            self.write({"state": "sale"})

    # === WHO IS TOLD ===

    def _receivables_keep_waiting(self, refused):
        """Leave these orders unconfirmed; tell customer and salesperson."""
        kind = self.env.ref("receivables_automation.mail_activity_type_hold")
        told = self.browse().union(*refused)._receivables_words_for_all()
        for order in refused:
            order = order.sudo()
            if order.state == "draft":
                order.with_context(tracking_disable=True).state = "sent"
            if order.activity_ids.filtered(lambda one: one.activity_type_id == kind):
                continue
            seller = order.user_id or order.partner_id.user_id or order.create_uid
            if seller.share or not seller.active:
                seller = self.env["res.users"].browse(SUPERUSER_ID)
            order.activity_schedule(
                activity_type_id=kind.id,
                user_id=seller.id,
                summary=self.env._("Order on hold, the customer is waiting"),
                note=told.get(order.id, ""),
            )
            customer = order.partner_id
            order.with_context(lang=customer.lang).message_post(
                body=order.with_context(lang=customer.lang)._receivables_neutral_text(),
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                author_id=order.company_id.partner_id.id,
                partner_ids=customer.ids,
            )

    def _receivables_neutral_text(self):
        """Return what a customer is told of an order on hold: nothing of the reason."""
        return self.env._(
            "Thank you. We have received your order %s and are reviewing it; we will"
            " contact you shortly.",
            self.name,
        )

    def _receivables_paid_in_spite(self):
        """Return {order: judgement} of paid orders that would have been stopped."""
        paid = self.filtered(lambda order: order._receivables_is_paid())
        judged = paid._receivables_judge()
        return {
            order: judged[order.id]
            for order in paid
            if order.id in judged
            and self._receivables_is_blocked(judged[order.id][2], "order")
        }

    def _receivables_flag(self, flagged):
        """Record that paid orders were confirmed in spite of a hold."""
        for order, judged in flagged.items():
            reason = self.env._("Paid online before it was confirmed")
            # The record of a decision that no person took.
            self.env["receivables.override"].sudo().create(
                order._receivables_release_values(judged, "paid") | {"reason": reason}
            )
            order._receivables_note(
                self.env._(
                    "Paid online and confirmed although credit is on hold. Look at it"
                    " before the next order."
                )
            )
