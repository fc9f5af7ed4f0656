from odoo import models
from odoo.fields import Command
from odoo.tools import SQL

# Each row: item, its cancelled document and that one's folio. Few documents are
# cancelled, and an index of ours lists them.
CANCELLED = """
SELECT DISTINCT ON (item.id) item.id, document.id, document.uuid
  FROM mx_sat_document document
  JOIN account_move_line item ON item.move_id = document.move_id
 WHERE document.sat_state = 'cancelled' AND document.state != 'quarantined'
   AND item.id = ANY(%(ids)s)
 ORDER BY item.id, document.date DESC, document.id DESC
"""


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _receivables_hold_reasons(self, date):
        """Override: nobody is reminded of an invoice whose CFDI is cancelled at SAT."""
        holds = super()._receivables_hold_reasons(date)
        if not holds:
            return holds
        self.env["mx.sat.document"].flush_model()
        # Whoever plans reminders sees the reason, not the document.
        documents = self.env["mx.sat.document"].sudo()
        for line_id, document_id, uuid in self.env.execute_query(
            SQL(CANCELLED, ids=self.ids)
        ):
            text = self.env._(
                "Its CFDI %(uuid)s is cancelled at SAT. Cancel the invoice, or wait for"
                " the one that replaces it.",
                uuid=uuid,
            )
            document = documents.browse(document_id)
            holds[line_id].append(("cfdi_cancelled", text, document))
        return holds

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
