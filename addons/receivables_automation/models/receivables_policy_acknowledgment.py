from odoo import api, fields, models
from odoo.exceptions import UserError


class ReceivablesPolicyAcknowledgment(models.Model):
    """That a customer has read the public text of a policy: who, when and which."""

    _name = "receivables.policy.acknowledgment"
    _description = "Acknowledgment of a policy"
    _order = "id DESC"

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    version_id = fields.Many2one(
        "receivables.policy.version",
        string="Policy",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        related="version_id.policy_id.company_id", store=True, index=True
    )
    name = fields.Char(string="By", required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="User", readonly=True)
    date = fields.Datetime(string="On", required=True, readonly=True)
    address = fields.Char(string="From address", readonly=True)
    public_text = fields.Text(string="Text", required=True, readonly=True)
    text_hash = fields.Char(string="Hash of the text", required=True, readonly=True)

    _partner_version_unique = models.Constraint(
        "UNIQUE (partner_id, version_id)",
        "This customer has acknowledged this version already.",
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The proof of an acknowledgment is not deleted."))

    def write(self, vals):
        """Override: a proof is not changed."""
        raise UserError(self.env._("The proof of an acknowledgment is not changed."))
