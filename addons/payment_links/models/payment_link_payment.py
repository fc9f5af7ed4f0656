from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import formatLang

from ..core.selection import Refusal, RefusalCode, Terms, select

# An attempt that nobody finished stops nobody else for longer than this.
ATTEMPT = timedelta(minutes=10)


class PaymentLink(models.Model):
    """From a payer's choice to a transaction: the browser is believed about nothing.

    Superuser mode throughout: the caller has checked a token.
    """

    _inherit = "payment.link"

    @api.private
    def _charge(self, choice):
        """Return the `Charge` for a payer's `Choice`, at live balances.

        :raises UserError: says in the payer's words why it cannot be charged.
        """
        self.ensure_one()
        currency = self.currency_id
        terms = Terms(
            currency=currency.name,
            decimals=currency.decimal_places,
            minimum=(
                currency._receivables_exact(self.minimum_amount)
                if self.allow_partial
                else None
            ),
        )
        result = select(self._payable_items(), terms, choice)
        if isinstance(result, Refusal):
            raise UserError(self._refusal_text(result))
        return result

    def _refusal_text(self, refusal):
        total = float(refusal.total or 0)
        total = formatLang(self.env, total, currency_obj=self.currency_id)
        minimum = formatLang(
            self.env, self.minimum_amount, currency_obj=self.currency_id
        )
        texts = {
            RefusalCode.NOTHING_CHOSEN: self.env._("Choose at least one invoice."),
            RefusalCode.UNKNOWN_ITEM: self.env._(
                "One of these invoices can no longer be paid here. Reload the page."
            ),
            RefusalCode.NOTHING_DUE: self.env._(
                "One of these invoices is paid already. Reload the page."
            ),
            RefusalCode.OTHER_CURRENCY: self.env._(
                "This link is paid in %(currency)s only.",
                currency=self.currency_id.name,
            ),
            RefusalCode.TOTAL_CHANGED: self.env._(
                "The balance has changed: it is now %(total)s. Reload the page.",
                total=total,
            ),
            RefusalCode.NOT_AN_AMOUNT: self.env._("Write an amount above zero."),
            RefusalCode.TOO_MANY_DECIMALS: self.env._(
                "Write the amount with at most %(decimals)s decimals.",
                decimals=self.currency_id.decimal_places,
            ),
            RefusalCode.OVER_TOTAL: self.env._(
                "That is more than what you chose to pay: %(total)s.", total=total
            ),
            RefusalCode.BELOW_MINIMUM: (
                self.env._("The least that you can pay is %(amount)s.", amount=minimum)
                if self.allow_partial
                else self.env._("Pay the whole amount: %(total)s.", total=total)
            ),
        }
        return texts[refusal.code]

    # === PROVIDERS === #

    @api.private
    def _compatible_providers(self, amount):
        """Return the providers that may take ``amount`` for this link, right now."""
        self.ensure_one()
        company = self.company_id
        providers = self.env["payment.provider"]._get_compatible_providers(
            company.id,
            self.partner_id.id,
            float(amount),
            currency_id=self.currency_id.id,
        )
        return providers.filtered(
            # Core shows unpublished ones to employees, and a parent's to its branches.
            lambda one: (
                one.is_published
                and one.company_id == company
                and one.journal_id
                and (one.state == "enabled" or company.receivables_is_sample)
                and (one.code != "demo" or company.receivables_is_sample)
            )
        )

    @api.private
    def _compatible_methods(self, providers):
        """Return the payment methods of ``providers`` that this customer may use."""
        return self.env["payment.method"]._get_compatible_payment_methods(
            providers.ids, self.partner_id.id, currency_id=self.currency_id.id
        )

    @api.private
    def _check_way_to_pay(self, provider_id, method_id, amount):
        """Refuse a provider or method that this link does not offer for ``amount``.

        :raises UserError: one sentence for all causes; a payer can change none.
        """
        provider = self._compatible_providers(amount).filtered(
            lambda one: one.id == provider_id
        )
        methods = self._compatible_methods(provider) if provider else provider
        if not provider or method_id not in methods.ids:
            raise UserError(
                self.env._(
                    "This way to pay is not available. Reload the page and choose"
                    " another one."
                )
            )
        return provider

    # === CONCURRENCY === #

    @api.private
    def _lock_debtor(self):
        """Let nobody else start a payment of this customer before we have finished."""
        self.ensure_one()
        # An update, as a mere lock would let the other read the state from before us.
        self.env.cr.execute(
            "UPDATE res_partner SET write_uid = write_uid WHERE id = %s",
            (self.partner_id.id,),
            # Whoever comes second is sent back to try again: nothing to report.
            log_exceptions=False,
        )

    @api.private
    def _check_nobody_pays(self, item_ids, own_transactions):
        """Refuse items that a payment is under way for.

        :raises UserError: says since when, and what to do.
        """
        if hold := self._payment_under_way(item_ids, own_transactions):
            raise UserError(hold)

    @api.private
    def _payment_under_way(self, item_ids, own_transactions=()):
        """Return the sentence about a payment under way for these items, or ''.

        An attempt just begun holds others, not the browser that made it
        (``own_transactions`` are ids). A wire transfer holds nobody: core leaves it
        pending for ever.
        """
        items = self.env["account.move.line"].browse(item_ids)
        transactions = self.env["payment.transaction"].search(
            [
                ("invoice_ids", "in", items.move_id.ids),
                ("state", "in", ("draft", "pending", "authorized", "done")),
                ("provider_id.code", "!=", "custom"),
                ("payment_id", "=", False),
            ],
        )
        now = self.company_id._receivables_now()
        for transaction in transactions:
            quote = transaction.payment_link_quote_ids
            if quote and not quote.line_ids.move_line_id & items:
                continue
            amount = transaction.currency_id.format(transaction.amount)
            if transaction.state in ("pending", "authorized"):
                return self.env._(
                    "A payment of %(amount)s is in process. Wait until it is confirmed"
                    " before you pay again.",
                    amount=amount,
                )
            settlement = transaction.payment_settlement_ids
            if transaction.state == "done" and settlement.state in (
                "received",
                "parked",
            ):
                return self.env._(
                    "We have received a payment of %(amount)s and are applying it.",
                    amount=amount,
                )
            if (
                transaction.state == "draft"
                and transaction.id not in own_transactions
                and quote
                and quote.valid_until > now
            ):
                return self.env._(
                    "Somebody is paying this right now (%(amount)s). If it was you,"
                    " finish there or try again in ten minutes.",
                    amount=amount,
                )
        return ""

    # === TRANSACTION === #

    @api.private
    def _transaction_values(self, charge):
        """Return what our transactions have besides core's own values."""
        self.ensure_one()
        items = self.env["account.move.line"].browse(
            [part.item_id for part in charge.allocations]
        )
        return {
            "payment_link_id": self.id,
            "invoice_ids": [Command.set(items.move_id.ids)],
        }

    @api.private
    def _quote(self, transaction, charge):
        """Write down what ``transaction`` pays; returns the `payment.link.quote`."""
        self.ensure_one()
        return self.env["payment.link.quote"].create(
            {
                "link_id": self.id,
                "transaction_id": transaction.id,
                "total": float(charge.amount),
                "valid_until": self.company_id._receivables_now() + ATTEMPT,
                "line_ids": [
                    Command.create(
                        {
                            "move_line_id": part.item_id,
                            "amount": float(part.amount),
                        }
                    )
                    for part in charge.allocations
                ],
            }
        )
