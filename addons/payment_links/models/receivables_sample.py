from odoo import models


class ReceivablesSample(models.AbstractModel):
    _inherit = "receivables.sample"

    def _tell(self, company):
        """Override: a link to try out, and a provider that takes invented money."""
        result = super()._tell(company)
        self._create_payment_links(company)
        return result

    def _create_payment_links(self, company):
        customer = self._ref("partner_eagle")
        if customer:
            link = self.env["payment.link"]._for_balance(
                company, customer, company.currency_id
            )
            self._name_records({"payment_link_eagle": link})
        self._enable_demo_provider(company)

    def _enable_demo_provider(self, company):
        """Publish the test provider where somebody installed it; never install it."""
        demo = self.env["payment.provider"].search(
            [("code", "=", "demo"), ("company_id", "=", company.id)], limit=1
        )
        if demo:
            demo.write({"state": "test", "is_published": True})
