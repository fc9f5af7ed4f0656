from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def write(self, vals):
        """Override of `base` to note whose debt it is from now on.

        Of a contact that becomes, or no longer is, a company of its own, the items
        change from one debtor to another.
        """
        if {"parent_id", "is_company"}.isdisjoint(vals):
            return super().write(vals)
        before = {partner: partner.commercial_partner_id for partner in self}
        result = super().write(vals)
        moved = self.filtered(lambda one: one.commercial_partner_id != before[one])
        if moved:
            debtors = moved.commercial_partner_id.union(*map(before.get, moved))
            # Whoever may edit contacts need not have a right to our tables.
            profiles = self.env["receivables.profile"].sudo()
            companies = profiles.search([("partner_id", "in", debtors.ids)]).company_id
            self.env["receivables.profile.stale"].sudo().create(
                [
                    {"company_id": company.id, "partner_id": debtor.id}
                    for company in companies
                    for debtor in debtors
                ]
            )
        return result
