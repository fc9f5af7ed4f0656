from .mexican_company import MexicanCompanyCase


class ReceivablesCommon(MexicanCompanyCase):
    """Two customers, one of each salesperson, and a user of each group."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = {
            "collector": "receivables_automation.group_receivables_user",
            "manager": "receivables_automation.group_receivables_manager",
            "auditor": "receivables_automation.group_receivables_auditor",
            "salesperson": "sales_team.group_sale_salesman",
            "colleague": "sales_team.group_sale_salesman",
            "outsider": "base.group_user",
        }
        cls.users = {name: cls._user(name, group) for name, group in groups.items()}
        cls.own_customer = cls._customer(
            "Own customer", user_id=cls.users["salesperson"].id
        )
        cls.other_customer = cls._customer(
            "Other customer", user_id=cls.users["colleague"].id
        )

    def _register(self, invoice, amount=None):
        """Return core's payment of an invoice, or of a part of it."""
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        values = {"amount": amount} if amount else {}
        return wizard.create(values)._create_payments()

    def _items_seen_by(self, name):
        """Return the items on the first screen of the user ``name``."""
        line = self.env["account.move.line"].with_user(self.users[name])
        return line.search(line.action_receivables_open_items()["domain"])
