from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain


class ReceivablesDunningPlan(models.Model):
    """What a debtor is told, and when: steps from the mildest to the firmest.

    The first active plan of a company, or of all companies, is its default one.
    """

    _name = "receivables.dunning.plan"
    _description = "Dunning plan"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: every company uses this plan."
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        help="Of the steps' minimum amounts; other currencies at the day's rate.",
    )
    step_ids = fields.One2many("receivables.dunning.step", "plan_id", copy=True)
    pause_until = fields.Date(
        string="Paused until",
        copy=False,
        help="No step of this plan fires up to and including this day.",
    )
    first_contact_template_id = fields.Many2one(
        "mail.template",
        string="First contact",
        domain="[('model', '=', 'receivables.dunning.notice')]",
        help="The text for debtors who were never told of what they owe, because it was"
        " already late when it entered. Empty: the step's own text.",
    )

    @api.model
    def _default_of(self, company):
        """Return the plan for customers without one of their own; may be empty."""
        return self.search([("company_id", "in", (False, company.id))], limit=1)

    @api.model
    def _of_debtors(self, company, debtors=None):
        """Return {debtor's id: plan} of a company's debtors, or of some of them.

        The plan of the debtor's segment; whoever else is asked for has the company's
        default one, which may be empty. Two queries, however many debtors.
        """
        usual = self._default_of(company)
        domain = Domain("company_id", "=", company.id) & Domain(
            "segment_id.dunning_plan_id",
            "any",
            [("active", "=", True), ("company_id", "in", (False, company.id))],
        )
        if debtors is not None:
            domain &= Domain("partner_id", "in", debtors.ids)
        # Which plan holds does not depend on who asks.
        rows = (
            self.env["receivables.profile"]
            .sudo()
            ._read_group(domain, ["segment_id"], ["partner_id:array_agg"])
        )
        plans = defaultdict(lambda: usual)
        for segment, partner_ids in rows:
            plan = segment.dunning_plan_id.sudo(False)
            plans.update(dict.fromkeys(partner_ids, plan))
        return plans

    def _is_paused(self, day):
        """Return whether the plan rests on a day; an empty plan never does."""
        return bool(self.pause_until and self.pause_until >= day)

    def unlink(self):
        """Override: the steps go one by one, so that what they told stays told."""
        self.with_context(active_test=False).step_ids.unlink()
        return super().unlink()
