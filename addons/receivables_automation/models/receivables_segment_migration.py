from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class ReceivablesSegmentMigration(models.Model):
    """Where each debtor was at the end of a month, and at the end of the one before.

    A view on the history: a row per debtor and month from its first segment on, the
    month under way up to now. Those who entered in the month come from nowhere.
    """

    _name = "receivables.segment.migration"
    _description = "Segments month by month"
    _auto = False
    _order = "month DESC, partner_id"
    _rec_name = "partner_id"

    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    month = fields.Date(readonly=True)
    segment_from_id = fields.Many2one(
        "receivables.segment", string="At the end of the month before", readonly=True
    )
    segment_id = fields.Many2one(
        "receivables.segment", string="At the end of the month", readonly=True
    )
    has_moved = fields.Boolean(string="Moved", readonly=True)

    @property
    def _table_query(self):
        # Every company's day: record rules say whose rows are seen.
        companies = self.env["res.company"].sudo().search(Domain.TRUE)
        today = SQL(", ").join(
            SQL("(%s, %s::date)", company.id, company._receivables_today())
            for company in companies
        )
        return SQL(
            """
WITH today (company_id, day) AS (VALUES %s),
debtor AS (
    SELECT company_id, partner_id, date_trunc('month', min(date))::date AS first_month
      FROM receivables_segment_history
     GROUP BY company_id, partner_id
),
month AS (
    SELECT debtor.company_id, debtor.partner_id, month::date AS month
      FROM debtor
      JOIN today ON today.company_id = debtor.company_id,
           generate_series(
               debtor.first_month, date_trunc('month', today.day), '1 month') AS month
)
SELECT row_number() OVER (ORDER BY company_id, partner_id, month)::int AS id,
       month.company_id, month.partner_id, month.month,
       before.segment_id AS segment_from_id, after.segment_id,
       before.segment_id IS DISTINCT FROM after.segment_id AS has_moved
  FROM month
  LEFT JOIN LATERAL (
      SELECT segment_id
        FROM receivables_segment_history h
       WHERE (h.company_id, h.partner_id) = (month.company_id, month.partner_id)
         AND h.date < month.month
       ORDER BY h.date DESC, h.id DESC
       LIMIT 1
  ) before ON TRUE
  JOIN LATERAL (
      SELECT segment_id
        FROM receivables_segment_history h
       WHERE (h.company_id, h.partner_id) = (month.company_id, month.partner_id)
         AND h.date < month.month + interval '1 month'
       ORDER BY h.date DESC, h.id DESC
       LIMIT 1
  ) after ON TRUE
            """,
            today,
        )

    def action_open_history(self):
        """Return the changes of segment of this debtor; expects one row."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "receivables_automation.receivables_segment_history_action"
        )
        return action | {
            "domain": [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "=", self.partner_id.id),
            ],
            "display_name": self.partner_id.display_name,
        }
