from collections import Counter

from odoo import api, fields, models

from .res_partner_receivables import DEBT_READERS


class ReceivablesProfile(models.Model):
    _inherit = "receivables.profile"

    promise_ids = fields.Many2many(
        "receivables.promise",
        string="Promises",
        compute="_compute_promises",
        compute_sudo=False,
        groups=DEBT_READERS,
    )
    promise_count = fields.Integer(
        string="Open promises",
        compute="_compute_promises",
        compute_sudo=False,
        groups=DEBT_READERS,
    )

    @api.depends("partner_id", "company_id")
    def _compute_promises(self):
        found = dict.fromkeys(self.ids, self.env["receivables.promise"])
        rows = self.env["receivables.promise"]._read_group(
            [
                ("company_id", "in", self.company_id.ids),
                ("partner_id", "in", self.partner_id.ids),
                ("state", "=", "open"),
            ],
            ["company_id", "partner_id"],
            ["id:recordset"],
        )
        by_debtor = {(company, partner): some for company, partner, some in rows}
        for profile in self:
            promises = by_debtor.get(
                (profile.company_id, profile.partner_id), found.get(profile.id)
            )
            profile.promise_ids = promises
            profile.promise_count = len(promises or ())

    @api.model
    def _refresh(self, partners=None):
        """Override: first what the ledger says about the promises of these debtors."""
        self.env["receivables.promise"]._follow_ledger(self.env.companies, partners)
        return super()._refresh(partners)

    @api.model
    def _extra_facts(self, partners):
        """Override: how many promises a debtor made and broke; 0 where none."""
        facts = super()._extra_facts(partners)
        companies = self.env.companies
        made, broken = Counter(), Counter()
        # Counted for everybody, whoever asks for a refresh.
        for company, partner, state, count in (
            self.env["receivables.promise"]
            .sudo()
            ._read_group(
                [
                    ("company_id", "in", companies.ids),
                    ("partner_id", "in", partners.ids),
                    ("state", "!=", "cancelled"),
                ],
                ["company_id", "partner_id", "state"],
                ["__count"],
            )
        ):
            made[company, partner] += count
            if state == "broken":
                broken[company, partner] += count
        for company in companies:
            for partner in partners:
                facts.setdefault((company, partner), {}).update(
                    promised_count=made[company, partner],
                    broken_promise_count=broken[company, partner],
                )
        return facts

    def action_register_promise(self):
        """Return the form of a new promise of this debtor; expects one."""
        self.ensure_one()
        return self.env["receivables.promise"]._action_new(
            self.company_id, self.partner_id
        )

    def action_open_promises(self):
        """Return the promises of this debtor; expects one."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "receivables_automation.receivables_promise_action"
        )
        return action | {
            "domain": [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "=", self.partner_id.id),
            ],
            "context": {},
            "display_name": self.partner_id.display_name,
        }
