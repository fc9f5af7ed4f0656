from odoo import api, models
from odoo.tools import SQL

from ..core.ageing import BUCKETS

SETTINGS = {
    # Half a million items are sorted and hashed in it instead of on disk.
    "work_mem": "128MB",
    # Tables that processes share stand in /dev/shm, of which containers have little.
    "enable_parallel_hash": "off",
}


def bucket_sums(amount):
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
            "cancelled_cfdi_count",
            "disputed_count",
            "open_dispute_amount",
            "plan_request_count",
            "promised_count",
            "reminder_bounce_count",
            "reminder_open_ratio",
            "reminder_reply_ratio",
            "returned_payment_count",
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
        usual = self._set_settings(SETTINGS)
        self._refresh_rows(companies, accounts, debtors)
        self._refresh_currencies(companies, accounts, debtors)
        self._set_settings(usual)
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
    def _set_settings(self, settings):
        """Set PostgreSQL's settings for this transaction; return what they were."""
        rows = self.env.execute_query(
            SQL(
                "SELECT name, current_setting(name), set_config(name, value, true)"
                " FROM unnest(%s, %s) AS wanted (name, value)",
                list(settings),
                list(settings.values()),
            )
        )
        return {name: before for name, before, _now in rows}

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
        # An array is looked up in the index on partners; a subquery may be joined last.
        return SQL(
            "l.partner_id = ANY(ARRAY(SELECT id FROM res_partner WHERE"
            " commercial_partner_id IN %s))",
            tuple(debtors.ids),
        )

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
-- The items come first, whatever is thought of how many profiles there are.
item AS MATERIALIZED (
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
       -- A table in memory, also where profiles were counted before there were any.
       AND (line.profile_id, line.currency_id) NOT IN (
           SELECT profile_id, currency_id FROM fresh)
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
                buckets=bucket_sums(SQL.identifier("debt")),
                now=self.env.company._receivables_now(),
                uid=self.env.uid,
                names=SQL(", ").join(map(SQL.identifier, amounts)),
                excluded=SQL(", ").join(
                    SQL("EXCLUDED.%s", SQL.identifier(name)) for name in amounts
                ),
            )
        )
