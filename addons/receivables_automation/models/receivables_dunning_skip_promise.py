from odoo import api, models


class ReceivablesDunningSkip(models.Model):
    _inherit = "receivables.dunning.skip"

    @api.model
    def _labels(self):
        """Override: what people agreed with the customer."""
        return super()._labels() | {
            "promised": self.env._("Promised"),
            "disputed": self.env._("In dispute"),
        }
