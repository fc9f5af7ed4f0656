from odoo import api, fields, models


class ReceivablesDunningExplanation(models.TransientModel):
    """Why an item is or is not chased on a day: computed again, nothing is sent."""

    _name = "receivables.dunning.explanation"
    _description = "Why was this not chased?"

    move_line_id = fields.Many2one(
        "account.move.line", string="Item", required=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(related="move_line_id.partner_id", string="Customer")
    move_id = fields.Many2one(related="move_line_id.move_id", string="Document")
    date_maturity = fields.Date(related="move_line_id.date_maturity")
    amount_due = fields.Monetary(
        related="move_line_id.amount_residual_currency", string="Balance"
    )
    currency_id = fields.Many2one(related="move_line_id.currency_id")
    date = fields.Date(
        required=True, default=lambda self: self.env.company._receivables_today()
    )
    verdict = fields.Char(compute="_compute_verdict")
    holds = fields.Text(string="Held by", compute="_compute_verdict")
    steps = fields.Json(string="Steps as facts", compute="_compute_verdict")
    steps_html = fields.Html(string="Steps", compute="_compute_verdict", sanitize=False)

    @api.depends("move_line_id", "date")
    @api.depends_context("lang")
    def _compute_verdict(self):
        for explanation in self:
            item = explanation.move_line_id
            day = explanation.date or item.company_id._receivables_today()
            facts = self.env["receivables.dunning.planner"]._explain(item, day)
            explanation.verdict = facts["verdict"]
            explanation.holds = "\n".join(facts["holds"]) or False
            explanation.steps = facts["steps"]
            explanation.steps_html = self.env["ir.qweb"]._render(
                "receivables_automation.dunning_explanation_steps",
                {"steps": facts["steps"]},
            )

    def _action_open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Why was this not chased?"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }
