from odoo import models
from odoo.fields import Command
from odoo.tools import SQL

# Few documents are cancelled, and an index of ours lists them.
CANCELLED = """
SELECT DISTINCT ON (item.id)
       item.id, item.currency_id, 'cfdi_cancelled', 'mx.sat.document', document.id,
       NULL::date, NULL::numeric
  FROM mx_sat_document document
  JOIN item ON item.move_id = document.move_id
 WHERE document.sat_state = 'cancelled' AND document.state != 'quarantined'
 ORDER BY item.id, document.date DESC, document.id DESC
"""


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _receivables_hold_queries(self, date):
        """Override: nobody is reminded of an invoice whose CFDI is cancelled at SAT."""
        self.env["mx.sat.document"].flush_model()
        return [*super()._receivables_hold_queries(date), SQL(CANCELLED)]

    def _receivables_hold_text(self, code, record, day, amount):
        """Override: which CFDI is cancelled, and what to do."""
        if code != "cfdi_cancelled":
            return super()._receivables_hold_text(code, record, day, amount)
        return self.env._(
            "Its CFDI %(uuid)s is cancelled at SAT. Cancel the invoice, or wait for the"
            " one that replaces it.",
            uuid=record.uuid,
        )

    def _mx_sat_applied_to(self, items):
        """Return what these payment items settled of ``items``, in its currency."""
        return sum(
            partial.debit_amount_currency
            for partial in items.matched_credit_ids
            if partial.credit_move_id in self
        )

    def _mx_sat_split(self, amount):
        """Return an open item of ``amount`` split off this payment item, or none.

        Reconciling takes as much as there is; so what must not be applied has to be an
        item of its own. An item that has settled something is left as it is.

        :param float amount: in the item's currency, below what is open.
        """
        self.ensure_one()
        if self.matched_debit_ids or self.matched_credit_ids:
            return self.browse()
        part = amount / -self.amount_currency
        balance = self.company_currency_id.round(self.balance * part)
        rest = {
            "amount_currency": self.amount_currency + amount,
            "balance": self.balance - balance,
        }
        before = self.move_id.line_ids
        # The entry's accounts and sums stay as they are posted: only the item is two.
        self.move_id.with_context(skip_readonly_check=True).write(
            {
                "line_ids": [
                    Command.update(self.id, rest),
                    Command.create(
                        {
                            "name": self.name,
                            "account_id": self.account_id.id,
                            "partner_id": self.partner_id.id,
                            "currency_id": self.currency_id.id,
                            "date_maturity": self.date_maturity,
                            "amount_currency": -amount,
                            "balance": balance,
                        }
                    ),
                ]
            }
        )
        return self.move_id.line_ids - before
