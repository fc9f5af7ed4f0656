from datetime import date

from odoo.exceptions import UserError

from .credit_application_case import CreditApplicationCase


class TestCreditApplicationForce(CreditApplicationCase):
    """One approval is in force, and its end gives back what was before it."""

    def _approved(self, amount, valid_until=False, **values):
        application = self._evaluated(amount, valid_until=valid_until, **values)
        self._as("manager", application).action_approve()
        return application.sudo()

    def _follow(self, day):
        self._on(day)
        self.env["receivables.credit.application"]._follow_day(self.company)
        self.env.invalidate_all()

    def _limit(self):
        return self.prospect.with_company(self.company).credit_limit

    def test_a_renewal_outlives_the_approval_that_it_replaces(self):
        self.prospect.credit_limit = 700
        first = self._approved(40000, "2026-07-10")
        second = self._approved(40000, "2027-07-10")

        self.assertEqual((first.state, second.state), ("expired", "approved"))
        self.assertIn(second.name, first.internal_note)
        self._follow(date(2026, 7, 11))
        self.assertEqual((self._limit(), second.state), (40000, "approved"))

        self._follow(date(2027, 7, 11))
        self.assertEqual((self._limit(), second.state), (700, "expired"))

    def test_another_limit_does_not_end_in_the_replaced_one(self):
        self.prospect.credit_limit = 700
        self._approved(40000, "2026-07-10")
        second = self._approved(45000, "2026-07-20")

        self._follow(date(2026, 7, 11))
        self.assertEqual(self._limit(), 45000)
        self._follow(date(2026, 7, 21))

        self.assertEqual((self._limit(), second.state), (700, "expired"))

    def test_what_was_replaced_holds_again_while_it_is_not_over(self):
        self.prospect.credit_limit = 700
        first = self._approved(40000, "2026-07-20")
        second = self._approved(45000, "2026-07-10")

        self._follow(date(2026, 7, 11))
        self.assertEqual((self._limit(), first.state), (40000, "approved"))
        self.assertEqual(second.state, "expired")

        third = self._approved(50000)
        self._as("manager", third)._take_back("De más")
        self.assertEqual((self._limit(), first.state), (40000, "approved"))
        self.assertEqual(third.state, "review")

        self._follow(date(2026, 7, 21))
        self.assertEqual((self._limit(), first.state), (700, "expired"))

    def test_a_decision_taken_back_later_skips_what_is_over(self):
        self.prospect.credit_limit = 700
        lasting = self._approved(30000)
        first = self._approved(40000, "2026-07-10")
        second = self._approved(45000)
        self._follow(date(2026, 7, 11))

        self._as("manager", second)._take_back("De más")

        self.assertEqual(self._limit(), 30000)
        self.assertEqual((lasting.state, first.state), ("approved", "expired"))

    def test_a_limit_given_for_a_time_ends_with_cash_only(self):
        cash = self.policy.create({"name": "Contado", "credit": "cash_only"})
        self.prospect.credit_limit = 700
        first = self._approved(40000, "2026-07-10")
        second = self._approved(0, policy_id=cash.id)
        self.assertEqual(self._limit(), 700)

        self._as("manager", second)._take_back("De más")

        self.assertEqual((self._limit(), first.state), (40000, "approved"))
        self.assertEqual(self.prospect.receivables_policy_id, self.policy)

    def test_terms_changed_by_hand_are_what_a_later_approval_gives_back(self):
        first = self._approved(40000, "2026-07-10")
        self.prospect.credit_limit = 55000
        second = self._approved(45000)
        self.assertEqual((first.state, second.before_limit), ("expired", 55000))

        self._as("manager", second)._take_back("De más")

        self.assertEqual((self._limit(), first.state), (55000, "expired"))

    def test_of_two_approvals_with_the_same_terms_the_later_is_in_force(self):
        """As a merge of two customers leaves them."""
        first = self._approved(40000, "2026-07-10")
        second = self._approved(40000)
        first.state = "approved"

        with self.assertRaisesRegex(UserError, second.name):
            self._as("manager", first)._take_back("Ya no")
        self._follow(date(2026, 7, 11))

        self.assertEqual((self._limit(), first.state), (40000, "expired"))

    def test_an_expired_application_is_not_approved_by_its_button(self):
        first = self._approved(40000)
        self._approved(45000)

        with self.assertRaisesRegex(UserError, first.name):
            self._as("manager", first).action_approve()

    def test_an_applicant_that_became_a_contact_gets_the_terms_of_its_company(self):
        application = self._evaluated(40000)
        self.prospect.write({"is_company": False, "parent_id": self.customer.id})

        self._as("manager", application).action_approve()
        self.assertEqual(self.customer.credit_limit, 40000)

        self._as("manager", application)._take_back("Ya no")
        self.assertEqual(self.customer.credit_limit, 1000)
