from odoo import fields, models


class PaymentLinkRevoke(models.TransientModel):
    """Asks why an address is put out of force."""

    _name = "payment.link.revoke"
    _description = "Revoke payment links"

    link_ids = fields.Many2many(
        "payment.link",
        required=True,
        default=lambda self: self.env.context.get("active_ids"),
    )
    reason = fields.Char(required=True)

    def action_revoke(self):
        """Revoke the links with this reason."""
        self.link_ids.action_revoke(self.reason)
