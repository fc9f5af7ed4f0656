from decimal import Decimal

from odoo import models


class ResCurrency(models.Model):
    _inherit = "res.currency"

    def _receivables_exact(self, amount):
        """Return a float amount as the Decimal that this currency can hold."""
        self.ensure_one()
        return Decimal(str(self.round(amount))).quantize(Decimal(str(self.rounding)))
