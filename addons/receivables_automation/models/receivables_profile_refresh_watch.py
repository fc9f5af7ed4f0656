from odoo import api, fields, models

from .res_partner_receivables import DEBT_READERS


class ReceivablesProfile(models.Model):
    _inherit = "receivables.profile"

    watch_ids = fields.Many2many(
        "receivables.watch",
        string="On the watch list",
        compute="_compute_watch_ids",
        compute_sudo=False,
        groups=DEBT_READERS,
    )

    @api.depends("partner_id", "company_id")
    def _compute_watch_ids(self):
        entries = {
            (company, partner): some
            for company, partner, some in self.env["receivables.watch"]._read_group(
                [
                    ("company_id", "in", self.company_id.ids),
                    ("partner_id", "in", self.partner_id.ids),
                    ("state", "=", "open"),
                ],
                ["company_id", "partner_id"],
                ["id:recordset"],
            )
        }
        none = self.env["receivables.watch"]
        for profile in self:
            profile.watch_ids = entries.get(
                (profile.company_id, profile.partner_id), none
            )

    @api.model
    def _refresh(self, partners=None):
        """Override: once everybody is computed, look who needs watching."""
        result = super()._refresh(partners)
        if partners is None:
            self.env["receivables.watch"]._evaluate(self.env.companies)
            self.env["receivables.target.alert"]._evaluate(self.env.companies)
        return result
