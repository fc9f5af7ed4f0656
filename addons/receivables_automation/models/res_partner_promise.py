from odoo import models
from odoo.exceptions import AccessError


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _receivables_check_may_act(self):
        """Refuse a salesperson who records something about a colleague's customer.

        :raises AccessError: names the customer and whom to ask.
        """
        user = self.env.user
        if self.env.su or user.has_group(
            "receivables_automation.group_receivables_user"
        ):
            return
        for partner in self:
            # Whose customer it is may be told to whoever is refused for it.
            debtor = partner.sudo().commercial_partner_id
            if debtor.user_id != user:
                raise AccessError(
                    self.env._(
                        "%(customer)s is not your customer. Ask %(salesperson)s or a"
                        " collector to record it.",
                        customer=debtor.display_name,
                        salesperson=debtor.user_id.name
                        or self.env._("its salesperson"),
                    )
                )
