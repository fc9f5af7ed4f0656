import logging

from odoo import models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.receivables_automation.core.same_money import Match

_logger = logging.getLogger(__name__)

DOOR = "link"


class PaymentSettlement(models.Model):
    """From money that came to one payment in the ledger; superuser mode throughout."""

    _inherit = "payment.settlement"

    def _process(self, same_as=None, is_new=False):
        """Apply what is received; what cannot be applied stays, with its reason.

        :param same_as: the payment that a person said it is.
        :param bool is_new: a person said that it is money of its own.
        """
        for settlement in self:
            settlement._lock()
            if settlement.state != "received":
                continue
            try:
                with self.env.cr.savepoint():
                    settlement._apply(same_as, is_new)
            except (UserError, ValidationError) as error:
                settlement.invalidate_recordset()
                settlement.write(
                    {"reason": str(error), "attempts": settlement.attempts + 1}
                )
                _logger.warning(
                    "Payment %s is received and cannot be applied yet: %s",
                    settlement.external_key,
                    error,
                )

    def _lock(self):
        """Wait for whoever processes this settlement, then read it anew."""
        self.env.cr.execute(
            "SELECT id FROM payment_settlement WHERE id = %s FOR UPDATE",
            (self.id,),
            # Whoever comes second is sent back to try again: nothing to report.
            log_exceptions=False,
        )
        self.invalidate_recordset(["state"])

    def _apply(self, same_as, is_new):
        """Find or make the payment of this money and settle what it was quoted for."""
        transaction = self.transaction_id
        payments = self.env["account.payment"].with_company(self.company_id)
        payment = same_as or payments._receivables_known_by(
            self.company_id, DOOR, transaction.reference
        )
        if not payment and not is_new:
            found = payments._receivables_find_same(
                DOOR,
                self.company_id,
                self.partner_id,
                self.currency_id,
                self.amount,
                self.paid_on,
                numbers=self._numbers(),
                items=self._quote_lines().move_line_id,
            )
            if found.match is Match.AMBIGUOUS:
                self._park(payments.browse(found.payments))
                return
            payment = payments.browse(found.payments)
        if payment:
            self._apply_known(payment)
        else:
            payment = self._create_payment(payments)
        if not payments._receivables_known_by(
            self.company_id, DOOR, transaction.reference
        ):
            payment._receivables_claim(
                DOOR, transaction.reference, numbers=self._numbers()
            )
        transaction.payment_id = payment
        self._move_to(
            "applied",
            payment_id=payment.id,
            credit_amount=self._open_credit(payment),
            reason=False,
        )
        self._flag_credit()
        self.link_id._follow_ledger()

    def _numbers(self):
        transaction = self.transaction_id
        return list(
            filter(None, (transaction.provider_reference, transaction.reference))
        )

    def _quote_lines(self):
        """Return the quote's lines; a later capture pays its source's quote."""
        transaction = self.transaction_id
        source = transaction.source_transaction_id or transaction
        return source.payment_link_quote_ids.line_ids

    def _allocations(self, available):
        """Return [(item, amount)] of the quote, at most what is owed and available."""
        allocations = []
        for line in self._quote_lines():
            item = line.move_line_id
            owed = item.amount_residual_currency
            if (
                item.parent_state != "posted"
                or item.reconciled
                or item.partner_id != self.partner_id
            ):
                continue
            part = self.currency_id.round(min(line.amount, owed, available))
            if part > 0:
                allocations.append((item, part))
                available = self.currency_id.round(available - part)
        return allocations

    def _create_payment(self, payments):
        """Return the new payment, applied to what was quoted and is still owed."""
        provider = self.transaction_id.provider_id
        journal = provider.journal_id
        if not journal:
            raise UserError(
                self.env._(
                    "%(provider)s has no payment journal. Choose one in the provider's"
                    " configuration; the payment is then applied by itself.",
                    provider=provider.display_name,
                )
            )
        method_line = journal.inbound_payment_method_line_ids.filtered(
            lambda line: line.payment_provider_id == provider
        )[:1]
        values = {
            "amount": self.amount,
            "currency_id": self.currency_id.id,
            "partner_id": self.partner_id.id,
            "date": self.paid_on,
            "journal_id": journal.id,
            "payment_transaction_id": self.transaction_id.id,
            "memo": " - ".join(self._numbers()[::-1]),
        }
        if method_line:
            values["payment_method_line_id"] = method_line.id
        return payments._receivables_create_applied(
            values, self._allocations(self.amount)
        )

    def _apply_known(self, payment):
        """Settle what was quoted with what the known payment has not settled yet."""
        open_credits = payment.move_id.line_ids.filtered(
            lambda line: (
                line.account_id.account_type == "asset_receivable"
                and not line.reconciled
                and line.currency_id == self.currency_id
                and line.amount_residual_currency < 0
            )
        )
        for credit in open_credits:
            available = -credit.amount_residual_currency
            self.env["account.move.line"]._receivables_reconcile_pairs(
                item | credit
                for item, _amount in self._allocations(available)
                if item.account_id == credit.account_id
            )

    def _park(self, candidates):
        self._move_to(
            "parked",
            candidate_ids=[(6, 0, candidates.ids)],
            reason=self.env._(
                "Several payments in the ledger could be this money: %(payments)s."
                " Choose which one it is, or that it is other money.",
                payments=", ".join(candidates.mapped("display_name")),
            ),
        )
        self._ask_somebody(self.env._("Which payment is this?"))

    def _open_credit(self, payment):
        """Return what ``payment`` has settled nothing with, in its currency."""
        lines = payment.move_id.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        return -sum(lines.mapped("amount_residual_currency"))

    def _flag_credit(self):
        if self.currency_id.compare_amounts(self.credit_amount, 0) > 0:
            self._ask_somebody(
                self.env._(
                    "%(amount)s paid through %(link)s found nothing to settle: apply or"
                    " return it.",
                    amount=self.currency_id.format(self.credit_amount),
                    link=self.link_id.name,
                )
            )

    def _ask_somebody(self, summary):
        """Leave a to-do with whoever is responsible for the link."""
        if user := self.link_id._person(self.link_id.user_id):
            self.activity_schedule(
                "mail.mail_activity_data_todo", summary=summary, user_id=user.id
            )

    def _returned(self, refund):
        """Let the ledger follow a refund that the provider confirmed.

        All of it back reopens what it had paid; a part of it a person applies.
        """
        source = refund.source_transaction_id
        settlement = self.search([("transaction_id", "=", source.id)])
        payment = source.payment_id
        if not settlement or not payment or not refund.payment_id:
            return
        is_all = source.currency_id.compare_amounts(-refund.amount, source.amount) == 0
        if not is_all:
            settlement._ask_somebody(
                self.env._(
                    "%(amount)s of this payment went back to the customer: choose which"
                    " invoice it reopens.",
                    amount=source.currency_id.format(-refund.amount),
                )
            )
            return
        both = (payment | refund.payment_id).move_id.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        items = payment.move_id.line_ids.matched_debit_ids.debit_move_id
        both.remove_move_reconcile()
        both.filtered(lambda line: not line.reconciled).reconcile()
        settlement._move_to("returned", reason=self.env._("Refunded."))
        self.env["payment.link"]._follow_items(items)
