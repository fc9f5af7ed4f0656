import json

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class ReceivablesProfile(models.Model):
    _inherit = "receivables.profile"

    def _refresh_extra_facts(self):
        """Write what `_extra_facts` knows of these profiles; the rest becomes empty.

        :raises ValueError: a fact is none of `_extra_fact_fields`.
        """
        names = self._extra_fact_fields()
        told = self._extra_facts(self.partner_id)
        if unknown := {name for facts in told.values() for name in facts} - set(names):
            raise ValueError(f"Not in _extra_fact_fields: {sorted(unknown)}")
        if not self:
            return
        rows = [
            {"id": one.id} | told.get((one.company_id, one.partner_id), {})
            for one in self
        ]
        types = {name: SQL(self._fields[name].column_type[1]) for name in names}
        self.env.cr.execute(
            SQL(
                """
UPDATE receivables_profile profile
   SET (%(names)s) = ROW(%(values)s)
  FROM jsonb_to_recordset(%(rows)s::jsonb) AS told (id int, %(columns)s)
 WHERE profile.id = told.id AND (%(own)s) IS DISTINCT FROM (%(values)s)
                """,
                names=SQL(", ").join(map(SQL.identifier, names)),
                own=SQL(", ").join(SQL.identifier("profile", name) for name in names),
                values=SQL(", ").join(SQL.identifier("told", name) for name in names),
                columns=SQL(", ").join(
                    SQL("%s %s", SQL.identifier(name), types[name]) for name in names
                ),
                rows=json.dumps(rows),
            )
        )
        self.invalidate_recordset(names)

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
        return {self.browse(row.pop("id")): row for row in rows}

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
