from odoo import api, models
from odoo.tools import SQL

from ..core.ageing import BUCKETS
from .receivables_profile_refresh import bucket_sums

# Paid items of which the trend compares the mean, and as many before them.
TREND_ITEMS = 6


class ReceivablesProfile(models.Model):
    _inherit = "receivables.profile"

    @api.model
    def _refresh_rows(self, companies, accounts, debtors):
        """Write what is owed, and how it was and is paid, from one query."""
        for model in ("receivables.dunning.notice", "receivables.dunning.notice.line"):
            self.env[model].flush_model()
        self.env.cr.execute(
            SQL(
                """
WITH %(items)s,
open_item AS MATERIALIZED (
    SELECT l.id, p.commercial_partner_id AS partner_id, l.company_id,
           COALESCE(l.date_maturity, l.date) AS due,
           today.day - COALESCE(l.date_maturity, l.date) AS days,
           l.balance, l.amount_residual,
           l.display_type = 'payment_term' AND l.balance > 0 AS is_invoice
      FROM account_move_line l
      JOIN today ON today.company_id = l.company_id
      JOIN res_partner p ON p.id = l.partner_id
     WHERE l.account_id IN %(accounts)s AND l.parent_state = 'posted'
       AND l.reconciled IS NOT TRUE AND %(lines)s
),
owed_by_day AS (
    SELECT partner_id, company_id, due, days,
           sum(amount_residual) AS debt, count(*) AS items,
           count(*) FILTER (WHERE is_invoice AND amount_residual < balance) AS partial,
           count(*) FILTER (WHERE is_invoice) AS invoices, min(id) AS first_item
      FROM open_item
     WHERE amount_residual > 0
     GROUP BY partner_id, company_id, due, days
),
owed AS (
    SELECT company_id, partner_id, %(buckets)s, sum(debt) AS open_amount,
           COALESCE(sum(debt) FILTER (WHERE days > 0), 0) AS overdue_amount,
           sum(items) AS open_item_count, sum(partial) AS partial_item_count,
           COALESCE(sum(invoices) FILTER (WHERE days > 0), 0) AS overdue_items,
           min(due) AS oldest_due_date, GREATEST(max(days), 0) AS days_overdue_oldest,
           min(due) FILTER (WHERE days <= 0) AS next_due_date,
           (array_agg(debt ORDER BY due) FILTER (WHERE days <= 0))[1]
               AS next_due_amount,
           (array_agg(first_item ORDER BY due))[1] AS oldest_item
      FROM owed_by_day
     GROUP BY partner_id, company_id
),
unapplied AS (
    SELECT company_id, partner_id, -sum(amount_residual) AS unapplied_amount
      FROM open_item
     WHERE amount_residual < 0
     GROUP BY partner_id, company_id
),
-- Few invoices fall due in several parts; only those have to be counted by document.
instalments AS (
    SELECT move_id, bool_and(is_settled) AS is_whole
      FROM item
     WHERE is_invoice
     GROUP BY move_id
    HAVING count(*) > 1
),
further AS (
    SELECT item.company_id, item.partner_id,
           count(*) - count(DISTINCT item.move_id) AS items
      FROM item JOIN instalments USING (move_id)
     WHERE item.is_invoice
     GROUP BY item.partner_id, item.company_id
),
seen AS (
    SELECT company_id, partner_id,
           max(issued) FILTER (WHERE is_money) AS last_payment_date,
           count(*) FILTER (WHERE is_invoice) AS invoice_items,
           min(issued) FILTER (WHERE is_invoice) AS first_invoice_date,
           max(issued) FILTER (WHERE is_invoice) AS last_invoice_date
      FROM item
     GROUP BY partner_id, company_id
),
paid AS (
    SELECT company_id, partner_id, avg(late) AS days_late_avg,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY late) AS days_late_median,
           count(late) AS items, count(*) FILTER (WHERE late <= 0) AS on_time,
           count(late) FILTER (
               WHERE move_id NOT IN (SELECT move_id FROM instalments))
               + count(DISTINCT move_id) FILTER (
                   WHERE late IS NOT NULL
                     AND move_id IN (SELECT move_id FROM instalments WHERE is_whole))
               AS paid_invoice_count,
           CASE WHEN count(late) >= 2 * %(trend)s
                THEN avg(late) FILTER (WHERE place <= %(trend)s)
                   - avg(late) FILTER (WHERE place > %(trend)s
                                         AND place <= 2 * %(trend)s) END
               AS late_trend_days,
           jsonb_agg(id ORDER BY place) FILTER (
               WHERE late IS NOT NULL AND place <= 2 * %(trend)s) AS recent,
           %(habits)s
      FROM judged
     GROUP BY partner_id, company_id
),
%(more)s,
debtor AS (
    SELECT company_id, partner_id FROM seen
     UNION
    SELECT company_id, partner_id FROM receivables_profile
     WHERE company_id IN %(companies)s AND %(rows)s
)
INSERT INTO receivables_profile AS profile (
    company_id, partner_id, day, refreshed_at, create_uid, create_date, write_uid,
    write_date, collector_id, %(names)s)
SELECT debtor.company_id, debtor.partner_id, today.day, %(now)s, %(uid)s, %(now)s,
       %(uid)s, %(now)s,
       COALESCE((p.receivables_collector_id ->> debtor.company_id::text)::int,
                today.collector_id),
       %(values)s
  FROM debtor
  JOIN today ON today.company_id = debtor.company_id
  JOIN res_partner p ON p.id = debtor.partner_id
  LEFT JOIN seen ON (seen.company_id, seen.partner_id)
                  = (debtor.company_id, debtor.partner_id)
  LEFT JOIN further ON (further.company_id, further.partner_id)
                     = (debtor.company_id, debtor.partner_id)
  LEFT JOIN owed ON (owed.company_id, owed.partner_id)
                  = (debtor.company_id, debtor.partner_id)
  LEFT JOIN unapplied ON (unapplied.company_id, unapplied.partner_id)
                       = (debtor.company_id, debtor.partner_id)
  LEFT JOIN paid ON (paid.company_id, paid.partner_id)
                  = (debtor.company_id, debtor.partner_id)
  LEFT JOIN bought ON (bought.company_id, bought.partner_id)
                    = (debtor.company_id, debtor.partner_id)
  LEFT JOIN reminded ON (reminded.company_id, reminded.partner_id)
                      = (debtor.company_id, debtor.partner_id)
  LEFT JOIN sent ON (sent.company_id, sent.partner_id)
                  = (debtor.company_id, debtor.partner_id)
    ON CONFLICT (company_id, partner_id) DO UPDATE SET
       (day, refreshed_at, write_uid, write_date, collector_id, %(names)s)
     = (EXCLUDED.day, EXCLUDED.refreshed_at, EXCLUDED.write_uid, EXCLUDED.write_date,
        EXCLUDED.collector_id, %(excluded)s)
                """,
                items=self._item_ctes(companies, accounts, debtors),
                habits=self._habit_sums(),
                more=self._habit_ctes(),
                accounts=tuple(accounts.ids) or (0,),
                companies=tuple(companies.ids),
                lines=self._lines_of_debtors(debtors),
                rows=self._of_debtors(SQL.identifier("partner_id"), debtors),
                buckets=bucket_sums(SQL.identifier("debt")),
                trend=TREND_ITEMS,
                now=self.env.company._receivables_now(),
                uid=self.env.uid,
                **self._columns(),
            )
        )

    @api.model
    def _columns(self):
        """Return the SQL of the columns that the ledger fills: names and values."""
        zeros = [
            *(("owed", bucket.field) for bucket in BUCKETS),
            ("owed", "open_amount"),
            ("owed", "overdue_amount"),
            ("owed", "open_item_count"),
            ("owed", "partial_item_count"),
            ("owed", "days_overdue_oldest"),
            ("owed", "next_due_amount"),
            ("unapplied", "unapplied_amount"),
            ("paid", "paid_invoice_count"),
        ]
        # What was never measured stays empty.
        plain = [
            ("owed", "oldest_due_date"),
            ("owed", "next_due_date"),
            ("seen", "first_invoice_date"),
            ("seen", "last_invoice_date"),
            ("seen", "last_payment_date"),
            ("paid", "days_late_avg"),
            ("paid", "days_late_median"),
            ("paid", "late_trend_days"),
        ]
        columns = {
            name: SQL("COALESCE(%s, 0)", SQL.identifier(table, name))
            for table, name in zeros
        }
        columns |= {name: SQL.identifier(table, name) for table, name in plain}
        columns |= {
            "days_since_invoice": SQL("today.day - seen.last_invoice_date"),
            "invoice_count": SQL(
                "COALESCE(seen.invoice_items, 0) - COALESCE(further.items, 0)"
            ),
            "days_since_payment": SQL("today.day - seen.last_payment_date"),
            "on_time_ratio": SQL(
                "paid.on_time::float8 / NULLIF("
                "COALESCE(paid.items, 0) + COALESCE(owed.overdue_items, 0), 0)"
            ),
            "evidence": SQL(
                "jsonb_build_object('recent', COALESCE(paid.recent, '[]'), 'oldest',"
                " CASE WHEN owed.oldest_item IS NULL THEN '[]'::jsonb"
                " ELSE jsonb_build_array(owed.oldest_item) END)"
            ),
        }
        columns |= self._habit_columns()
        return {
            "names": SQL(", ").join(SQL.identifier(name) for name in columns),
            "values": SQL(", ").join(columns.values()),
            "excluded": SQL(", ").join(
                SQL("EXCLUDED.%s", SQL.identifier(name)) for name in columns
            ),
        }
