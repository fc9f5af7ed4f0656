from odoo import api, fields, models

from ..core.dunning_plan import Reason


class ReceivablesDunningSkip(models.Model):
    """An item that a run left alone, and why.

    Kept for previews and the latest run of a company; older runs keep counts.
    """

    _name = "receivables.dunning.skip"
    _description = "Item left alone by a dunning run"
    _order = "run_id, reason, id"
    _rec_name = "move_line_id"
    # Written by the ten thousand: who and when is said by the run.
    _log_access = False

    run_id = fields.Many2one(
        "receivables.dunning.run", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="run_id.company_id")
    move_line_id = fields.Many2one(
        "account.move.line",
        string="Item",
        required=True,
        index=True,
        ondelete="cascade",
    )
    reason = fields.Char(string="Reason's code", required=True)
    reason_label = fields.Char(string="Reason", compute="_compute_reason_label")
    step_id = fields.Many2one("receivables.dunning.step", ondelete="set null")
    due_on = fields.Date(string="Step due on")
    text = fields.Char(string="Details")
    partner_id = fields.Many2one(related="move_line_id.partner_id", string="Customer")
    move_id = fields.Many2one(related="move_line_id.move_id", string="Document")
    date_maturity = fields.Date(related="move_line_id.date_maturity")
    amount_due = fields.Monetary(
        related="move_line_id.amount_residual_currency", string="Balance"
    )
    currency_id = fields.Many2one(related="move_line_id.currency_id")

    @api.depends("reason")
    @api.depends_context("lang")
    def _compute_reason_label(self):
        labels = self._labels()
        for skip in self:
            skip.reason_label = labels.get(skip.reason, skip.reason)

    @api.model
    def _labels(self):
        """Return {code: why an item is left alone, in the user's words}.

        Satellites add the codes of their holds.
        """
        return {
            Reason.SETTLED: self.env._("Paid"),
            Reason.CREDIT_BALANCE: self.env._("In the customer's favour"),
            Reason.NO_STEPS: self.env._("The plan has no steps"),
            Reason.NO_ANCHOR_DATE: self.env._("Has no date to count from"),
            Reason.NOT_DUE_YET: self.env._("No step is due yet"),
            Reason.BELOW_MINIMUM: self.env._("Below the step's minimum"),
            Reason.ALREADY_SENT: self.env._("Told already; the next step is not due"),
            Reason.PAST_LAST_STEP: self.env._("Past the last step of the plan"),
            Reason.SUPERSEDED: self.env._("A later step took its place"),
            "no_customer": self.env._("Has no customer"),
            "no_plan": self.env._("The customer has no plan"),
            "plan_paused": self.env._("The plan is paused"),
            "told_today": self.env._("The customer has a notice of this day already"),
            "weekly_cap": self.env._(
                "The customer was contacted often enough this week"
            ),
            "no_email": self.env._("The customer has no email address"),
            "removed": self.env._("Taken out by hand"),
            "delivery": self.env._("Not delivered"),
            "mail_stopped": self.env._("Taken out of the mail queue"),
            "render_failed": self.env._("The message could not be written"),
            "no_followup": self.env._("Left out of follow-ups"),
            "paused": self.env._("Invoice paused"),
            "customer_paused": self.env._("Customer paused"),
            "payment_in_process": self.env._("Payment in process"),
            "unapplied_credit": self.env._("Customer's credit not applied"),
        }
