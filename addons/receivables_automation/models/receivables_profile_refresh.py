import json

import numpy as np

from odoo import api, models
from odoo.tools import SQL

from ..core.debtor_facts import amounts


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

        Each table of the ledger is read once, and each segment asks once: the number of
        queries does not depend on how many debtors there are. A debtor gets a row with
        the first receivable item; who owes nothing any more keeps it, with zeros.
        """
        companies = self.env.companies
        # Whoever has become a contact of another debtor owes nothing itself any more.
        debtors = partners and partners | partners.commercial_partner_id
        if partners is not None and not debtors:
            return
        ledger = self._read_ledger(companies, debtors)
        if ledger.debtors:
            self._refresh_rows(ledger, debtors)
            self._refresh_currencies(ledger, companies, debtors)
        self.invalidate_model()
        self.env["receivables.profile.currency"].invalidate_model()
        profiles = self.sudo().search(
            [("company_id", "in", companies.ids)]
            + ([("partner_id", "in", debtors.ids)] if debtors else [])
        )
        profiles._classify()

    @api.model
    def _receivable_accounts(self, companies):
        # Accounts are named one by one: so PostgreSQL takes core's partial index on
        # unreconciled items. What the figures are does not depend on who asks.
        return (
            self.env["account.account"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("account_type", "=", "asset_receivable"),
                    ("company_ids", "parent_of", companies.ids),
                ]
            )
        )

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
    def _refresh_currencies(self, ledger, companies, debtors):
        """Write the open amounts of each currency; drop currencies without any."""
        items, groups, debtor, currency = ledger.open_in_currencies()
        digits = {
            one.id: one.decimal_places
            for one in self.env["res.currency"].browse(np.unique(currency).tolist())
        }
        facts = amounts(
            items,
            groups,
            np.array([digits[one] for one in currency.tolist()], dtype=float),
        )
        names = list(facts)
        rows = self._as_rows(
            facts
            | {
                "company_id": ledger.debtors.company[debtor],
                "partner_id": ledger.debtors.partner[debtor],
                "currency_id": currency,
            }
        )
        self.env.cr.execute(
            SQL(
                """
WITH fresh AS (
    SELECT profile.id AS profile_id, told.*
      FROM json_to_recordset(%(rows)s::json)
           AS told (partner_id int, company_id int, currency_id int, %(columns)s)
      JOIN receivables_profile profile
        ON (profile.company_id, profile.partner_id)
         = (told.company_id, told.partner_id)
     WHERE told.open_amount > 0 OR told.unapplied_amount > 0
),
gone AS (
    DELETE FROM receivables_profile_currency line
     USING receivables_profile profile
     WHERE profile.id = line.profile_id AND profile.company_id IN %(companies)s
       AND %(debtors)s
       -- A table in memory, also where profiles were counted before there were any.
       AND (line.profile_id, line.currency_id) NOT IN (
           SELECT profile_id, currency_id FROM fresh)
)
INSERT INTO receivables_profile_currency (
    profile_id, company_id, currency_id, create_date, write_date, %(names)s)
SELECT profile_id, company_id, currency_id, %(now)s, %(now)s, %(names)s
  FROM fresh
    ON CONFLICT (profile_id, currency_id) DO UPDATE SET
       (write_date, %(names)s) = (EXCLUDED.write_date, %(excluded)s)
                """,
                rows=json.dumps(rows),
                columns=SQL(", ").join(
                    SQL("%s %s", SQL.identifier(name), self._column_type(name))
                    for name in names
                ),
                companies=tuple(companies.ids),
                debtors=SQL("profile.partner_id IN %s", tuple(debtors.ids))
                if debtors
                else SQL("TRUE"),
                now=self.env.company._receivables_now(),
                names=SQL(", ").join(map(SQL.identifier, names)),
                excluded=SQL(", ").join(
                    SQL("EXCLUDED.%s", SQL.identifier(name)) for name in names
                ),
            )
        )
