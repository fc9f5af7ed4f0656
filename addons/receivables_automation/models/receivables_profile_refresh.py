from odoo import api, models
from odoo.tools import SQL

from ..core.ageing import BUCKETS

# Paid items of which the trend compares the mean, and as many before them.
TREND_ITEMS = 6
# Half a million items are sorted and hashed in it instead of on disk.
WORK_MEM = "128MB"


def _bucket_sums(amount):
    """Return `sum(amount) AS amount_…` for each ageing bucket of `core/ageing.py`."""
    sums = []
    for bucket in BUCKETS:
        first, last = bucket.first_day, bucket.last_day
        if first is None:
            span = SQL("days <= %s", last)
        elif last is None:
            span = SQL("days >= %s", first)
        else:
            span = SQL("days BETWEEN %s AND %s", first, last)
        sums.append(
            SQL(
                "COALESCE(sum(%s) FILTER (WHERE %s), 0) AS %s",
                amount,
                span,
                SQL.identifier(bucket.field),
            )
        )
    return SQL(", ").join(sums)


class ReceivablesProfile(models.Model):
    _inherit = "receivables.profile"

    @api.model
    def _extra_facts(self, partners):
        """Return {(company, partner): {field: value}} for the companies in use.

        The hook of whoever knows more than the ledger (promises, disputes, answers).
        Both keys are records, ``partners`` are commercial ones. Extend it with constant
        queries, and name the fields in `_extra_fact_fields`; what it does not name
        becomes empty.
        """
        return {}

    @api.model
    def _extra_fact_fields(self):
        """Return the stored fields that `_extra_facts` fills."""
        return [
            "broken_promise_count",
            "open_dispute_amount",
            "reminder_response_ratio",
        ]

    @api.model
    def _refresh(self, partners=None):
        """Compute the profiles of ``partners``, or of all, for `self.env.companies`.

        One pass over the ledger, one for the currencies, one per segment: the number of
        queries does not depend on how many debtors there are. A debtor gets a row with
        the first receivable item; who owes nothing any more keeps it, with zeros.
        """
        companies = self.env.companies
        accounts = self._receivable_accounts(companies)
        self._flush_ledger()
        debtors = partners and partners.commercial_partner_id
        if partners is not None and not debtors:
            return
        usual = self._set_work_mem(WORK_MEM)
        self._refresh_rows(companies, accounts, debtors)
        self._refresh_currencies(companies, accounts, debtors)
        self._set_work_mem(usual)
        self.invalidate_model()
        self.env["receivables.profile.currency"].invalidate_model()
        profiles = self.sudo().search(
            [("company_id", "in", companies.ids)]
            + ([("partner_id", "in", debtors.ids)] if debtors else [])
        )
        profiles._refresh_extra_facts()
        profiles._classify()

    @api.model
    def _receivable_accounts(self, companies):
        # Accounts are named one by one: so PostgreSQL takes core's partial index on
        # unreconciled items. What the figures are does not depend on who asks.
        return (
            self.env["account.account"]
            .sudo()
            .search(
                [
                    ("account_type", "=", "asset_receivable"),
                    ("company_ids", "parent_of", companies.ids),
                ]
            )
        )

    @api.model
    def _set_work_mem(self, size):
        """Give this transaction's queries memory to sort in; return what it was."""
        self.env.cr.execute(
            "SELECT current_setting('work_mem'), set_config('work_mem', %s, true)",
            (size,),
        )
        return self.env.cr.fetchone()[0]

    @api.model
    def _flush_ledger(self):
        for model in (
            "account.move",
            "account.move.line",
            "account.partial.reconcile",
            "res.partner",
            "receivables.profile",
        ):
            self.env[model].flush_model()

    @api.model
    def _today_rows(self, companies):
        """Return SQL of rows: company, today there, exchange journal, collector."""
        partner = self.env["res.partner"].sudo()
        field = partner._fields["receivables_collector_id"]
        return SQL(", ").join(
            SQL(
                "(%s, %s::date, %s::int, %s::int)",
                company.id,
                company._receivables_today(),
                company.sudo().currency_exchange_journal_id.id or None,
                field.get_company_dependent_fallback(partner.with_company(company)).id
                or None,
            )
            for company in companies
        )

    @api.model
    def _of_debtors(self, column, debtors):
        """Return SQL that leaves only ``debtors``; everybody where there are none."""
        if not debtors:
            return SQL("TRUE")
        return SQL("%s IN %s", column, tuple(debtors.ids))

    @api.model
    def _lines_of_debtors(self, debtors):
        """Return SQL on `l`: items of the debtors, those of their contacts included."""
        if not debtors:
            return SQL("TRUE")
        return SQL(
            "l.partner_id IN (SELECT id FROM res_partner WHERE"
            " commercial_partner_id IN %s)",
            tuple(debtors.ids),
        )

    @api.model
    def _refresh_rows(self, companies, accounts, debtors):
        """Write what is owed and how it was paid, from one query over the ledger."""
        self.env.cr.execute(
            SQL(
                """
WITH today (company_id, day, exchange_id, collector_id) AS (VALUES %(today)s),
-- Every receivable item of the debtors. Money is what a bank or cash journal booked:
-- credit notes, write-offs and exchange differences stand in other journals.
line AS MATERIALIZED (
    SELECT l.id, l.company_id, p.commercial_partner_id AS partner_id, l.move_id,
           l.date, COALESCE(l.date_maturity, l.date) AS due,
           today.day - COALESCE(l.date_maturity, l.date) AS days,
           l.reconciled IS TRUE AS is_settled, l.balance, l.amount_residual,
           l.display_type = 'payment_term' AND l.balance > 0 AS is_invoice,
           l.balance < 0 AND j.type IN ('bank', 'cash', 'credit') AS is_money,
           today.exchange_id
      FROM account_move_line l
      JOIN today ON today.company_id = l.company_id
      JOIN res_partner p ON p.id = l.partner_id
      JOIN account_journal j ON j.id = l.journal_id
     WHERE l.account_id IN %(accounts)s AND l.parent_state = 'posted' AND %(lines)s
),
owed_by_day AS (
    SELECT company_id, partner_id, due, days,
           sum(amount_residual) AS debt, count(*) AS items,
           count(*) FILTER (WHERE is_invoice AND amount_residual < balance) AS partial,
           count(*) FILTER (WHERE is_invoice) AS invoices, min(id) AS first_item
      FROM line
     WHERE NOT is_settled AND amount_residual > 0
     GROUP BY company_id, partner_id, due, days
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
     GROUP BY company_id, partner_id
),
invoice AS (
    SELECT company_id, partner_id, move_id, min(date) AS date,
           bool_and(is_settled) AS is_settled
      FROM line
     WHERE is_invoice
     GROUP BY company_id, partner_id, move_id
),
invoiced AS (
    SELECT company_id, partner_id, count(*) AS invoice_count,
           min(date) AS first_invoice_date, max(date) AS last_invoice_date
      FROM invoice
     GROUP BY company_id, partner_id
),
seen AS (
    SELECT company_id, partner_id,
           COALESCE(-sum(amount_residual)
                     FILTER (WHERE NOT is_settled AND amount_residual < 0), 0)
               AS unapplied_amount,
           max(date) FILTER (WHERE is_money) AS last_payment_date
      FROM line
     GROUP BY company_id, partner_id
),
-- An item is paid on the day of the last money that it took. One that only credit notes
-- settled, or of which more was written off than paid, says nothing of its debtor.
settled AS (
    SELECT i.id, i.company_id, i.partner_id, i.move_id, i.due,
           max(c.date) FILTER (WHERE j.type IN ('bank', 'cash', 'credit')) AS paid_on
      FROM line i
      JOIN account_partial_reconcile r ON r.debit_move_id = i.id
      JOIN account_move_line c ON c.id = r.credit_move_id
      JOIN account_journal j ON j.id = c.journal_id
     WHERE i.is_invoice AND i.is_settled
     GROUP BY i.id, i.company_id, i.partner_id, i.move_id, i.due
    HAVING COALESCE(sum(r.amount)
               FILTER (WHERE j.type IN ('bank', 'cash', 'credit')), 0)
         > COALESCE(sum(r.amount) FILTER (
               WHERE j.type NOT IN ('bank', 'cash', 'credit')
                 AND c.display_type <> 'payment_term'
                 AND c.journal_id IS DISTINCT FROM i.exchange_id), 0)
),
ranked AS (
    SELECT s.*, s.paid_on - s.due AS late, open_too.move_id IS NULL AS is_whole,
           row_number() OVER (PARTITION BY s.company_id, s.partner_id
                                  ORDER BY s.paid_on DESC, s.id DESC) AS place
      FROM settled s
      LEFT JOIN (
          SELECT move_id FROM invoice WHERE NOT is_settled
      ) open_too ON open_too.move_id = s.move_id
),
paid AS (
    SELECT company_id, partner_id, avg(late) AS days_late_avg,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY late) AS days_late_median,
           count(*) AS items, count(*) FILTER (WHERE late <= 0) AS on_time,
           count(DISTINCT move_id) FILTER (WHERE is_whole) AS paid_invoice_count,
           CASE WHEN count(*) >= 2 * %(trend)s
                THEN avg(late) FILTER (WHERE place <= %(trend)s)
                   - avg(late) FILTER (WHERE place > %(trend)s
                                         AND place <= 2 * %(trend)s) END
               AS late_trend_days,
           jsonb_agg(id ORDER BY place) FILTER (WHERE place <= 2 * %(trend)s) AS recent
      FROM ranked
     GROUP BY company_id, partner_id
),
known AS (
    SELECT company_id, partner_id FROM seen
     UNION
    SELECT company_id, partner_id FROM receivables_profile
     WHERE company_id IN %(companies)s AND %(rows)s
)
INSERT INTO receivables_profile AS profile (
    company_id, partner_id, day, refreshed_at, create_uid, create_date, write_uid,
    write_date, collector_id, %(names)s)
SELECT known.company_id, known.partner_id, today.day, %(now)s, %(uid)s, %(now)s,
       %(uid)s, %(now)s,
       COALESCE((p.receivables_collector_id ->> known.company_id::text)::int,
                today.collector_id),
       %(values)s
  FROM known
  JOIN today ON today.company_id = known.company_id
  JOIN res_partner p ON p.id = known.partner_id
  LEFT JOIN seen ON (seen.company_id, seen.partner_id)
                  = (known.company_id, known.partner_id)
  LEFT JOIN invoiced ON (invoiced.company_id, invoiced.partner_id)
                      = (known.company_id, known.partner_id)
  LEFT JOIN owed ON (owed.company_id, owed.partner_id)
                  = (known.company_id, known.partner_id)
  LEFT JOIN paid ON (paid.company_id, paid.partner_id)
                  = (known.company_id, known.partner_id)
    ON CONFLICT (company_id, partner_id) DO UPDATE SET
       (day, refreshed_at, write_uid, write_date, collector_id, %(names)s)
     = (EXCLUDED.day, EXCLUDED.refreshed_at, EXCLUDED.write_uid, EXCLUDED.write_date,
        EXCLUDED.collector_id, %(excluded)s)
                """,
                today=self._today_rows(companies),
                accounts=tuple(accounts.ids) or (0,),
                companies=tuple(companies.ids),
                lines=self._lines_of_debtors(debtors),
                rows=self._of_debtors(SQL.identifier("partner_id"), debtors),
                buckets=_bucket_sums(SQL.identifier("debt")),
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
            ("seen", "unapplied_amount"),
            ("invoiced", "invoice_count"),
            ("paid", "paid_invoice_count"),
        ]
        # What was never measured stays empty.
        plain = [
            ("owed", "oldest_due_date"),
            ("owed", "next_due_date"),
            ("invoiced", "first_invoice_date"),
            ("invoiced", "last_invoice_date"),
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
            "days_since_invoice": SQL("today.day - invoiced.last_invoice_date"),
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
        return {
            "names": SQL(", ").join(SQL.identifier(name) for name in columns),
            "values": SQL(", ").join(columns.values()),
            "excluded": SQL(", ").join(
                SQL("EXCLUDED.%s", SQL.identifier(name)) for name in columns
            ),
        }

    @api.model
    def _refresh_currencies(self, companies, accounts, debtors):
        """Write the open amounts of each currency; drop currencies without any."""
        amounts = [
            "open_amount",
            "overdue_amount",
            *(bucket.field for bucket in BUCKETS),
            "unapplied_amount",
            "oldest_due_date",
        ]
        self.env.cr.execute(
            SQL(
                """
WITH today (company_id, day, exchange_id, collector_id) AS (VALUES %(today)s),
item AS (
    SELECT l.company_id, p.commercial_partner_id AS partner_id, l.currency_id,
           COALESCE(l.date_maturity, l.date) AS due,
           today.day - COALESCE(l.date_maturity, l.date) AS days,
           GREATEST(l.amount_residual_currency, 0) AS debt,
           GREATEST(-l.amount_residual_currency, 0) AS credit
      FROM account_move_line l
      JOIN today ON today.company_id = l.company_id
      JOIN res_partner p ON p.id = l.partner_id
     WHERE l.account_id IN %(accounts)s AND l.parent_state = 'posted'
       AND l.reconciled IS NOT TRUE AND %(lines)s
),
fresh AS (
    SELECT profile.id AS profile_id, item.company_id, item.currency_id,
           sum(debt) AS open_amount,
           COALESCE(sum(debt) FILTER (WHERE days > 0), 0) AS overdue_amount,
           %(buckets)s, sum(credit) AS unapplied_amount,
           min(due) FILTER (WHERE debt > 0) AS oldest_due_date
      FROM item
      JOIN receivables_profile profile
        ON (profile.company_id, profile.partner_id)
         = (item.company_id, item.partner_id)
     GROUP BY profile.id, item.company_id, item.currency_id
    HAVING sum(debt) > 0 OR sum(credit) > 0
),
gone AS (
    DELETE FROM receivables_profile_currency line
     USING receivables_profile profile
     WHERE profile.id = line.profile_id AND profile.company_id IN %(companies)s
       AND %(rows)s
       AND NOT EXISTS (
           SELECT FROM fresh
            WHERE (fresh.profile_id, fresh.currency_id)
                = (line.profile_id, line.currency_id))
)
INSERT INTO receivables_profile_currency (
    profile_id, company_id, currency_id, create_uid, create_date, write_uid, write_date,
    %(names)s)
SELECT profile_id, company_id, currency_id, %(uid)s, %(now)s, %(uid)s, %(now)s,
       %(names)s
  FROM fresh
    ON CONFLICT (profile_id, currency_id) DO UPDATE SET
       (write_uid, write_date, %(names)s)
     = (EXCLUDED.write_uid, EXCLUDED.write_date, %(excluded)s)
                """,
                today=self._today_rows(companies),
                accounts=tuple(accounts.ids) or (0,),
                companies=tuple(companies.ids),
                lines=self._lines_of_debtors(debtors),
                rows=self._of_debtors(SQL.identifier("profile", "partner_id"), debtors),
                buckets=_bucket_sums(SQL.identifier("debt")),
                now=self.env.company._receivables_now(),
                uid=self.env.uid,
                names=SQL(", ").join(map(SQL.identifier, amounts)),
                excluded=SQL(", ").join(
                    SQL("EXCLUDED.%s", SQL.identifier(name)) for name in amounts
                ),
            )
        )
