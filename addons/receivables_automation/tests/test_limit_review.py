from datetime import date, datetime, time

from odoo.exceptions import AccessError

from .credit_application_case import CreditApplicationCase
from .credit_case import TODAY

MADE = date(2026, 1, 10)


class TestLimitReview(CreditApplicationCase):
    """A limit that nobody approved by an application comes to review all the same."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector = cls.users["collector"]
        cls.customer.receivables_collector_id = cls.collector
        cls.customer.email = "pagos@aguila.example"
        cls._age(cls.customer)
        cls.reviews = cls.env["receivables.limit.review"]

    @classmethod
    def _age(cls, customers, day=MADE):
        """Have contacts made on a day, before the audit log knew anything of them."""
        cls.env.flush_all()
        cls.env.cr.execute(
            "ALTER TABLE receivables_audit DISABLE TRIGGER USER;"
            "DELETE FROM receivables_audit WHERE partner_id IN %(ids)s;"
            "ALTER TABLE receivables_audit ENABLE TRIGGER USER;"
            "UPDATE res_partner SET create_date = %(at)s WHERE id IN %(ids)s",
            {"ids": tuple(customers.ids), "at": datetime.combine(day, time(18))},
        )
        cls.env.invalidate_all()

    def _follow(self, day, company=None):
        """Run the day's job; return the company's open reviews."""
        company = company or self.company
        self._on(day)
        applications = self.env["receivables.credit.application"]
        applications.with_company(company)._follow_day(company)
        return self.reviews.search(
            [("company_id", "=", company.id), ("state", "=", "open")]
        )

    def _keep(self, by="collector"):
        customer = self._as(by, self._fresh())
        customer._receivables_keep_limit(self.company, "Sigue bien")

    def test_an_old_limit_is_told_once_to_the_collector(self):
        self.assertFalse(self._follow(date(2026, 7, 9)))

        review = self._follow(date(2026, 7, 10))
        self.assertEqual(review.partner_id, self.customer)
        self.assertEqual(review.due_on, date(2026, 7, 10))
        self.assertEqual(review.activity_ids.user_id, self.collector)
        self.assertIn("Águila", review.activity_ids.summary)

        review.activity_ids.unlink()
        self.assertEqual(self._follow(date(2026, 7, 11)), review)
        self.assertFalse(review.activity_ids, "not a second time")

    def test_a_change_of_the_limit_counts_from_its_day(self):
        self._follow(date(2026, 7, 10))
        self._on(date(2026, 8, 1))

        self._as("manager", self.customer)._receivables_set_limit(
            self.company, 900, "Paga tarde"
        )

        review = self.reviews.search([("partner_id", "=", self.customer.id)])
        self.assertEqual((review.state, review.closed_on), ("closed", date(2026, 8, 1)))
        self.assertFalse(review.activity_ids)
        self.assertFalse(self._follow(date(2027, 1, 31)))
        self.assertTrue(self._follow(date(2027, 2, 1)))

    def test_keeping_the_limit_is_the_review(self):
        self._follow(date(2026, 7, 10))

        self._keep()

        self.assertFalse(self._follow(date(2026, 7, 11)))
        self.assertFalse(self._follow(date(2027, 1, 9)))
        self.assertTrue(self._follow(date(2027, 1, 10)))

    def test_the_dialog_of_the_task_keeps_it(self):
        review = self._follow(date(2026, 7, 10)).with_user(self.collector)
        action = review.action_review()
        self.assertEqual(review.credit_limit, 1000)
        dialogs = self.env[action["res_model"]].with_user(self.collector)

        dialogs.with_context(**action["context"]).create(
            {"reason": "Sigue bien"}
        ).action_keep()

        self.assertEqual(review.state, "closed")

    def test_the_list_of_customers_finds_them(self):
        self._invoice(self.customer, 100)
        other = self._customer("Al día", credit_limit=500)
        self._invoice(other, 100)
        self.env["receivables.profile"]._refresh()
        self._follow(date(2026, 7, 10))
        self.env.invalidate_all()
        waits = ("receivables_limit_review_on", "!=", False)
        both = self.customer | other

        for name in ("collector", "auditor"):
            partners = self.env["res.partner"].with_user(self.users[name])
            own = [("id", "in", both.ids)]
            self.assertEqual(partners.search([waits, *own]), self.customer)
            without = [("receivables_limit_review_on", "=", False), *own]
            self.assertEqual(partners.search(without), other)
            profiles = self.env["receivables.profile"].with_user(self.users[name])
            found = profiles.search([("limit_review_on", "!=", False)])
            self.assertEqual(found.partner_id, self.customer)
            self.assertEqual(found.limit_review_on, date(2026, 7, 10))
            without = profiles.search([("limit_review_on", "=", False)])
            self.assertEqual(without.partner_id, other)
        seller = self._as("seller", self.reviews)
        with self.assertRaises(AccessError):
            seller.search([])

    def test_who_has_no_limit_of_their_own_needs_no_review(self):
        self.customer.credit_limit = 0
        usual = self._customer("Usual")
        self.env["ir.default"].set(
            "res.partner", "credit_limit", 300, company_id=self.company.id
        )
        self._age(self.customer | usual)
        self.assertEqual(usual.credit_limit, 300)

        self.assertFalse(self._follow(date(2026, 12, 1)))

    def test_an_approved_application_brings_its_own_review(self):
        application = self._evaluated(2000, partner=self.customer)
        self._as("manager", application).action_approve()
        self._age(self.customer)

        self.assertFalse(self._follow(date(2026, 7, 10)))

    def test_whoever_evaluated_the_application_is_told(self):
        application = self._application(
            partner=self.customer, user_id=self.users["director"].id
        )
        application.action_send()
        self._as("manager", application)._reject("Sin referencias")

        review = self._follow(date(2026, 7, 10))

        self.assertEqual(review.activity_ids.user_id, self.users["director"])

    def test_without_anybody_it_waits_until_somebody_answers_for_the_customer(self):
        self.customer.receivables_collector_id = False
        review = self._follow(date(2026, 7, 10))
        self.assertFalse(review.activity_ids)

        self.customer.receivables_collector_id = self.collector
        self._follow(date(2026, 7, 11))

        self.assertEqual(review.activity_ids.user_id, self.collector)

    def test_a_policy_without_reviews_or_limit_ends_them(self):
        review = self._follow(date(2026, 7, 10))
        own = self.env["receivables.policy"].create(
            {"name": "Contado", "credit": "cash_only", "review_months": 1}
        )
        self.customer.receivables_policy_id = own

        self.assertFalse(self._follow(date(2026, 7, 11)))
        self.assertEqual(review.state, "closed")
        self.assertFalse(review.activity_ids)

    def test_two_companies_review_by_their_own_policies(self):
        other = self.env["res.company"].create({"name": "Otra"})
        self.env.user.company_ids |= other
        there = self.env["receivables.policy"].create(
            {"name": "Trimestral", "company_id": other.id, "review_months": 3}
        )
        other.receivables_policy_id = there
        self.customer.with_company(other).credit_limit = 50
        self._age(self.customer)

        self.assertFalse(self._follow(date(2026, 4, 10)))
        self.assertEqual(
            self._follow(date(2026, 4, 10), other).partner_id, self.customer
        )
        self._keep()
        self.assertTrue(self._follow(date(2026, 4, 11), other), "kept in another one")
        self.env["receivables.credit.application"]._cron_follow()
        self.assertFalse(self.reviews.search([("company_id", "=", self.company.id)]))

    def test_the_day_is_the_company_s(self):
        self.customer.credit_limit = 1100
        # 23:30 of the day before in Monterrey.
        self.env.cr.execute(
            "ALTER TABLE receivables_audit DISABLE TRIGGER USER;"
            "UPDATE receivables_audit SET date = '2026-01-10 05:30:00'"
            " WHERE partner_id = %s;"
            "ALTER TABLE receivables_audit ENABLE TRIGGER USER",
            (self.customer.id,),
        )

        self.assertEqual(self._follow(date(2026, 7, 9)).due_on, date(2026, 7, 9))

    def test_a_merge_leaves_one_review(self):
        other = self._customer("Águila", credit_limit=10)
        self._age(other)
        reviews = self._follow(date(2026, 7, 10))
        self.assertEqual(len(reviews), 2)

        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.customer | other).ids, other)
        reviews.invalidate_recordset()

        self.assertEqual(reviews.partner_id, other)
        self.assertEqual(sorted(reviews.mapped("state")), ["closed", "open"])

    def test_many_customers_take_the_queries_of_one(self):
        counts = []
        for some in (1, 60):
            customers = self.env["res.partner"].create(
                [
                    {
                        "name": f"Cliente {number}",
                        "credit_limit": 5,
                        "receivables_collector_id": self.collector.id,
                    }
                    for number in range(some)
                ]
            )
            self._age(customers)
            self._on(TODAY.replace(month=12))
            before = self.env.cr.sql_log_count
            self.reviews._evaluate(self.company)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)

        self.assertEqual(len(self.reviews.search([("state", "=", "open")])), 62)
        self.assertLessEqual(counts[1], counts[0] + 3, counts)
