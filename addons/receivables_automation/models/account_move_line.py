from odoo import api, models
from odoo.fields import Domain


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @api.model
    def action_receivables_open_items(self):
        """Return the action *Receivables*: what customers owe, item by item.

        Whoever has one of our groups sees every customer of the companies in use; a
        salesperson sees the customers that are theirs.
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "receivables_automation.account_move_line_action_open_receivables"
        )
        domain = self._receivables_open_domain()
        if not self.env.user.has_group("account.group_account_readonly"):
            domain &= Domain("partner_id.user_id", "=", self.env.uid)
        action["domain"] = list(domain)
        return action

    @api.model
    def _receivables_open_domain(self):
        """Return the domain of open receivable items in the companies in use.

        The accounts are named one by one: so PostgreSQL takes core's partial index on
        unreconciled items, which a join on the account's type would miss.
        """
        accounts = self.env["account.account"].search(
            [
                ("account_type", "=", "asset_receivable"),
                ("company_ids", "parent_of", self.env.companies.ids),
            ]
        )
        return Domain(
            [
                ("account_id", "in", accounts.ids),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
            ]
        )
