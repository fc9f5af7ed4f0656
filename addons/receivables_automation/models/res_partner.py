from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _receivables_payment_term(self, company):
        """Return (payment term, where it comes from) for an invoice without a due date.

        The customer's own term, else its policy's, else the company's; the source is
        ``customer``, ``policy``, ``company`` or '' with an empty term. Expects one
        customer.
        """
        self.ensure_one()
        term = self.with_company(company).property_payment_term_id
        if term:
            return term, "customer"
        term = self._receivables_policy(company).payment_term_id
        if term:
            return term, "policy"
        term = company.receivables_payment_term_id
        return term, "company" if term else ""
