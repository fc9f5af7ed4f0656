from datetime import timedelta

from odoo import models

from ..core.sample_story import DISPUTES, PROMISES


class ReceivablesSample(models.AbstractModel):
    _inherit = "receivables.sample"

    def _load(self, company):
        if company.receivables_is_sample:
            return super()._load(company)
        res = super()._load(company)
        sample = self.with_company(company).with_context(tracking_disable=True)
        sample._create_promises(company)
        sample._create_disputes(company)
        return res

    def _oldest_item(self, company, customer):
        """Return (customer, its oldest open item) of the story."""
        partner = self._ref(f"partner_{customer}")
        items = self.env["receivables.promise"]._open_items(company, partner)
        return partner, items[:1]

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
