from odoo import models


class ReceivablesSample(models.AbstractModel):
    _inherit = "receivables.sample"

    def _tell(self, company):
        result = super()._tell(company)
        profiles = self.env["receivables.profile"].with_context(
            allowed_company_ids=company.ids
        )
        profiles._refresh()
        return result
