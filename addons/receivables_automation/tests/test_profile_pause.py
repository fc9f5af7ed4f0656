from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from .profile_case import TODAY, FrozenProfileCase


class TestProfilePause(FrozenProfileCase):
    """Nobody reminds a debtor until a day; it ends by itself, or by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector = cls._user(
            "collector", "receivables_automation.group_receivables_user"
        )
        cls._due(10)
        cls.profiles._refresh(cls.customer)
        cls.profile = cls.profiles.search([("partner_id", "=", cls.customer.id)])
        cls.mine = cls.profile.with_user(cls.collector)

    def _pause(self, until, reason="Waits for the delivery note"):
        dialog = self.env["receivables.customer.pause"].with_user(self.collector)
        dialog.with_context(lang="en_US").create(
            {
                "profile_ids": [Command.set(self.mine.ids)],
                "until": until,
                "reason": reason,
            }
        ).action_apply()

    def test_a_collector_pauses_and_ends_it_and_the_customer_s_history_says_why(self):
        until = TODAY + timedelta(days=7)
        self._pause(until)

        self.assertEqual(self.profile.pause_until, until)
        self.assertEqual(self.customer.receivables_pause_until, until)
        note = self.customer.message_ids[0]
        self.assertIn("Waits for the delivery note", note.body)
        self.assertEqual(note.author_id, self.collector.partner_id)
        self.mine.action_resume()
        self.assertFalse(self.profile.pause_until)
        self.assertIn("no longer paused", self.customer.message_ids[0].body)

    def test_a_reason_is_text_not_markup(self):
        self._pause(TODAY, "<b>late</b>")

        self.assertIn("&lt;b&gt;late", self.customer.message_ids[0].body)

    def test_a_pause_lasts_through_its_day_and_no_longer(self):
        self._pause(TODAY)
        self.assertEqual(self.profile.pause_until, TODAY)

        self._on(TODAY + timedelta(days=1))
        self.profile.invalidate_recordset(["pause_until"])
        self.assertFalse(self.profile.pause_until)

    def test_a_day_that_is_over_or_no_reason_is_refused(self):
        with self.assertRaisesRegex(UserError, r"06/29/2026, which is over"):
            self._pause(TODAY - timedelta(days=1))
        with self.assertRaisesRegex(UserError, "Say why"):
            self._pause(TODAY, "  ")
        self.assertFalse(self.customer.receivables_pause_until)

    def test_of_two_companies_only_the_sheet_s_own_rests(self):
        other = self.env["res.company"].create({"name": "Otra"})
        self._pause(date(2026, 7, 31))

        self.assertFalse(self.customer.with_company(other).receivables_pause_until)

    def test_a_salesperson_pauses_nobody(self):
        seller = self._user("seller", "sales_team.group_sale_salesman")
        self.customer.user_id = seller
        theirs = self.profile.with_user(seller)

        for call in (theirs.action_pause, theirs.action_resume):
            with self.assertRaises(AccessError):
                call()
        with self.assertRaises(AccessError):
            theirs._pause(TODAY, "Mine")
