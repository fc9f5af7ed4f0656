import json

import numpy as np

from odoo import api, models
from odoo.tools import SQL, split_every

from ..core import debtor_facts
from ..core.copy_columns import day_of

# Debtors of one query: their rows are one value of PostgreSQL, which has its limits.
BATCH = 20_000
# Facts that are no single number.
LISTS = ("evidence", "late_by_month")


class ReceivablesProfile(models.Model):
    _inherit = "receivables.profile"

    @api.model
    def _refresh_rows(self, ledger, debtors):
        """Write what each debtor of ``ledger`` owes, and how it paid and pays."""
        company, partner = ledger.debtors.company, ledger.debtors.partner
        facts = self._ledger_facts(ledger, debtors)
        lists = [facts.pop(name) for name in LISTS]
        rows = self._as_rows(facts | {"company_id": company, "partner_id": partner})
        customers = self.env["res.partner"].browse(np.unique(partner).tolist())
        told = self._told_facts(customers)
        untold = dict.fromkeys(self._extra_fact_fields())
        for row, *values in zip(rows, *lists, strict=True):
            row |= dict(zip(LISTS, values, strict=True))
            row |= told.get((row["company_id"], row["partner_id"]), untold)
        for some in split_every(BATCH, rows, list):
            self._write_rows(some)

    @api.model
    def _ledger_facts(self, ledger, debtors):
        """Return {stored field: a value per debtor of ``ledger``}."""
        today, digits = ledger.debtors.today, ledger.debtors.digits
        items, of_items = ledger.items()
        opened, of_opened = ledger.open_items()
        owed = debtor_facts.owed(opened, of_opened, digits)
        place = debtor_facts.places(items, of_items)
        paid = debtor_facts.paid(items, of_items, place)
        reminders = self._read_reminders(debtors)
        last_payment = ledger.last_payments()
        oldest = np.nan_to_num(owed.pop("oldest_item")).astype(int).tolist()
        recent = debtor_facts.recent_items(items, of_items, place)
        return {
            "day": today,
            **debtor_facts.amounts(opened, of_opened, digits),
            **owed,
            **paid,
            **debtor_facts.reminded(items, reminders, of_items, today),
            "last_payment_date": last_payment,
            "days_since_payment": today - last_payment,
            "days_since_invoice": today - paid["last_invoice_date"],
            "days_since_first_invoice": today - paid["first_invoice_date"],
            "late_by_month": debtor_facts.late_by_month(items, of_items, today),
            "evidence": [
                {"recent": ids, "oldest": [first] if first else []}
                for ids, first in zip(recent, oldest, strict=True)
            ],
        }

    @api.model
    def _as_rows(self, columns):
        """Return a dict per row of columns of floats; NaN becomes None."""
        values = []
        for name, column in columns.items():
            convert = {
                "date": lambda number: day_of(number).isoformat(),
                "integer": int,
                "many2one": int,
            }.get(self._fields[name].type, float)
            known = (~np.isnan(column)).tolist()
            values.append(
                [
                    convert(value) if is_known else None
                    for value, is_known in zip(column.tolist(), known, strict=True)
                ]
            )
        return [
            dict(zip(columns, row, strict=True)) for row in zip(*values, strict=True)
        ]

    @api.model
    def _write_rows(self, rows):
        """Write rows of equal columns, {field: value} with company and partner ids.

        In nobody's name: a computed row has no author, and PostgreSQL would look up
        each reference to one.
        """
        names = list(rows[0])
        collector = self.env["res.partner"]._fields["receivables_collector_id"]
        companies = self.env["res.company"].browse({row["company_id"] for row in rows})
        fallback = {
            company.id: collector.get_company_dependent_fallback(
                self.env["res.partner"].sudo().with_company(company)
            ).id
            for company in companies
        }
        written = ["collector_id", "refreshed_at", "write_date", *names]
        self.env.cr.execute(
            SQL(
                """
INSERT INTO receivables_profile AS profile (create_date, %(written)s)
SELECT %(now)s,
       COALESCE(p.receivables_collector_id ->> told.company_id::text,
                %(fallback)s::jsonb ->> told.company_id::text)::int,
       %(now)s, %(now)s, %(names)s
  FROM json_to_recordset(%(rows)s::json) AS told (%(columns)s)
  JOIN res_partner p ON p.id = told.partner_id
 -- Two who refresh at once wait for each other in one order.
 ORDER BY told.company_id, told.partner_id
    ON CONFLICT (company_id, partner_id) DO UPDATE SET (%(written)s) = (%(excluded)s)
                """,
                written=SQL(", ").join(map(SQL.identifier, written)),
                excluded=SQL(", ").join(
                    SQL("EXCLUDED.%s", SQL.identifier(name)) for name in written
                ),
                names=SQL(", ").join(SQL.identifier("told", name) for name in names),
                columns=SQL(", ").join(
                    SQL("%s %s", SQL.identifier(name), self._column_type(name))
                    for name in names
                ),
                fallback=json.dumps(
                    {key: one or None for key, one in fallback.items()}
                ),
                rows=json.dumps(rows),
                now=self.env.company._receivables_now(),
            )
        )

    @api.model
    def _column_type(self, name):
        return SQL(self._fields[name].column_type[1])  # pylint: disable=sql-injection
