from datetime import timedelta

from odoo.exceptions import UserError

from .credit_case import TODAY, CreditCase


class TestCreditReward(CreditCase):
    """A reward of a higher limit, on the orders of who earned it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        reward = cls.env["receivables.reward"].create(
            {
                "name": "Puntual",
                "kind": "limit",
                "limit_percent": 10,
                "company_id": cls.company.id,
            }
        )
        cls.grant = cls.env["receivables.reward.grant"].create(
            {
                "reward_id": reward.id,
                "partner_id": cls.customer.id,
                "date": TODAY,
                "until": TODAY + timedelta(days=30),
            }
        )

    def test_it_raises_the_limit_and_the_refusal_says_by_what(self):
        self._order(1080).action_confirm()

        self.assertEqual(self.customer.receivables_limit, 1100.0)
        self.assertEqual(self.customer.receivables_available_credit, 20.0)
        with self.assertRaisesRegex(
            UserError, r"limit .*1,100\.00 \(.*1,000\.00 \+ 10 % by “Puntual” until"
        ):
            self._order(30).action_confirm()

    def test_after_its_last_day_the_usual_limit_is_back(self):
        self._on(TODAY + timedelta(days=30))
        self.assertEqual(self.customer.receivables_limit, 1100.0)
        self._on(TODAY + timedelta(days=31))
        self.customer.invalidate_recordset()

        self.assertEqual(self.customer.receivables_limit, 1000.0)

    def test_a_percentage_changed_later_does_not_raise_the_limit_of_who_has_it(self):
        self.grant.reward_id.limit_percent = 80

        self.assertEqual(self._fresh().receivables_limit, 1100.0)

    def test_taken_back_it_counts_no_more(self):
        self.grant.revoke_reason = "Pagó con un cheque devuelto"
        self.grant.action_revoke()

        self.assertEqual(self.customer.receivables_limit, 1000.0)

    def test_who_has_no_limit_or_no_credit_gets_none_by_it(self):
        self.customer.credit_limit = 0
        self.assertFalse(self.customer.receivables_has_limit)
        self.customer.receivables_policy_id = self.policy.create(
            {"name": "Contado", "credit": "cash_only"}
        )

        self.assertEqual(self.customer.receivables_limit, 0.0)
