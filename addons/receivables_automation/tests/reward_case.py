from datetime import timedelta

from odoo.fields import Command

from .profile_case import TODAY, FrozenProfileCase


class RewardCase(FrozenProfileCase):
    """A customer who paid two invoices on time, and a reward for it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.short = cls._term("30 días", 30)
        cls.long = cls._term("45 días", 45)
        cls.reward = cls.env["receivables.reward"].create(
            {
                "name": "Puntual",
                "invoice_count": 2,
                "window_days": 90,
                "kind": "term",
                "payment_term_id": cls.long.id,
                "valid_days": 73,
                "company_id": cls.company.id,
            }
        )
        cls.manager = cls._user(
            "reward_manager", "receivables_automation.group_receivables_manager"
        )
        cls.salesperson = cls._user("reward_sales", "sales_team.group_sale_salesman")
        cls.customer.property_payment_term_id = cls.short
        # Paid on time, twice.
        cls.invoices = cls._paid_twice()

    @classmethod
    def _term(cls, name, days, delay_type="days_after", **values):
        return cls.env["account.payment.term"].create(
            {
                "name": name,
                "line_ids": [
                    Command.create(
                        {
                            "value": "percent",
                            "value_amount": 100,
                            "nb_days": days,
                            "delay_type": delay_type,
                        }
                    )
                ],
            }
            | values
        )

    @classmethod
    def _paid_twice(cls, partner=None):
        """Return two invoices of the window, each paid on its due date."""
        return cls._paid_each(
            [(TODAY - timedelta(days=days), 0) for days in (40, 20)], partner
        )

    def _sell(self, amount, **values):
        """Return an invoice, or what is given, of last week that is due next week."""
        return self._invoice(
            self.customer,
            amount,
            TODAY + timedelta(days=7),
            invoice_date=TODAY - timedelta(days=7),
            **values,
        )

    def _grant(self):
        self.profiles._refresh()
        return self.reward._grant()

    def _limit_reward(self, **values):
        return self.reward.create(
            {
                "name": "Más límite",
                "invoice_count": 2,
                "window_days": 90,
                "kind": "limit",
                "limit_percent": 10,
                "company_id": self.company.id,
            }
            | values
        )

    def _halves(self, days_ago):
        """Return an invoice of two equal instalments, on its day and 30 days later."""
        day = TODAY - timedelta(days=days_ago)
        term = self.env["account.payment.term"].create(
            {
                "name": "Mitad y mitad",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": days}
                    )
                    for days in (0, 30)
                ],
            }
        )
        return self._invoice(
            self.customer,
            100,
            day,
            invoice_date=day,
            invoice_payment_term_id=term.id,
            invoice_date_due=False,
        )

    def _pay_item(self, item, late=0):
        day = item.date_maturity + timedelta(days=late)
        self._pay(self.customer, 50, [(item, 50)], day)

    def _revoke(self, grant):
        grant = grant.with_user(self.manager)
        grant.revoke_reason = "Vende a un competidor"
        grant.action_revoke()
        return grant

    def _order(self, partner=None, **values):
        return self.env["sale.order"].create(
            {"partner_id": (partner or self.customer).id, "company_id": self.company.id}
            | values
        )
