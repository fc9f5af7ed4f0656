from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    receivables_is_sample = fields.Boolean(related="company_id.receivables_is_sample")

    receivables_payment_term_id = fields.Many2one(
        related="company_id.receivables_payment_term_id", readonly=False
    )
    receivables_policy_id = fields.Many2one(
        related="company_id.receivables_policy_id", readonly=False
    )
    receivables_same_payment_days = fields.Integer(
        related="company_id.receivables_same_payment_days", readonly=False
    )
    receivables_capital_cost = fields.Float(
        related="company_id.receivables_capital_cost", readonly=False
    )
    receivables_segment_days = fields.Integer(
        related="company_id.receivables_segment_days", readonly=False
    )
    receivables_secret_problem = fields.Char(
        string="Server secret", compute="_compute_receivables_secret_problem"
    )

    @api.depends("company_id")
    def _compute_receivables_secret_problem(self):
        self.receivables_secret_problem = self.env["receivables.secret"]._problem()

    def action_receivables_load_sample(self):
        """Fill the current company with the sample story and open the app on it."""
        # Only whoever configures the database reaches this form and this method.
        self.check_access("write")
        self.company_id._receivables_load_sample()
        return self.env["account.move.line"].action_receivables_open_items()
