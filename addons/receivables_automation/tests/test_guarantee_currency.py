from datetime import date, timedelta

from .credit_case import TODAY, CreditCase


class TestGuaranteeCurrency(CreditCase):
    """A guarantee in another currency counts at the day's rate, or says why not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, lang="en_US"))
        cls.env["res.currency.rate"].search([]).unlink()
        cls.dollar = cls._currency(
            "USD", [(date(2026, 1, 1), 20.0), (date(2026, 6, 30), 18.5)]
        )
        cls.euro = cls._currency("EUR", [(date(2026, 6, 1), 21.25)])

    def _guarantee(self, currency, amount=100, **values):
        return self.env["receivables.guarantee"].create(
            {
                "name": currency.name,
                "partner_id": self.customer.id,
                "currency_id": currency.id,
                "amount": amount,
                "starts_on": date(2026, 1, 1),
            }
            | values
        )

    def test_two_currencies_count_at_the_rates_of_the_day(self):
        self._guarantee(self.dollar, 100)
        self._guarantee(self.euro, 10, usable_share=50)

        self.assertEqual(self._exposure().guarantees, 1850 + 106.25)
        self._on(TODAY - timedelta(days=1))
        self.assertEqual(self._exposure().guarantees, 2000 + 106.25)
        self.assertEqual(self._fresh().receivables_exposure, -2106.25)

    def test_a_currency_without_a_rate_is_not_counted_and_named(self):
        pound = self._currency("GBP", [(TODAY + timedelta(days=1), 24.0)])
        counted = self._guarantee(self.dollar)
        left_out = self._guarantee(pound, name="Fianza Londres")

        self.assertEqual(self._exposure().guarantees, 1850, "not at a later rate")
        self.assertFalse(left_out.is_usable)
        self.assertIn("no rate of GBP on 06/30/2026", left_out.problem)
        self.assertTrue(counted.is_usable)
        self.assertFalse(counted.problem)
        self.assertIn("Fianza Londres", self._fresh().receivables_guarantee_problem)

        self._on(TODAY + timedelta(days=1))
        self._fresh()
        self.assertEqual(self._exposure().guarantees, 1850 + 2400)
        self.assertTrue(left_out.is_usable)
        self.assertFalse(self.customer.receivables_guarantee_problem)

    def test_a_guarantee_that_is_over_says_nothing_of_its_currency(self):
        pound = self._currency("GBP", [])
        over = self._guarantee(pound, expires_on=TODAY - timedelta(days=1))

        self.assertFalse(over.is_usable or over.problem)

    def test_the_rate_is_the_guarantee_s_company_s(self):
        other = self.env["res.company"].create(
            {"name": "Otra", "currency_id": self.company.currency_id.id}
        )
        guarantee = self._guarantee(self.dollar, company_id=other.id)

        self.assertFalse(self._exposure())
        self.assertFalse(self._exposure(company=other))
        self.assertIn("USD", guarantee.problem)
        self.env["res.currency.rate"].create(
            {
                "currency_id": self.dollar.id,
                "company_id": other.id,
                "name": TODAY,
                "inverse_company_rate": 17,
            }
        )
        self.assertEqual(self._exposure(company=other).guarantees, 1700)

    def test_many_guarantees_take_the_queries_of_one(self):
        counts = []
        for some in (1, 40):
            for number in range(some):
                self._guarantee(self.dollar, name=f"Pagaré {number}")
                self._guarantee(self.euro, name=f"Aval {number}")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._exposure()
            counts.append(self.env.cr.sql_log_count - before)

        self.assertLessEqual(counts[1], counts[0])
