from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

# What each case takes of open items: the oldest cases take an invoice's oldest items.
# An accepted part stays until its credit note is posted, since only then the debt is
# lower. An entry has no credit note: its part stays until somebody says that it is
# corrected, less what was credited from the day of the answer on.
DISPUTED = """
WITH dispute AS (
    SELECT d.id, d.move_id, d.state = 'accepted' AND d.is_corrected AS is_over,
           CASE WHEN d.state = 'open' THEN d.amount
                ELSE LEAST(d.amount_accepted, GREATEST(0,
                     sum(d.amount_accepted) OVER (
                         PARTITION BY d.move_id, d.state ORDER BY d.id
                     ) - COALESCE(corrected.amount, 0)))
                END AS amount
      FROM receivables_dispute d
      JOIN account_move document ON document.id = d.move_id
      LEFT JOIN account_move note ON note.id = d.credit_note_id
      LEFT JOIN LATERAL (
           SELECT sum(r.debit_amount_currency) AS amount
             FROM account_move_line l
             JOIN account_partial_reconcile r ON r.debit_move_id = l.id
             JOIN account_move_line c ON c.id = r.credit_move_id
             JOIN account_journal j ON j.id = c.journal_id
            WHERE d.state = 'accepted'
              AND document.move_type = 'entry'
              AND l.move_id = d.move_id
              AND c.date >= d.closed_on
              AND j.type NOT IN ('bank', 'cash', 'credit')) corrected ON true
     WHERE (d.state = 'open'
            OR d.state = 'accepted'
               AND (note.state = 'draft'
                    OR document.move_type = 'entry'))
       AND %(of_documents)s
), claim AS (
    SELECT id, move_id, amount,
           sum(amount) OVER (PARTITION BY move_id ORDER BY id) - amount AS older
      FROM dispute
     WHERE is_over IS NOT TRUE
), owed_item AS (
    SELECT l.id, l.move_id, l.company_id, l.partner_id,
           l.amount_residual_currency AS owed, l.amount_residual AS owed_local,
           sum(l.amount_residual_currency) OVER (
               PARTITION BY l.move_id ORDER BY l.date_maturity, l.id
           ) - l.amount_residual_currency AS older
      FROM account_move_line l
      JOIN account_account account ON account.id = l.account_id
     WHERE l.move_id IN (SELECT move_id FROM dispute)
       AND account.account_type = 'asset_receivable'
       AND l.parent_state = 'posted'
       AND l.reconciled IS NOT TRUE
       AND l.amount_residual_currency > 0
), share AS (
    SELECT item.id, item.company_id, item.partner_id, claim.id AS dispute_id,
           item.owed, item.owed_local,
           LEAST(item.older + item.owed, claim.older + claim.amount)
           - GREATEST(item.older, claim.older) AS disputed
      FROM claim
      JOIN owed_item item USING (move_id)
)
SELECT * FROM share WHERE disputed > 0
"""


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @api.model
    @api.private
    def _receivables_disputed_shares_query(self, of_documents):
        """Return the query of what of open items each case takes.

        Rows: item, company, customer, case, owed, owed in company currency, disputed.

        :param SQL of_documents: condition on `d`, the cases.
        """
        for model in (
            "account.move",
            "account.move.line",
            "account.partial.reconcile",
            "receivables.dispute",
        ):
            self.env[model].flush_model()
        return SQL(DISPUTED, of_documents=of_documents)

    @api.model
    @api.private
    def _receivables_disputed_query(self, of_documents):
        """Return the query of items in dispute, each once with its oldest case.

        Rows and parameter as of `_receivables_disputed_shares_query`.
        """
        return SQL(
            "SELECT id, company_id, partner_id, min(dispute_id) AS dispute_id, owed,"
            " owed_local, sum(disputed) AS disputed"
            " FROM (%s) share GROUP BY id, company_id, partner_id, owed, owed_local",
            self._receivables_disputed_shares_query(of_documents),
        )

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
        if case.state == "accepted" and case.move_id.move_type == "entry":
            return self.env._(
                "%(amount)s was accepted as wrong (%(reason)s): have the entry"
                " corrected.",
                **values,
            )
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
