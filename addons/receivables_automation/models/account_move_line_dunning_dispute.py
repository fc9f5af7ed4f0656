from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

# What of each open item is in dispute, an invoice's oldest items first. An accepted
# part stays until its credit note is posted, since only then the debt is lower.
DISPUTED = """
WITH dispute AS (
    SELECT d.move_id, min(d.id) AS id,
           sum(CASE d.state WHEN 'open' THEN d.amount ELSE d.amount_accepted END)
               AS amount
      FROM receivables_dispute d
      LEFT JOIN account_move note ON note.id = d.credit_note_id
     WHERE (d.state = 'open' OR d.state = 'accepted' AND note.state = 'draft')
       AND %(of_documents)s
     GROUP BY d.move_id
), owed_item AS (
    SELECT l.id, l.company_id, l.partner_id, l.amount_residual_currency AS owed,
           l.amount_residual AS owed_local, dispute.id AS dispute_id, dispute.amount,
           sum(l.amount_residual_currency) OVER (
               PARTITION BY l.move_id ORDER BY l.date_maturity, l.id
           ) - l.amount_residual_currency AS older
      FROM dispute
      JOIN account_move_line l ON l.move_id = dispute.move_id
      JOIN account_account account ON account.id = l.account_id
     WHERE account.account_type = 'asset_receivable'
       AND l.parent_state = 'posted'
       AND l.reconciled IS NOT TRUE
       AND l.amount_residual_currency > 0
)
SELECT id, company_id, partner_id, dispute_id, owed, owed_local,
       LEAST(owed, amount - older) AS disputed
  FROM owed_item
 WHERE amount > older
"""


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @api.model
    @api.private
    def _receivables_disputed_query(self, of_documents):
        """Return the query of open items in dispute.

        Rows: item, company, customer, case, owed, owed in company currency, disputed.

        :param SQL of_documents: condition on `d`, the cases.
        """
        for model in ("account.move", "account.move.line", "receivables.dispute"):
            self.env[model].flush_model()
        return SQL(DISPUTED, of_documents=of_documents)

    @api.private
    def _receivables_disputed(self):
        """Return {item id: (case id, disputed, owed)} of those in dispute, Decimals.

        One query, however many items; in each item's currency.
        """
        if not self:
            return {}
        found = self._receivables_disputed_where(
            SQL(
                "d.move_id IN"
                " (SELECT move_id FROM account_move_line WHERE id = ANY(%s))",
                self.ids,
            )
        )
        return {item_id: found[item_id] for item_id in self.ids if item_id in found}

    @api.model
    def _receivables_disputed_where(self, of_documents):
        """Return {item id: (case id, disputed, owed)} of the cases of a condition."""
        query = SQL(
            "SELECT id, dispute_id, disputed::text, owed::text FROM (%s) part",
            self._receivables_disputed_query(of_documents),
        )
        return {
            item_id: (case_id, Decimal(disputed), Decimal(owed))
            for item_id, case_id, disputed, owed in self.env.execute_query(query)
        }

    @api.private
    def _receivables_disputed_parts(self):
        """Return {item id: part in dispute} of items of which the rest is told."""
        return self._receivables_parts_of(self._receivables_disputed())

    @api.model
    @api.private
    def _receivables_disputed_parts_in(self, company):
        """Return the same of all items of a company, with one query."""
        return self._receivables_parts_of(
            self._receivables_disputed_where(SQL("d.company_id = %s", company.id))
        )

    @api.model
    def _receivables_parts_of(self, found):
        return {
            item_id: disputed
            for item_id, (_case, disputed, owed) in found.items()
            if disputed < owed
        }

    @api.private
    def _receivables_hold_queries(self, date):
        """Override: nobody is reminded of what is in dispute as a whole."""
        disputed = self._receivables_disputed_query(
            SQL("d.move_id IN (SELECT move_id FROM item)")
        )
        whole = SQL(
            "SELECT item.id, item.currency_id, 'disputed', 'receivables.dispute',"
            " part.dispute_id, NULL::date, part.disputed"
            " FROM (%s) part JOIN item USING (id) WHERE part.disputed >= part.owed",
            disputed,
        )
        return [*super()._receivables_hold_queries(date), whole]

    @api.private
    def _receivables_hold_text(self, code, record, day, amount):
        """Override: which part is in dispute, and what comes next."""
        if code == "disputed":
            return self._receivables_dispute_text(record, amount)
        return super()._receivables_hold_text(code, record, day, amount)

    @api.model
    def _receivables_dispute_text(self, case, amount):
        """Return in words that ``amount`` is in dispute, and what comes next."""
        values = {
            "amount": amount,
            "reason": case.reason_id.name,
            "owner": case.user_id.name,
        }
        if case.state == "accepted":
            return self.env._(
                "%(amount)s was accepted as wrong (%(reason)s): post its credit note.",
                **values,
            )
        return self.env._(
            "%(amount)s is in dispute (%(reason)s); %(owner)s answers for it.", **values
        )

    def action_receivables_dispute(self):
        """Return the form of a new case about the first of these items' invoices."""
        self.check_access("read")
        return self.move_id[:1].action_receivables_dispute()
