from odoo import api, models


class ReceivablesDunningSkip(models.Model):
    _inherit = "receivables.dunning.skip"

    @api.model
    def _labels(self):
        """Override: the reason that SAT gives."""
        return super()._labels() | {
            "cfdi_cancelled": self.env._("CFDI cancelled at SAT"),
        }
