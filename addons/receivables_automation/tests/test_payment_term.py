from .reward_case import RewardCase


class TestPaymentTerm(RewardCase):
    """What an early-payment discount costs a year."""

    def test_three_in_ten_net_thirty_costs_56_4_a_year_and_warns(self):
        term = self._term(
            "3/10 neto 30",
            30,
            early_discount=True,
            discount_percentage=3,
            discount_days=10,
        )

        self.assertAlmostEqual(term.receivables_yearly_cost, 56.4, 1)
        self.assertTrue(term.receivables_is_costly)
        self.assertIn("20", term.receivables_cost_note)
        self.company.receivables_capital_cost = 60.0
        term.invalidate_recordset()
        self.assertFalse(term.receivables_is_costly)

    def test_a_discount_brings_money_forward_from_a_due_date_after_the_month(self):
        # Due after 24.5, 44.5, 30 and 45.5 days, less the ten of the discount.
        for delay_type, days, cost in (
            ("days_after_end_of_month", 10, 77.9),
            ("days_after_end_of_month", 30, 32.7),
            ("days_after", 30, 56.4),
            ("days_after_end_of_next_month", 0, 31.8),
        ):
            with self.subTest(delay_type, days=days):
                term = self._term(
                    "3/10",
                    days,
                    delay_type,
                    early_discount=True,
                    discount_percentage=3,
                    discount_days=10,
                )

                self.assertAlmostEqual(term.receivables_yearly_cost, cost, 1)

    def test_a_discount_up_to_the_due_date_is_said_to_bring_nothing(self):
        term = self._term(
            "3/30 neto 30",
            30,
            early_discount=True,
            discount_percentage=3,
            discount_days=30,
        )

        self.assertIn("brings no money forward", term.receivables_cost_note)
        self.assertEqual(term.receivables_yearly_cost, 0.0)
