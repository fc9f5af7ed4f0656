from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class ReceivablesProfile(models.Model):
    _inherit = "receivables.profile"

    @api.model
    def _told_facts(self, partners):
        """Return what `_extra_facts` says: {(company id, customer id): {field: value}}.

        Whatever it does not name of `_extra_fact_fields` is None.

        :raises ValueError: a fact is none of `_extra_fact_fields`.
        """
        names = self._extra_fact_fields()
        told = {}
        for (company, partner), facts in self._extra_facts(partners).items():
            if unknown := set(facts).difference(names):
                raise ValueError(f"Not in _extra_fact_fields: {sorted(unknown)}")
            told[company.id, partner.id] = dict.fromkeys(names) | facts
        return told

    def _debtor_ids(self):
        """Return {id of the profile: (id of the company, id of the customer)}."""
        rows = self.env.execute_query(
            SQL(
                "SELECT id, company_id, partner_id FROM receivables_profile"
                " WHERE id = ANY(%s)",
                self.ids,
            )
        )
        return {profile: (company, partner) for profile, company, partner in rows}

    @api.model
    def _fact_names(self):
        """Return the fields of which a segment's condition can be explained.

        Stored numbers, dates, flags and texts of the profile itself.
        """
        return [
            name
            for name, field in self._fields.items()
            if field.store
            and field.type
            in ("integer", "float", "monetary", "date", "boolean", "char", "selection")
            and not name.startswith("segment_")
            and name != "id"
        ]

    def _facts(self):
        """Return {profile: {field: value}} as stored: None is what nobody measured."""
        self.flush_recordset()
        names = self._fact_names()
        rows = self.env.execute_query_dict(
            SQL(
                "SELECT id, %s FROM receivables_profile WHERE id = ANY(%s)",
                SQL(", ").join(map(SQL.identifier, names)),
                self.ids,
            )
        )
        return {self.browse(row.pop("id")).with_prefetch(self.ids): row for row in rows}

    @api.model
    def _cron_new_day(self):
        """Compute every debtor of the companies where a new day has begun.

        Ages count from the company's midnight. A company without any row is tried each
        time: its first invoice may have come by an import.
        """
        cron = self.env["ir.cron"]
        companies = self.env["res.company"].search(Domain.TRUE)
        days = dict(self._read_group([], ["company_id"], ["day:min"]))
        due = [
            company
            for company in companies
            if not days.get(company) or days[company] < company._receivables_today()
        ]
        cron._commit_progress(remaining=len(due))
        for place, company in enumerate(due, start=1):
            self.with_context(allowed_company_ids=company.ids)._refresh()
            if not cron._commit_progress(1, remaining=len(due) - place):
                break
