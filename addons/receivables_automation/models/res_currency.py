from decimal import Decimal

from odoo import models


class ResCurrency(models.Model):
    _inherit = "res.currency"

    def _receivables_exact(self, amount):
        """Return a float amount as the Decimal that this currency can hold."""
        self.ensure_one()
        return Decimal(str(self.round(amount))).quantize(Decimal(str(self.rounding)))

    def _receivables_unrated(self, company, day):
        """Return those of these currencies without a rate of ``company`` on ``day``.

        A rate holds until the next one; the company's own currency needs none. Core
        would take a later rate, or 1. One query.
        """
        foreign = self - company.currency_id
        if not foreign:
            return foreign
        # That there is a rate is no secret; who reads amounts is asked elsewhere.
        rated = (
            self.env["res.currency.rate"]
            .sudo()
            ._read_group(
                [
                    ("currency_id", "in", foreign.ids),
                    ("name", "<=", day),
                    ("company_id", "in", (False, company.root_id.id)),
                ],
                ["currency_id"],
            )
        )
        return foreign - self.browse().union(*(currency for (currency,) in rated))
