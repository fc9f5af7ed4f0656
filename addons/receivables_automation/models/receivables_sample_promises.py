from datetime import timedelta

from odoo import models

from ..core.sample_story import DISPUTES, PROMISES


class ReceivablesSample(models.AbstractModel):
    _inherit = "receivables.sample"

    def _tell(self, company):
        result = super()._tell(company)
        self._create_promises(company)
        self._create_disputes(company)
        return result

    def _oldest_item(self, company, customer):
        """Return (customer, its oldest open item) of the story."""
        partner = self._ref(f"partner_{customer}")
        items = self.env["receivables.promise"]._open_items(company, partner)
        return partner, items[:1]

    def _assign(self, salesperson, collector):
        """Override: the collector wrote the promises and answers the disputes."""
        result = super()._assign(salesperson, collector)
        customers = [self._ref(f"partner_{one.customer}") for one in PROMISES]
        promises = self.env["receivables.promise"].search(
            [("partner_id", "in", [one.id for one in customers if one])]
        )
        disputed = [self._ref(f"partner_{one.customer}") for one in DISPUTES]
        disputes = self.env["receivables.dispute"].search(
            [("partner_id", "in", [one.id for one in disputed if one])]
        )
        promises.user_id = disputes.user_id = collector
        return result

    def _create_promises(self, company):
        today = company._receivables_today()
        for told in PROMISES:
            partner, item = self._oldest_item(company, told.customer)
            # Whoever loads the sample need not be a collector.
            self.env["receivables.promise"].sudo().create(
                {
                    "company_id": company.id,
                    "partner_id": partner.id,
                    "contact_id": partner.child_ids[:1].id,
                    "move_line_ids": item.ids,
                    "currency_id": item.currency_id.id,
                    "amount": float(told.amount),
                    "made_on": today - timedelta(days=told.made),
                    "date_promised": today - timedelta(days=told.promised),
                    "channel": told.channel,
                    "note": told.note,
                }
            )

    def _create_disputes(self, company):
        for told in DISPUTES:
            _partner, item = self._oldest_item(company, told.customer)
            reason = f"receivables_automation.receivables_dispute_reason_{told.reason}"
            self.env["receivables.dispute"].sudo().create(
                {
                    "move_id": item.move_id.id,
                    "amount": float(told.amount),
                    "reason_id": self.env.ref(reason).id,
                    "description": told.what,
                }
            )
