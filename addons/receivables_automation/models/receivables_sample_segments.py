from datetime import timedelta

from odoo import models

from ..core.sample_story import SEGMENTS_BY_HAND

KEPT_DAYS = 60


class ReceivablesSample(models.AbstractModel):
    _inherit = "receivables.sample"

    def _load(self, company):
        if company.receivables_is_sample:
            return super()._load(company)
        res = super()._load(company)
        profiles = self.env["receivables.profile"].with_context(
            allowed_company_ids=company.ids
        )
        profiles._refresh()
        # What only people know, as a collector would say it.
        until = company._receivables_today() + timedelta(days=KEPT_DAYS)
        for customer, (code, reason) in SEGMENTS_BY_HAND.items():
            segment = self.env.ref(f"receivables_automation.receivables_segment_{code}")
            profile = profiles.search(
                [
                    ("company_id", "=", company.id),
                    ("partner_id", "=", self._ref(f"partner_{customer}").id),
                ]
            )
            profile._set_segment(segment, reason, until)
        return res
