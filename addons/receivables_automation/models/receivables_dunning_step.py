from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core import dunning_plan


class ReceivablesDunningStep(models.Model):
    """One thing that happens to an open item, so many days around a date of it."""

    _name = "receivables.dunning.step"
    _description = "Dunning step"
    _order = "plan_id, sequence, offset_days, id"

    plan_id = fields.Many2one(
        "receivables.dunning.plan", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True)
    currency_id = fields.Many2one(related="plan_id.currency_id")
    sequence = fields.Integer(default=10, help="The mildest step first.")
    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    offset_days = fields.Integer(
        string="Days", required=True, help="Days after the date; negative is before."
    )
    anchor = fields.Selection(
        [
            (dunning_plan.DUE_DATE, "Due date"),
            (dunning_plan.INVOICE_DATE, "Invoice date"),
        ],
        string="Counted from",
        required=True,
        default=dunning_plan.DUE_DATE,
    )
    channel = fields.Selection(
        [("email", "Email"), ("activity", "Activity")],
        required=True,
        default="email",
        help="An activity is a task for the person in charge of the customer.",
    )
    template_id = fields.Many2one(
        "mail.template",
        string="Text",
        domain="[('model', '=', 'receivables.dunning.notice')]",
        ondelete="restrict",
    )
    activity_note = fields.Text(
        string="What to do", translate=True, help="The text of the activity."
    )
    repeat_every_days = fields.Integer(
        string="Repeat every", help="Days after it was last sent; 0: never."
    )
    repeat_max = fields.Integer(
        string="Repeats at most", help="After the first time; 0: as long as it is owed."
    )
    minimum_amount = fields.Monetary(
        string="Minimum",
        help="An item that owes less is left alone by this step.",
    )

    _repeat_positive = models.Constraint(
        "CHECK (repeat_every_days >= 0 AND repeat_max >= 0 AND minimum_amount >= 0)",
        "Repeats and minimum amount: 0 or more.",
    )

    @api.constrains("channel", "template_id")
    def _check_text(self):
        for step in self:
            if step.channel == "email" and not step.template_id:
                raise ValidationError(
                    self.env._(
                        "The step %(step)s sends an email but has no text. Choose one.",
                        step=step.name,
                    )
                )
            model = step.template_id.model
            if model and model != "receivables.dunning.notice":
                raise ValidationError(
                    self.env._(
                        "The text %(template)s of the step %(step)s was written for"
                        " other records. Choose one for dunning notices.",
                        template=step.template_id.name,
                        step=step.name,
                    )
                )

    def unlink(self):
        """Override: what was told stays told, without its step."""
        result = super().unlink()
        self.env["receivables.dunning.notice.line"]._forget("step_id", self)
        return result

    def _to_core(self, currency, company, day):
        """Return the steps as the planner takes them, for items in ``currency``."""
        return [
            dunning_plan.Step(
                id=step.id,
                offset_days=step.offset_days,
                anchor=step.anchor,
                repeat_every_days=step.repeat_every_days,
                repeat_max=_repeat_max(step),
                minimum_amount=Decimal(
                    str(
                        step.currency_id._convert(
                            step.minimum_amount, currency, company, day
                        )
                        if step.minimum_amount
                        else 0
                    )
                ),
                channel=step.channel,
            )
            for step in self
        ]


def _repeat_max(step):
    """Return how often a step repeats: None is for ever, 0 never."""
    if not step.repeat_every_days:
        return 0
    return step.repeat_max or None
