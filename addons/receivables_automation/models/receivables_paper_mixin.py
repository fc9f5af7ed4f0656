from odoo import api, models
from odoo.exceptions import UserError


class ReceivablesPaperMixin(models.AbstractModel):
    """A paper of a customer: the commercial partner's, in one company for good.

    Whoever inherits it has `partner_id` and `company_id`.
    """

    _name = "receivables.paper.mixin"
    _description = "Paper of a customer"

    @api.model_create_multi
    def create(self, vals_list):
        """Override: a paper handed in by a contact is its company's."""
        return super().create([self._of_debtor(vals) for vals in vals_list])

    def write(self, vals):
        """Override: it stays with a commercial partner, and in its company.

        :raises UserError: another company is given.
        """
        company_id = vals.get("company_id")
        for paper in self:
            if "company_id" in vals and paper.company_id.id != company_id:
                raise UserError(
                    self.env._(
                        "%(paper)s of %(customer)s belongs to %(company)s and stays"
                        " there. Record it anew in the other company.",
                        paper=paper.display_name,
                        customer=paper.partner_id.display_name,
                        company=paper.company_id.name,
                    )
                )
        return super().write(self._of_debtor(vals))

    @api.model
    def _of_debtor(self, vals):
        """Return ``vals`` with the commercial partner for a contact."""
        if not vals.get("partner_id"):
            return vals
        # Whose contact it is follows from the choice; nothing of it is shown.
        partner = self.env["res.partner"].sudo().browse(vals["partner_id"])
        return vals | {"partner_id": partner.commercial_partner_id.id}
