from collections import namedtuple

from odoo import api, models

from odoo.addons.receivables_automation.core.allocation import Share

from ..core.errors import InvalidInput

# What a payment's entry needs to know of a document: it may not be here yet.
Expected = namedtuple("Expected", "currency_id account_id")


class AccountPayment(models.Model):
    _inherit = "account.payment"

    @api.model
    def _mx_sat_create(self, paids):
        """Return [(reported payment, posted payment, its items per related document)].

        Like `_receivables_create_applied`, whose entry it makes, with one difference:
        every related document gets its item with its ImpPagado, whether it is here or
        not, and nothing is reconciled. So the entry is the same in whatever order the
        documents come, and each item is reconciled with its own invoice alone.

        :param paids: `mx.sat.document.payment`, of one company.
        """
        company = self.env.company
        payments = self.with_context(force_payment_move=True).create(
            [paid._payment_values(company) for paid in paids]
        )
        orders = [
            (
                [relation._expected() for relation in paid.relation_ids],
                [
                    Share(
                        settled=relation.currency_id._receivables_exact(
                            relation.amount
                        ),
                        paid=paid.currency_id._receivables_exact(relation.share),
                        is_local=relation.currency_id == company.currency_id,
                    )
                    for relation in paid.relation_ids
                ],
            )
            for paid in paids
        ]
        rates = {
            payment.id: paid.rate for paid, payment in zip(paids, payments, strict=True)
        }
        rated = payments.with_context(mx_sat_rates=rates)
        items = [lines.sudo() for lines in rated._receivables_make_entries(orders)]
        for paid, payment in zip(paids, payments, strict=True):
            if payment.move_id.date != paid.date:
                raise InvalidInput(
                    "ledger_date",
                    document=paid.document_id.display_name,
                    date=paid.date.isoformat(),
                )
        return list(zip(paids, payments, items, strict=True))

    def action_mx_sat_is_this(self):
        """Take this payment for the reported one whose dialog the person is in."""
        self.ensure_one()
        paid = self.env["mx.sat.document.payment"].browse(
            self.env.context.get("mx_sat_paid_id")
        )
        return paid._decide(self)

    def _prepare_move_line_default_vals(
        self, write_off_line_vals=None, force_balance=None
    ):
        # EXTENDS 'account': the complement's own exchange rate, not the day's.
        rate = self.env.context.get("mx_sat_rates", {}).get(self.id)
        if rate and self.currency_id != self.company_id.currency_id:
            force_balance = self.company_id.currency_id.round(self.amount * rate)
        return super()._prepare_move_line_default_vals(
            write_off_line_vals, force_balance
        )
