from odoo import api, fields, models
from odoo.exceptions import UserError


class ReceivablesCreditCheck(models.Model):
    """A criterion of a policy on one application, and who ticked it."""

    _name = "receivables.credit.check"
    _description = "Check of a credit application"
    _order = "application_id, sequence, id"

    application_id = fields.Many2one(
        "receivables.credit.application",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="application_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, readonly=True)
    is_required = fields.Boolean(string="Required", readonly=True)
    is_done = fields.Boolean(string="Done")
    done_by_id = fields.Many2one("res.users", string="By", readonly=True)
    done_on = fields.Date(string="On", readonly=True)

    def write(self, vals):
        """Override: only the tick and its order are people's; who ticked is kept."""
        self.application_id._check_undecided()
        vals = dict(vals)
        if not self.env.su and set(vals) - {"is_done", "sequence"}:
            raise UserError(
                self.env._("A check is only ticked; what it asks is the policy's.")
            )
        if "is_done" in vals:
            is_done = vals["is_done"]
            vals["done_by_id"] = self.env.uid if is_done else False
            vals["done_on"] = (
                self.env.company._receivables_today() if is_done else False
            )
        return super().write(vals)

    @api.model
    def _of_version(self, version):
        """Return the values of the checks that a policy's version asks for."""
        return [
            {
                "sequence": criterion.sequence,
                "name": criterion.name,
                "is_required": criterion.is_required,
            }
            for criterion in version.criterion_ids
        ]
