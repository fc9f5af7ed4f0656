from odoo import models


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
        return res
