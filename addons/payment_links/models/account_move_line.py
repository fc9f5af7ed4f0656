from collections import defaultdict

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

# Transactions whose money is on its way: to the items that a link quoted, else to those
# of their invoices. Few are not in the ledger yet, and an index of ours lists them. A
# wire transfer holds nothing: core leaves it pending for ever.
IN_PROCESS = """
SELECT item.id, transaction.currency_id, 'payment_in_process', 'payment.transaction',
       transaction.id, NULL::date, transaction.amount
  FROM payment_transaction transaction
  JOIN payment_provider provider ON provider.id = transaction.provider_id
  JOIN account_invoice_transaction_rel rel ON rel.transaction_id = transaction.id
  JOIN item ON item.move_id = rel.invoice_id
  LEFT JOIN LATERAL (
       SELECT array_agg(line.move_line_id) AS ids
         FROM payment_link_quote quote
         JOIN payment_link_quote_line line ON line.quote_id = quote.id
        WHERE quote.transaction_id = transaction.id
  ) quoted ON TRUE
 WHERE transaction.payment_id IS NULL
   AND transaction.state IN ('pending', 'authorized', 'done')
   AND transaction.operation IS DISTINCT FROM 'refund'
   AND provider.code != 'custom'
   AND (quoted.ids IS NULL OR item.id = ANY(quoted.ids))
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

    def _receivables_hold_queries(self, date):
        """Override: an online payment that is not in the ledger yet holds its items."""
        for model in (
            "payment.link.quote",
            "payment.link.quote.line",
            "payment.provider",
            "payment.transaction",
        ):
            self.env[model].flush_model()
        return [*super()._receivables_hold_queries(date), SQL(IN_PROCESS)]

    def _receivables_hold_text(self, code, record, day, amount):
        """Override: which online payment is on its way."""
        if record._name != "payment.transaction":
            return super()._receivables_hold_text(code, record, day, amount)
        return self.env._(
            "An online payment of %(amount)s (%(reference)s) is in process.",
            amount=amount,
            reference=record.reference,
        )

    def action_payment_link(self):
        """Open the payment link for exactly these items; made if there is none."""
        open_items = self.filtered(lambda item: item.amount_residual_currency > 0)
        if not open_items:
            raise UserError(
                self.env._("Nothing is owed here, so there is nothing to pay by link.")
            )
        return self.env["payment.link"]._for_items(open_items)._get_records_action()
