from collections import defaultdict

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

# The transactions whose money is on its way to these items. Few are not in the ledger
# yet, and an index of ours lists them.
IN_PROCESS = """
SELECT DISTINCT transaction.id
  FROM payment_transaction transaction
  JOIN payment_provider provider ON provider.id = transaction.provider_id
  JOIN account_invoice_transaction_rel rel ON rel.transaction_id = transaction.id
  JOIN account_move_line item ON item.move_id = rel.invoice_id
 WHERE transaction.payment_id IS NULL
   AND transaction.state IN ('pending', 'authorized', 'done')
   AND transaction.operation IS DISTINCT FROM 'refund'
   AND provider.code != 'custom'
   AND item.id = ANY(%(ids)s)
 ORDER BY transaction.id
"""


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _receivables_payment_url(self):
        """Override: the placeholder of the debtor's standing link, '' without one.

        Items of several debtors, companies or currencies have no address in common.
        """
        debtors = {(one.company_id, *one._payment_link_debtor()) for one in self}
        links = self.env["payment.link"]
        if len(debtors) != 1 or links._problem():
            return super()._receivables_payment_url()
        return links._for_balance(*debtors.pop()).address_placeholder

    def _receivables_payment_urls(self, items_by_key, is_preview=False):
        """Override: the placeholders of many debtors, missing links made at once."""
        links = self.env["payment.link"]
        if links._problem():
            return super()._receivables_payment_urls(items_by_key, is_preview)
        by_company = defaultdict(dict)
        addresses = dict.fromkeys(items_by_key, "")
        for key, items in items_by_key.items():
            debtors = {one._payment_link_debtor() for one in items}
            if len(debtors) == 1 and len(items.company_id) == 1:
                by_company[items.company_id][key] = debtors.pop()
        for company, debtor_of in by_company.items():
            if is_preview:
                found = links._known_for_balances(company, list(debtor_of.values()))
            else:
                found = links._for_balances(company, debtor_of.values())
            for key, debtor in debtor_of.items():
                known = found.get(debtor)
                addresses[key] = known.address_placeholder if known else "#"
        return addresses

    def _payment_link_debtor(self):
        """Return (customer, currency); an entry by hand may name a contact of it."""
        return self.partner_id.commercial_partner_id, self.currency_id

    def _receivables_hold_reasons(self, date):
        """Override: an online payment that is not in the ledger yet holds its items.

        A wire transfer holds nothing: core leaves it pending for ever.
        """
        holds = super()._receivables_hold_reasons(date)
        if not holds:
            return holds
        for model in ("payment.transaction", "payment.provider"):
            self.env[model].flush_model()
        found = self.env.execute_query(SQL(IN_PROCESS, ids=self.ids))
        # Whoever plans reminders may not read what providers say; an amount is shown.
        transactions = (
            self.env["payment.transaction"].sudo().browse(row[0] for row in found)
        )
        for transaction in transactions:
            quoted = transaction.payment_link_quote_ids.line_ids.move_line_id
            paid = quoted or transaction.invoice_ids.line_ids
            text = self.env._(
                "An online payment of %(amount)s (%(reference)s) is in process.",
                amount=transaction.currency_id.format(transaction.amount),
                reference=transaction.reference,
            )
            for item_id in paid.ids:
                if item_id in holds:
                    holds[item_id].append(("payment_in_process", text, transaction))
        return holds

    def action_payment_link(self):
        """Open the payment link for exactly these items; made if there is none."""
        open_items = self.filtered(lambda item: item.amount_residual_currency > 0)
        if not open_items:
            raise UserError(
                self.env._("Nothing is owed here, so there is nothing to pay by link.")
            )
        return self.env["payment.link"]._for_items(open_items)._get_records_action()
