from odoo import api, models
from odoo.tools import SQL

from ..core import habits


class ReceivablesProfile(models.Model):
    """A debtor's items in SQL: figures and the records behind them read the same."""

    _inherit = "receivables.profile"

    @api.model
    def _item_ctes(self, companies, accounts, debtors):
        """Return the SQL of `today`, `item`, `known` and `judged`.

        Every receivable item of the debtors; of these the invoices' with what they
        took, an instalment each by its own due date; and these judged: whether enough
        days have passed to say that it was paid promptly, and what stood beside it.
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
-- What is left out of it keeps it in memory.
item AS MATERIALIZED (
    SELECT l.id, p.commercial_partner_id AS partner_id, l.company_id, l.move_id,
           l.date AS issued, COALESCE(l.date_maturity, l.date) AS due,
           today.day - COALESCE(l.date_maturity, l.date) AS days,
           l.balance::float8 AS amount, l.reconciled IS TRUE AS is_settled,
           l.display_type = 'payment_term' AND l.balance > 0 AS is_invoice,
           l.balance < 0 AND l.journal_id = ANY((SELECT journals FROM money)::int[])
               AS is_money
      FROM account_move_line l
      JOIN today ON today.company_id = l.company_id
      JOIN res_partner p ON p.id = l.partner_id
     WHERE l.account_id IN %(accounts)s AND l.parent_state = 'posted'
       AND l.company_id IN %(companies)s AND %(lines)s
),
taken AS (
    SELECT i.id, max(c.date) AS closed_on,
           min(c.date) FILTER (WHERE %(money)s) AS first,
           max(c.date) FILTER (WHERE %(money)s) AS last,
           sum(CASE WHEN %(money)s THEN r.amount
                    WHEN c.display_type <> 'payment_term'
                     AND c.journal_id IS DISTINCT FROM (
                         SELECT exchange_id FROM today WHERE company_id = i.company_id)
                    THEN -r.amount
                    ELSE 0 END) > 0 AS is_paid,
           bool_or(c.display_type = 'payment_term' AND c.date > i.due) AS is_corrected
      FROM item i
      JOIN account_partial_reconcile r ON r.debit_move_id = i.id
      JOIN account_move_line c ON c.id = r.credit_move_id
     WHERE i.is_invoice
     GROUP BY i.id
),
-- An item is paid on the day of the last money that it took. One that only credit notes
-- settled, or of which more was written off than paid, says nothing of its debtor.
known AS MATERIALIZED (
    SELECT i.id, i.partner_id, i.company_id, i.move_id, i.issued, i.due, i.amount,
           i.is_settled, i.days, taken.closed_on, taken.first,
           taken.last, taken.is_corrected,
           CASE WHEN i.is_settled AND taken.is_paid THEN taken.last END AS paid_on
      FROM item i
      LEFT JOIN taken ON taken.id = i.id
     WHERE i.is_invoice
),
judged AS (
    SELECT known.*, paid_on - due AS late,
           days > %(prompt)s AND (NOT is_settled OR paid_on IS NOT NULL) AS is_counted,
           COALESCE(paid_on <= due + %(prompt)s, FALSE) AS is_prompt,
           COALESCE(paid_on > due + %(prompt)s, FALSE) AS is_late,
           row_number() OVER (of_debtor ORDER BY paid_on DESC NULLS LAST, id DESC)
               AS place,
           count(*) FILTER (WHERE paid_on > due + %(prompt)s) OVER (
               of_debtor ORDER BY paid_on DESC NULLS LAST
               RANGE BETWEEN CURRENT ROW AND CURRENT ROW) AS together,
           min(due) FILTER (WHERE NOT is_settled AND days > 0) OVER of_debtor AS oldest
      FROM known
    WINDOW of_debtor AS (PARTITION BY partner_id, company_id)
)
            """,
            today=self._today_rows(companies),
            accounts=tuple(accounts.ids) or (0,),
            companies=tuple(companies.ids),
            lines=self._lines_of_debtors(debtors),
            money=SQL("c.journal_id = ANY((SELECT journals FROM money)::int[])"),
            prompt=habits.PROMPT_DAYS,
        )

    @api.model
    def _knowing_ctes(self):
        """Return the SQL of `knowing`: items issued while one was long overdue.

        On the items of `_item_ctes`, sorted once: what was owed on a day is owed until
        the latest end among the debts that had become long overdue before it.
        """
        return SQL(
            """
moment AS (
    SELECT company_id, partner_id, due + %(long)s AS day, NULL::int AS id,
           NULL::int AS move_id,
           CASE WHEN is_settled THEN closed_on ELSE 'infinity' END AS until
      FROM known
     WHERE days > %(long)s AND (NOT is_settled OR closed_on > due + %(long)s)
     UNION ALL
    SELECT company_id, partner_id, issued, id, move_id, NULL FROM known
),
knowing AS (
    SELECT company_id, partner_id, id, move_id
      FROM (
        SELECT *, max(until) OVER (PARTITION BY partner_id, company_id
                                       ORDER BY day, id NULLS LAST
                                        ROWS UNBOUNDED PRECEDING) AS owed_until
          FROM moment
      ) moment
     WHERE id IS NOT NULL AND owed_until > day
)
            """,
            long=habits.LONG_OVERDUE_DAYS,
        )
