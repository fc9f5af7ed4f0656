from odoo import api, fields, models


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

    def _is_paused(self, day):
        """Return whether the plan rests on a day; an empty plan never does."""
        return bool(self.pause_until and self.pause_until >= day)
