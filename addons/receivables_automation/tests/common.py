from datetime import date

from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon


@tagged("post_install", "-at_install")
class ReceivablesCommon(AccountTestInvoicingCommon):
    """Two customers, one of each salesperson, and a user of each group."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        users = {
            "collector": "receivables_automation.group_receivables_user",
            "manager": "receivables_automation.group_receivables_manager",
            "auditor": "receivables_automation.group_receivables_auditor",
            "salesperson": "sales_team.group_sale_salesman",
            "colleague": "sales_team.group_sale_salesman",
            "outsider": "base.group_user",
        }
        cls.users = {
            name: new_test_user(
                cls.env,
                f"receivables_{name}",
                groups=groups,
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
            for name, groups in users.items()
        }
        cls.own_customer = cls._create_customer("Own", cls.users["salesperson"])
        cls.other_customer = cls._create_customer("Other", cls.users["colleague"])

    @classmethod
    def _create_customer(cls, name, salesperson):
        return cls.env["res.partner"].create(
            {
                "name": f"{name} customer",
                "is_company": True,
                "company_id": False,
                "user_id": salesperson.id,
                "property_account_receivable_id": cls.company_data[
                    "default_account_receivable"
                ].id,
            }
        )

    @classmethod
    def _invoice(cls, partner, amount=100.0, due=date(2026, 3, 31), **values):
        """Return a posted invoice without tax."""
        move = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": date(2026, 3, 1),
                "invoice_date_due": due,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Steel", "price_unit": amount, "tax_ids": []}
                    )
                ],
            }
            | values
        )
        move.action_post()
        return move

    @classmethod
    def _open_item(cls, move):
        """Return the receivable item of an invoice with one due date."""
        return move.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )

    def _items_seen_by(self, name):
        """Return the items on the first screen of the user ``name``."""
        line = self.env["account.move.line"].with_user(self.users[name])
        return line.search(line.action_receivables_open_items()["domain"])
