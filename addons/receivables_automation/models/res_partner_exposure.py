from odoo import api, models
from odoo.fields import Domain


class ResPartner(models.Model):
    _inherit = "res.partner"

    def action_receivables_exposure(self):
        """Return the list behind one part of the exposure; expects one contact.

        Context key `receivables_part`: the part; see `core/credit_rules.py`.
        """
        self.ensure_one()
        debtor = self.commercial_partner_id
        company = self.env.company
        part = self.env.context.get("receivables_part")
        if part in ("overdue", "not_due", "unapplied"):
            action = self.env["account.move.line"].action_receivables_open_items()
            domain, context = self._receivables_items_domain(debtor, company, part), {}
        else:
            xmlid, ids = {
                "orders": (
                    "receivables_automation.sale_order_action_left_to_invoice",
                    self._receivables_counted_orders,
                ),
                "drafts": (
                    "account.action_move_out_invoice_type",
                    self._receivables_counted_drafts,
                ),
                "guarantees": (
                    "receivables_automation.receivables_guarantee_action",
                    self._receivables_own_guarantees,
                ),
            }[part]
            action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
            domain = [("id", "in", ids(debtor, company))]
            context = {"default_partner_id": debtor.id}
        label = self._fields[f"receivables_exposure_{part}"]._description_string(
            self.env
        )
        title = f"{debtor.display_name}: {label}"
        return action | {
            "domain": domain,
            "context": context,
            "name": title,
            "display_name": title,
        }

    # What follows finds the rows that `receivables.credit` counts.

    @api.model
    def _receivables_items_domain(self, debtor, company, part):
        accounts = self.env["receivables.profile"]._receivable_accounts(company)
        domain = Domain(
            [
                ("account_id", "in", accounts.ids),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("company_id", "=", company.id),
                ("partner_id.commercial_partner_id", "=", debtor.id),
                ("amount_residual", "<" if part == "unapplied" else ">", 0),
            ]
        )
        if part != "unapplied":
            today = company._receivables_today()
            # Without a due date it was due at once.
            overdue = Domain("date_maturity", "<", today) | Domain(
                [("date_maturity", "=", False), ("date", "<", today)]
            )
            domain &= overdue if part == "overdue" else ~overdue
        return list(domain)

    @api.model
    def _receivables_counted_orders(self, debtor, company):
        amounts = self.env["receivables.credit"]._order_amounts(company, debtor)
        return [order_id for order_id, (_debtor, amount) in amounts.items() if amount]

    @api.model
    def _receivables_counted_drafts(self, debtor, company):
        if not company.receivables_count_drafts:
            return []
        # Which lines come from an order is asked, not shown.
        drafts = self.env["account.move"].sudo()
        return drafts.search(
            [
                ("state", "=", "draft"),
                ("move_type", "in", ("out_invoice", "out_receipt")),
                ("partner_id.commercial_partner_id", "=", debtor.id),
                ("company_id", "=", company.id),
                (
                    "line_ids",
                    "any",
                    [
                        ("display_type", "=", "product"),
                        ("sale_line_ids", "not any", [("state", "=", "sale")]),
                    ],
                ),
            ]
        ).ids

    @api.model
    def _receivables_own_guarantees(self, debtor, company):
        return (
            self.env["receivables.guarantee"]
            .search(
                [
                    ("partner_id.commercial_partner_id", "=", debtor.id),
                    ("company_id", "=", company.id),
                ]
            )
            .ids
        )
