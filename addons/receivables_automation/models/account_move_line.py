from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

# Later is overdue by more: a comparison of days turns round for dates.
TURNED = {">": "<", ">=": "<=", "<": ">", "<=": ">="}


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    receivables_days_overdue = fields.Integer(
        string="Days overdue",
        compute="_compute_receivables_days_overdue",
        search="_search_receivables_days_overdue",
        help="Days since the due date, on the company's calendar; negative before it."
        " Without a due date, since the entry's date.",
    )

    @api.depends("date_maturity", "date", "company_id")
    def _compute_receivables_days_overdue(self):
        for company, lines in self.grouped("company_id").items():
            today = (company or self.env.company)._receivables_today()
            for line in lines:
                due = line.date_maturity or line.date
                line.receivables_days_overdue = (today - due).days if due else 0

    def _search_receivables_days_overdue(self, operator, value):
        """Compare due dates instead, by the current company's today."""
        today = self.env.company._receivables_today()
        if operator in TURNED:
            operator, due = TURNED[operator], today - timedelta(days=value)
        elif operator == "in":
            due = [today - timedelta(days=days) for days in value]
        else:
            return NotImplemented
        # What has no due date is due on its own date.
        return Domain("date_maturity", operator, due) | (
            Domain("date_maturity", "=", False) & Domain("date", operator, due)
        )

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
        # What is booked on an archived account is owed as well.
        accounts = self.env["account.account"].with_context(active_test=False)
        accounts = accounts.search(
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

    @api.model
    def _receivables_reconcile_pairs(self, pairs):
        """Reconcile each pair of items, all that fit in one plan together.

        Of one entry in two pairs of a plan, core makes the cash-basis tax as if the
        first had paid all, as the invoice is already paid when it looks: its pairs go
        one after another, in their order.
        """
        plans = []
        last = {}
        for pair in pairs:
            turn = max((last.get(move, -1) for move in pair.move_id), default=-1) + 1
            if turn == len(plans):
                plans.append([])
            plans[turn].append(pair)
            last |= dict.fromkeys(pair.move_id, turn)
        for plan in plans:
            self._reconcile_plan(plan)
