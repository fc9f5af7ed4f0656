from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    receivables_dunning_automatic = fields.Boolean(
        related="company_id.receivables_dunning_automatic", readonly=False
    )

    def action_receivables_contact_calendar(self):
        """Return the contact calendar of the current company."""
        return self.env["receivables.contact.calendar"].action_open()
