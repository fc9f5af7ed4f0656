from odoo import api, fields, models
from odoo.tools import SQL

from .res_partner_receivables import DEBT_READERS


class ReceivablesProfile(models.Model):
    _inherit = "receivables.profile"

    dispute_count = fields.Integer(
        string="Open cases",
        compute="_compute_dispute_count",
        compute_sudo=False,
        groups=DEBT_READERS,
    )

    @api.depends("partner_id", "company_id")
    def _compute_dispute_count(self):
        counts = {
            (company, partner): count
            for company, partner, count in self.env["receivables.dispute"]._read_group(
                [
                    ("company_id", "in", self.company_id.ids),
                    ("partner_id", "in", self.partner_id.ids),
                    ("state", "=", "open"),
                ],
                ["company_id", "partner_id"],
                ["__count"],
            )
        }
        for profile in self:
            profile.dispute_count = counts.get(
                (profile.company_id, profile.partner_id), 0
            )

    @api.model
    def _extra_facts(self, partners):
        """Override: what of the debt is in dispute, at booked rates, and the cases.

        0 where there is none; a case that was withdrawn counts for nothing.
        """
        facts = super()._extra_facts(partners)
        companies = self.env.companies
        query = self.env["account.move.line"]._receivables_disputed_query(
            SQL(
                "d.company_id = ANY(%s) AND d.partner_id = ANY(%s)",
                companies.ids,
                partners.ids,
            )
        )
        rows = self.env.execute_query(
            SQL(
                "SELECT company_id, partner_id, sum(disputed / owed * owed_local)"
                " FROM (%s) part GROUP BY company_id, partner_id",
                query,
            )
        )
        disputed = {(company, partner): amount for company, partner, amount in rows}
        raised = {
            (company, partner): count
            for company, partner, count in self.env["receivables.dispute"]
            .sudo()
            ._read_group(
                [
                    ("company_id", "in", companies.ids),
                    ("partner_id", "in", partners.ids),
                    ("state", "!=", "withdrawn"),
                ],
                ["company_id", "partner_id"],
                ["__count"],
            )
        }
        for company in companies:
            for partner in partners:
                amount = disputed.get((company.id, partner.id), 0)
                facts.setdefault((company, partner), {}).update(
                    open_dispute_amount=company.currency_id.round(float(amount)),
                    disputed_count=raised.get((company, partner), 0),
                )
        return facts

    def action_new_dispute(self):
        """Return the form of a new case of this debtor; expects one."""
        self.ensure_one()
        return self.env["receivables.dispute"]._action_new(
            partner_id=self.partner_id.id
        )

    def action_open_disputes(self):
        """Return the cases of this debtor; expects one."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "receivables_automation.receivables_dispute_action"
        )
        return action | {
            "domain": [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "=", self.partner_id.id),
            ],
            "context": {},
            "display_name": self.partner_id.display_name,
        }
