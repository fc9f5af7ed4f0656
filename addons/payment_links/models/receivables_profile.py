from odoo import models
from odoo.exceptions import AccessError, UserError


class ReceivablesProfile(models.Model):
    _inherit = "receivables.profile"

    def action_send_payment_link(self):
        """Open the message with this debtor's standing link; expects one profile.

        Who owes in several currencies has a link for each: they are listed.

        :raises UserError: nothing is owed, or links do not work here, and why.
        """
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group("receivables_automation.group_receivables_user"):
            raise AccessError(
                self.env._("Only collectors and finance managers send payment links.")
            )
        links = self.env["payment.link"].with_company(self.company_id)
        if problem := links._problem():
            raise UserError(problem)
        owed = self.currency_line_ids.filtered(lambda line: line.open_amount > 0)
        if not owed:
            raise UserError(
                self.env._("Nothing is owed here, so there is nothing to pay by link.")
            )
        debtors = [(self.partner_id, currency) for currency in owed.currency_id]
        found = links._for_balances(self.company_id, debtors)
        own = links.browse([link.id for link in found.values()])
        return own.action_send() if len(own) == 1 else own._get_records_action()
