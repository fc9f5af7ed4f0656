from odoo.exceptions import UserError

from .credit_application_case import CreditApplicationCase


class TestCreditApplicationLimit(CreditApplicationCase):
    """The limit that the formula recommends, in an application and on the sheet."""

    def test_recommended_limit_shows_its_arithmetic(self):
        application = self._application()
        self.env["receivables.guarantee"].create(
            {
                "name": "Pagaré 7",
                "partner_id": self.prospect.id,
                "amount": 10000,
                "usable_share": 50,
                "starts_on": "2026-01-01",
                "expires_on": "2026-06-30",
            }
        )
        self.assertIn("Payment capacity", application.recommendation)
        self.assertFalse(application.recommended_limit)

        one, two, _three = application.reference_ids
        (one | two).verdict = "good"
        application.payment_capacity = 20000

        self.assertEqual(one.checked_by_id, self.users["collector"])
        self.assertEqual(application.recommended_limit, 25000)
        self.assertEqual(
            application.recommendation.splitlines()[-2:],
            ["min(30,000, 20,000) = 20,000", "20,000 + 5,000 = 25,000"],
        )
        application.action_use_recommended()
        self.assertEqual(application.limit_approved, 25000)

    def test_a_guarantee_that_expired_raises_nothing(self):
        application = self._application()
        self.env["receivables.guarantee"].create(
            {
                "name": "Pagaré 7",
                "partner_id": self.prospect.id,
                "amount": 10000,
                "starts_on": "2026-01-01",
                "expires_on": "2026-06-29",
            }
        )
        application.reference_ids.verdict = "good"
        application.payment_capacity = 20000

        self.assertEqual(application.recommended_limit, 20000)

    def test_the_approved_arithmetic_stays_as_it_was_decided_on(self):
        application = self._evaluated()
        application.reference_ids.verdict = "good"
        application.payment_capacity = 20000
        self._as("manager", application).action_approve()
        kept = application.recommendation
        self.env["receivables.guarantee"].create(
            {
                "name": "Aval",
                "partner_id": self.prospect.id,
                "amount": 10000,
                "starts_on": "2026-01-01",
            }
        )
        self.env.invalidate_all()

        self.assertIn("20,000", kept)
        self.assertEqual(application.recommendation, kept)

    def test_recommending_for_many_takes_as_many_queries_as_for_few(self):
        applications = self.env["receivables.credit.application"].concat(
            *(
                self._application(partner=self._customer(f"Cliente {number}"))
                for number in range(12)
            )
        )
        for partner in applications.partner_id:
            self._invoice(partner, 100)
        self.env["receivables.profile"]._refresh()

        def count(some):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rows = some.with_user(self.users["collector"])
            rows.read(["display_name", "recommended_limit"])
            return self.env.cr.sql_log_count - before

        count(applications)
        few = count(applications[:2])
        self.assertLessEqual(count(applications), few)

    def test_the_sheet_knows_what_was_found_out_about_the_customer(self):
        self.policy.limit_formula = "min(references, payment_capacity)"
        application = self._evaluated()
        application.reference_ids[:2].verdict = "good"
        application.payment_capacity = 20000
        self._as("manager", application).action_approve()

        def dialog():
            self.env.invalidate_all()
            customer = self._as("manager", self.prospect)
            action = customer.action_receivables_recommend_limit()
            dialogs = self.env[action["res_model"]].with_user(self.users["manager"])
            return dialogs.with_context(**action["context"]).create({"reason": "x"})

        self.assertEqual(dialog().recommended_limit, 20000)

        renewed = self._application()
        self.assertEqual(dialog().recommended_limit, 20000, "of the approved one")
        renewed.action_send()
        renewed.payment_capacity = 25000
        self.assertEqual(dialog().recommended_limit, 25000, "of the latest known")
        renewed.reference_ids.verdict = "bad"
        self.assertEqual(dialog().recommended_limit, 0)

    def test_nobody_else_s_figures_are_taken(self):
        self.policy.limit_formula = "payment_capacity"
        self._evaluated(payment_capacity=20000)

        with self.assertRaisesRegex(UserError, "no value"):
            self._as("manager", self.customer).action_receivables_recommend_limit()
