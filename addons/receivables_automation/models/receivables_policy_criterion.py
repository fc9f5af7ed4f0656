from odoo import api, fields, models


class ReceivablesPolicyCriterion(models.Model):
    """One thing to check before a customer gets credit under a policy."""

    _name = "receivables.policy.criterion"
    _description = "Criterion of a credit policy"
    _order = "sequence, id"

    version_id = fields.Many2one(
        "receivables.policy.version", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(string="What is checked", required=True, translate=True)
    is_required = fields.Boolean(
        string="Required",
        default=True,
        help="Nothing is approved before somebody ticked it.",
    )

    @api.depends("name", "is_required")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for criterion in self:
            criterion.display_name = (
                criterion.name
                if criterion.is_required
                else self.env._("%s (not required)", criterion.name)
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Override: criteria are added to drafts only."""
        criteria = super().create(vals_list)
        criteria.version_id._check_draft()
        return criteria

    def write(self, vals):
        """Override: only the criteria of a draft are changed."""
        self.version_id._check_draft()
        result = super().write(vals)
        self.version_id._check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        self.version_id._check_draft()
