from datetime import date, timedelta

from .profile_case import TODAY, FrozenProfileCase


class TestProfileContact(FrozenProfileCase):
    """When and how a debtor was last spoken to."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._due(10)
        cls.profiles._refresh(cls.customer)
        cls.profile = cls.profiles.search([("partner_id", "=", cls.customer.id)])

    def _notice(self, day, **values):
        return self.env["receivables.dunning.notice"].create(
            {
                "company_id": self.company.id,
                "partner_id": self.customer.id,
                "currency_id": self.company.currency_id.id,
                "channel": "email",
                "date": day,
                "state": "sent",
                **values,
            }
        )

    def _promise(self, **values):
        return self.env["receivables.promise"].create(
            {
                "partner_id": self.customer.id,
                "amount": 50,
                "date_promised": TODAY + timedelta(days=3),
                **values,
            }
        )

    def _last(self, profile=None):
        profile = (profile or self.profile).with_context(lang="en_US")
        profile.invalidate_recordset(["last_contact"])
        return profile.last_contact

    def test_nobody_was_spoken_to(self):
        self.assertFalse(self._last())

    def test_the_latest_counts_whatever_it_was(self):
        self._notice(TODAY - timedelta(days=9))
        self.assertEqual(self._last(), "Reminder (Email), 06/21/2026")
        self._promise(channel="phone", made_on=TODAY - timedelta(days=4))
        self.assertEqual(self._last(), "Promise (Phone), 06/26/2026")
        self._notice(TODAY - timedelta(days=6))
        self.assertEqual(self._last(), "Promise (Phone), 06/26/2026")
        self.env["receivables.dispute"].create(
            {
                "move_id": self.invoice.id,
                "amount": 10,
                "reason_id": self.env["receivables.dispute.reason"].search([])[0].id,
            }
        )
        self.assertEqual(self._last(), "Case opened, 06/30/2026")

    def test_what_never_left_or_was_taken_back_is_no_contact(self):
        self._notice(TODAY, state="planned")
        self._notice(TODAY - timedelta(days=1), state="failed")
        promise = self._promise(made_on=TODAY)
        self.assertTrue(self._last())
        promise._move("cancelled", cancel_reason="A mistake")

        self.assertFalse(self._last())

    def test_a_salesperson_reads_it_of_own_customers_without_rights_to_notices(self):
        self._notice(date(2026, 6, 20))
        seller = self._user("seller", "sales_team.group_sale_salesman")
        self.customer.user_id = seller

        mine = self.profile.with_user(seller)

        self.assertFalse(
            self.env["receivables.dunning.notice"].with_user(seller).has_access("read")
        )
        self.assertIn("06/20/2026", self._last(mine))

    def test_of_another_company_it_is_no_contact_and_many_cost_one_query(self):
        other = self.env["res.company"].create({"name": "Otra"})
        self._notice(TODAY, company_id=other.id)
        customers = [self._customer(f"Cliente {number}") for number in range(6)]
        self._invoices([(one, 100, TODAY) for one in customers])
        self.profiles._refresh()
        every = self.profiles.search([("company_id", "=", self.company.id)])
        self.assertFalse(self._last())

        def queries(some):
            some.invalidate_recordset(["last_contact"])
            some.mapped("partner_id.name")
            before = self.env.cr.sql_log_count
            some.mapped("last_contact")
            return self.env.cr.sql_log_count - before

        queries(every)
        self.assertEqual(queries(every), queries(every[:2]))
