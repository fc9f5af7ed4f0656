from odoo import api, models
from odoo.tools import SQL

from ..core import habits


class ReceivablesProfile(models.Model):
    """A debtor's items in SQL: figures and the records behind them read the same."""

    _inherit = "receivables.profile"

    @api.model
    def _item_ctes(self, companies, accounts, debtors):
        """Return the SQL of `today`, `money`, `known` and `judged`.

        The invoice items of the debtors with what they took, an instalment each by its
        own due date; and these judged: whether enough days have passed to say that it
        was paid promptly, and what stood beside it.
        """
        return SQL(
            """
today (company_id, day, exchange_id, collector_id) AS (VALUES %(today)s),
-- Money is what a bank or cash journal booked: credit notes, write-offs and exchange
-- differences stand in other journals.
money AS (
    SELECT array_agg(id) AS journals
      FROM account_journal WHERE type IN ('bank', 'cash', 'credit')
),
taken AS (
    SELECT l.id, p.commercial_partner_id AS partner_id, l.company_id, l.move_id,
           l.date AS issued, COALESCE(l.date_maturity, l.date) AS due,
           today.day - COALESCE(l.date_maturity, l.date) AS days,
           l.balance::float8 AS amount, l.reconciled IS TRUE AS is_settled,
           max(c.date) AS closed_on,
           min(c.date) FILTER (WHERE %(money)s) AS first,
           max(c.date) FILTER (WHERE %(money)s) AS last,
           max(c.date) FILTER (WHERE c.display_type = 'payment_term') AS corrected_on,
           sum(CASE WHEN %(money)s THEN r.amount
                    WHEN c.display_type <> 'payment_term'
                     AND c.journal_id IS DISTINCT FROM today.exchange_id THEN -r.amount
                    ELSE 0 END) > 0 AS is_paid
      FROM account_move_line l
      JOIN today ON today.company_id = l.company_id
      JOIN res_partner p ON p.id = l.partner_id
      LEFT JOIN account_partial_reconcile r ON r.debit_move_id = l.id
      LEFT JOIN account_move_line c ON c.id = r.credit_move_id
     WHERE l.account_id IN %(accounts)s AND l.parent_state = 'posted'
       AND l.company_id IN %(companies)s AND %(lines)s
       AND l.display_type = 'payment_term' AND l.balance > 0
     GROUP BY l.id, p.id, today.day
),
-- An item is paid on the day of the last money that it took. One that only credit notes
-- settled, or of which more was written off than paid, says nothing of its debtor.
known AS MATERIALIZED (
    SELECT id, partner_id, company_id, move_id, issued, due, days, amount, is_settled,
           closed_on, first, last, corrected_on > due AS is_corrected,
           CASE WHEN is_settled AND is_paid THEN last END AS paid_on
      FROM taken
),
-- The days on which something was overdue for long: of each such debt, from when it
-- became so until it was settled.
burden AS (
    SELECT partner_id, company_id,
           min(due) FILTER (WHERE NOT is_settled AND days > 0) AS oldest,
           range_agg(daterange(due + %(long)s + 1,
                               CASE WHEN is_settled THEN closed_on END))
               FILTER (WHERE days > %(long)s) AS long_overdue
      FROM known
     WHERE NOT is_settled OR closed_on > due + %(long)s
     GROUP BY partner_id, company_id
),
pile AS (
    SELECT partner_id, company_id, paid_on, count(*) AS together
      FROM known
     WHERE paid_on > due + %(prompt)s
     GROUP BY partner_id, company_id, paid_on
),
judged AS (
    SELECT known.*, paid_on - due AS late, burden.oldest, pile.together,
           days > %(prompt)s AND (NOT is_settled OR paid_on IS NOT NULL) AS is_counted,
           COALESCE(paid_on <= due + %(prompt)s, FALSE) AS is_prompt,
           COALESCE(paid_on > due + %(prompt)s, FALSE) AS is_late,
           COALESCE(burden.long_overdue @> issued, FALSE) AS is_knowing,
           row_number() OVER (PARTITION BY partner_id, company_id
                                  ORDER BY paid_on DESC NULLS LAST, id DESC) AS place
      FROM known
      LEFT JOIN burden USING (partner_id, company_id)
      LEFT JOIN pile USING (partner_id, company_id, paid_on)
)
            """,
            today=self._today_rows(companies),
            accounts=tuple(accounts.ids) or (0,),
            companies=tuple(companies.ids),
            lines=self._lines_of_debtors(debtors),
            money=SQL("c.journal_id = ANY((SELECT journals FROM money)::int[])"),
            prompt=habits.PROMPT_DAYS,
            long=habits.LONG_OVERDUE_DAYS,
        )
