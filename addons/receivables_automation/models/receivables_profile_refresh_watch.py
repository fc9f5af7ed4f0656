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

    watch_reasons = fields.Char(
        string="Watched because",
        compute="_compute_watch_ids",
        compute_sudo=False,
        groups=DEBT_READERS,
    )

    @api.depends("partner_id", "company_id")
    @api.depends_context("lang")
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
            own = entries.get((profile.company_id, profile.partner_id), none)
            profile.watch_ids = own
            profile.watch_reasons = ", ".join(own.rule_id.mapped("name")) or False

    def action_open_watches(self):
        """Return the entries of this debtor on the watch list; expects one."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "receivables_automation.receivables_watch_action"
        )
        return action | {
            "domain": [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "=", self.partner_id.id),
            ],
            "display_name": self.partner_id.display_name,
        }

    @api.model
    def _refresh(self, partners=None):
        """Override: once everybody is computed, look who needs watching."""
        result = super()._refresh(partners)
        if partners is None:
            self.env["receivables.watch"]._evaluate(self.env.companies)
            self.env["receivables.target.alert"]._evaluate(self.env.companies)
        return result
