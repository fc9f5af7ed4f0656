from datetime import date

from odoo.exceptions import ValidationError

from .credit_application_case import CreditApplicationCase


class TestCreditApplicationTime(CreditApplicationCase):
    """Expiry, periodic reviews and the company's own date."""

    def _follow(self, day):
        self._on(day)
        self.env["receivables.credit.application"]._follow_day(self.company)

    def test_an_approval_that_ends_gives_back_the_terms_from_before(self):
        self.prospect.credit_limit = 700
        application = self._evaluated(40000, valid_until="2026-12-31")
        self._as("manager", application).action_approve()

        self._follow(date(2026, 12, 31))
        self.assertEqual(self.prospect.credit_limit, 40000)
        self._follow(date(2027, 1, 1))

        self.assertEqual(self.prospect.credit_limit, 700)
        self.assertEqual(application.state, "expired")

    def test_an_approval_that_ends_leaves_what_somebody_changed_since(self):
        application = self._evaluated(40000, valid_until="2026-12-31")
        self._as("manager", application).action_approve()
        self.prospect.credit_limit = 55000

        self._follow(date(2027, 1, 1))

        self.assertEqual(self.prospect.credit_limit, 55000)
        self.assertEqual(application.state, "expired")

    def test_a_review_is_asked_for_once_on_its_day(self):
        application = self._evaluated(40000, user_id=self.users["collector"].id)
        self._as("manager", application).action_approve()

        self._follow(date(2026, 12, 29))
        self.assertFalse(application.sudo().activity_ids)
        self._follow(date(2026, 12, 30))
        self._follow(date(2026, 12, 31))

        activity = application.sudo().activity_ids
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.users["collector"])

    def test_a_review_waits_until_there_is_somebody_to_tell(self):
        application = self._evaluated(40000, user_id=False)
        self._as("manager", application).action_approve()
        self.users["manager"].active = False

        self._follow(date(2026, 12, 30))
        self.assertFalse(application.review_noted_on)
        self.prospect.with_company(self.company).receivables_collector_id = self.users[
            "collector"
        ]
        self._follow(date(2026, 12, 31))
        self._follow(date(2027, 1, 1))

        activity = application.sudo().activity_ids
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.users["collector"])
        self.assertEqual(application.review_noted_on, date(2026, 12, 31))

    def test_whoever_approved_is_told_of_an_end_that_nobody_else_sees(self):
        application = self._evaluated(40000, user_id=False, valid_until="2026-12-31")
        self._as("manager", application).action_approve()

        self._follow(date(2027, 1, 1))

        activity = application.sudo().activity_ids
        self.assertEqual(activity.user_id, self.users["manager"])

    def test_a_review_starts_from_the_same_papers(self):
        application = self._evaluated(40000)
        self._as("manager", application).action_approve()

        action = self._as("collector", application).action_renew()

        renewed = application.browse(action["res_id"])
        self.assertEqual(renewed.state, "draft")
        self.assertEqual(len(renewed.reference_ids), 3)
        self.assertEqual(set(renewed.reference_ids.mapped("verdict")), {"none"})
        self.assertFalse(renewed.granted_limit or renewed.decided_by_id)

    def test_a_forgotten_draft_expires_and_makes_room_for_another(self):
        application = self._application()
        self.env.cr.execute(
            "UPDATE receivables_credit_application SET write_date = %s WHERE id = %s",
            ("2026-05-30 12:00:00", application.id),
        )
        application.invalidate_recordset()

        self._follow(date(2026, 6, 29))
        self.assertEqual(application.state, "draft")
        self._follow(date(2026, 6, 30))

        self.assertEqual(application.state, "expired")
        self._application()

    def test_a_tier_needs_somebody(self):
        with self.assertRaises(ValidationError):
            self.env["receivables.credit.tier"].create(
                {"name": "Nadie", "amount_up_to": 10}
            )
