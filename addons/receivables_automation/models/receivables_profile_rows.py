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
        """Write what is owed, and how it was and is paid, from one query.

        Everybody's figures pass through a temporary table: only a query that writes
        nothing else is worked on by several of PostgreSQL's processes.
        """
        for model in ("receivables.dunning.notice", "receivables.dunning.notice.line"):
            self.env[model].flush_model()
        columns = self._columns()
        names = SQL(", ").join(map(SQL.identifier, columns))
        fresh = self._fresh_rows(companies, accounts, debtors, columns)
        if not debtors:
            self.env.cr.execute(
                SQL(
                    "CREATE TEMPORARY TABLE receivables_fresh ON COMMIT DROP AS %s",
                    fresh,
                )
            )
            fresh = SQL("SELECT * FROM receivables_fresh")
        self.env.cr.execute(
            SQL(
                """
INSERT INTO receivables_profile AS profile (
    create_uid, create_date, write_uid, write_date, %(names)s)
SELECT %(uid)s, %(now)s, %(uid)s, %(now)s, fresh.* FROM (%(fresh)s) fresh
    ON CONFLICT (company_id, partner_id) DO UPDATE SET
       (write_uid, write_date, %(names)s)
     = (EXCLUDED.write_uid, EXCLUDED.write_date, %(excluded)s)
                """,
                fresh=fresh,
                names=names,
                excluded=SQL(", ").join(
                    SQL("EXCLUDED.%s", SQL.identifier(name)) for name in columns
                ),
                now=self.env.company._receivables_now(),
                uid=self.env.uid,
            )
        )
        if not debtors:
            # Another refresh may follow in this transaction.
            self.env.cr.execute("DROP TABLE receivables_fresh")

    @api.model
    def _fresh_rows(self, companies, accounts, debtors, columns):
        """Return the SQL of a row per debtor with ``columns``, {name: SQL}."""
        return SQL(
            """
WITH %(items)s,
-- Whoever has a receivable item is a debtor; by partner first, whose contacts are few.
entry AS (
    SELECT l.company_id, l.partner_id,
           max(l.date) FILTER (
               WHERE l.balance < 0
                 AND l.journal_id = ANY((SELECT journals FROM money)::int[]))
               AS last_payment_date
      FROM account_move_line l
     WHERE l.account_id IN %(accounts)s AND l.parent_state = 'posted'
       AND l.company_id IN %(companies)s AND %(lines)s
     GROUP BY l.company_id, l.partner_id
),
seen AS (
    SELECT entry.company_id, p.commercial_partner_id AS partner_id,
           max(last_payment_date) AS last_payment_date
      FROM entry JOIN res_partner p ON p.id = entry.partner_id
     GROUP BY entry.company_id, p.commercial_partner_id
),
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
-- An invoice with an instalment that is still owed is not paid.
unpaid AS (
    SELECT move_id FROM known WHERE NOT is_settled
),
paid AS (
    SELECT company_id, partner_id, avg(late) AS days_late_avg,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY late) AS days_late_median,
           count(late) AS items, count(*) FILTER (WHERE late <= 0) AS on_time,
           count(DISTINCT move_id) AS invoice_count,
           count(DISTINCT move_id) FILTER (
               WHERE late IS NOT NULL
                 AND move_id NOT IN (SELECT move_id FROM unpaid)) AS paid_invoice_count,
           min(issued) AS first_invoice_date, max(issued) AS last_invoice_date,
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
SELECT %(columns)s
  FROM debtor
  JOIN today ON today.company_id = debtor.company_id
  JOIN res_partner p ON p.id = debtor.partner_id
  LEFT JOIN seen ON (seen.company_id, seen.partner_id)
                  = (debtor.company_id, debtor.partner_id)
  LEFT JOIN owed ON (owed.company_id, owed.partner_id)
                  = (debtor.company_id, debtor.partner_id)
  LEFT JOIN unapplied ON (unapplied.company_id, unapplied.partner_id)
                       = (debtor.company_id, debtor.partner_id)
  LEFT JOIN paid ON (paid.company_id, paid.partner_id)
                  = (debtor.company_id, debtor.partner_id)
  LEFT JOIN reminded ON (reminded.company_id, reminded.partner_id)
                      = (debtor.company_id, debtor.partner_id)
  LEFT JOIN sent ON (sent.company_id, sent.partner_id)
                  = (debtor.company_id, debtor.partner_id)
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
            columns=SQL(", ").join(
                SQL("%s AS %s", value, SQL.identifier(name))
                for name, value in columns.items()
            ),
        )

    @api.model
    def _columns(self):
        """Return {column: SQL of its value} of what the ledger fills."""
        zeros = [
            *(("owed", bucket.field) for bucket in BUCKETS),
            ("owed", "open_amount"),
            ("owed", "overdue_amount"),
            ("owed", "open_item_count"),
            ("owed", "partial_item_count"),
            ("owed", "days_overdue_oldest"),
            ("owed", "next_due_amount"),
            ("unapplied", "unapplied_amount"),
            ("paid", "invoice_count"),
            ("paid", "paid_invoice_count"),
        ]
        # What was never measured stays empty.
        plain = [
            ("owed", "oldest_due_date"),
            ("owed", "next_due_date"),
            ("paid", "first_invoice_date"),
            ("paid", "last_invoice_date"),
            ("seen", "last_payment_date"),
            ("paid", "days_late_avg"),
            ("paid", "days_late_median"),
            ("paid", "late_trend_days"),
        ]
        columns = {
            "company_id": SQL("debtor.company_id"),
            "partner_id": SQL("debtor.partner_id"),
            "day": SQL("today.day"),
            "refreshed_at": SQL("%s", self.env.company._receivables_now()),
            "collector_id": SQL(
                "COALESCE((p.receivables_collector_id"
                " ->> debtor.company_id::text)::int, today.collector_id)"
            ),
        }
        columns |= {
            name: SQL("COALESCE(%s, 0)", SQL.identifier(table, name))
            for table, name in zeros
        }
        columns |= {name: SQL.identifier(table, name) for table, name in plain}
        columns |= {
            "days_since_invoice": SQL("today.day - paid.last_invoice_date"),
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
        return columns | self._habit_columns()
