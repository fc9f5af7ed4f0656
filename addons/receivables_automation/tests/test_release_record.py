from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import format_date

from .credit_case import TODAY, CreditCase

GROUP = "receivables_automation.group_receivables_{}".format


class TestReleaseRecord(CreditCase):
    """What asking for a release, giving one and taking it back leave behind."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._user(
            "release_manager", GROUP("manager"), "sales_team.group_sale_manager"
        )
        cls.auditor = cls._user("release_auditor", GROUP("auditor"))
        cls.seller = cls._user("release_seller", "sales_team.group_sale_salesman")
        cls.clerk = cls._user("release_clerk", "account.group_account_invoice")
        cls.customer.user_id = cls.seller
        cls.order = cls._order(1234.56, user_id=cls.seller.id)

    def _release(self, document=None, reason="Avisó su tesorera", **values):
        document = (document or self.order).with_user(self.manager)
        return document._receivables_release(reason, **values)

    def _log(self, **values):
        domain = [("kind", "=", "override"), ("partner_id", "=", self.customer.id)]
        domain += [(name, "=", value) for name, value in values.items()]
        return self.env["receivables.audit"].search(domain, order="id")

    def _day(self, day):
        return format_date(self.env, day)

    def _assert_no_amounts(self, document):
        self.env.flush_all()
        self.env.invalidate_all()
        mine = document.with_user(self.seller)
        words = mine.activity_ids.mapped("note") + mine.message_ids.mapped("body")
        self.assertTrue(any("credit limit does not allow it" in one for one in words))
        for amount in ("1,000", "234.56", "over it"):
            self.assertFalse([one for one in words if amount in one])

    # === WHAT THE DOCUMENT'S HISTORY SAYS ===

    def test_asking_writes_no_amount_on_the_document(self):
        self.order.with_user(self.manager).action_receivables_request_release()

        self._assert_no_amounts(self.order)
        self._release()
        self._assert_no_amounts(self.order)

    def test_what_a_batch_did_not_post_says_why_without_amounts(self):
        good, bad = (
            self._draft(amount, invoice_user_id=self.seller.id)
            for amount in (100, 1234.56)
        )

        (good | bad).with_user(self.clerk).action_post()

        self.assertEqual((good.state, bad.state), ("posted", "draft"))
        self._assert_no_amounts(bad)

    def test_an_amount_among_the_facts_stays_out_of_the_history(self):
        self._set_rules({"kind": "fact", "fact": "open_amount", "threshold": 5})
        self._draft(777).action_post()
        self.env["receivables.profile"]._refresh(self.customer)

        words = self.order._receivables_words_for_all()[self.order.id]

        self.assertIn("Owed", words)
        self.assertNotIn("777", words)

    def test_days_are_written_as_people_write_them(self):
        self._release(valid_until="2026-07-09")
        note = self.order.message_ids[:1].body
        self.assertIn(self._day("2026-07-09"), note)
        grant = (
            self.env["receivables.override.grant"]
            .with_user(self.manager)
            .create(
                {
                    "res_model": "sale.order",
                    "res_ids": self.order.ids,
                    "reason": "Avisó",
                    "valid_until": "2026-06-01",
                }
            )
        )
        with self.assertRaisesRegex(UserError, f"{self._day('2026-06-01')} has passed"):
            grant.action_release()

    # === WHO ASKS ===

    def test_an_auditor_asks_for_nothing(self):
        invoice = self._draft(1234.56)

        with self.assertRaisesRegex(AccessError, "change nothing"):
            invoice.with_user(self.auditor).action_receivables_request_release()

        self.assertFalse(invoice.activity_ids)
        view = invoice.with_user(self.auditor).get_view(view_type="form")
        self.assertNotIn("action_receivables_request_release", view["arch"])
        invoice.with_user(self.clerk).action_receivables_request_release()
        self.assertTrue(invoice.activity_ids)

    # === WHAT THE AUDIT LOG SAYS ===

    def test_a_release_and_its_end_stand_in_the_log(self):
        release = self._release()
        given = self._log()
        self.assertEqual(
            (given.action, given.user_id, given.record_name, given.reason),
            ("create", self.manager, self.order.name, "Avisó su tesorera"),
        )
        self.assertIn("234.56 over it", given.before)
        self.assertIn(f"Released until {self._day('2026-07-15')}", given.after)
        self.assertIn("1234.56 MXN", given.after)
        self.assertEqual(given.company_id, self.company)

        release.with_user(self.manager)._revoke(" No llegó el depósito ")

        taken = self._log() - given
        self.assertEqual(
            (taken.action, taken.before, taken.after, taken.reason),
            ("write", given.after, "Release revoked", "No llegó el depósito"),
        )
        self.assertEqual(
            taken.with_user(self.auditor).action_open_record()["res_id"], release.id
        )

    def test_an_order_confirmed_because_it_is_paid_stands_in_the_log(self):
        self._transaction(1234.56, order=self.order)._check_amount_and_confirm_order()

        self.assertEqual(self.order.state, "sale")
        row = self._log()
        self.assertIn("Paid online", row.after)
        self.assertEqual(row.record_name, self.order.name)

    def test_a_release_is_revoked_with_a_reason_in_a_dialog(self):
        release = self._release().with_user(self.manager)
        with self.assertRaisesRegex(UserError, f"Write why.*{self.order.name}"):
            release._revoke("  ")
        with self.assertRaises(AccessError):
            release.with_user(self.seller).action_revoke()
        action = release.action_revoke()
        dialog = (
            self.env[action["res_model"]]
            .with_user(self.manager)
            .with_context(**action["context"])
            .create({"reason": "No llegó el depósito"})
        )

        dialog.action_apply()

        self.assertEqual(release.revoke_reason, "No llegó el depósito")
        self.assertIn("No llegó el depósito", self.order.message_ids[:1].body)

    def test_releases_carry_the_suite_s_clock(self):
        release = self._release()
        release.with_user(self.manager)._revoke("Error")

        self.assertEqual((release.date.date(), release.revoked_on.date()), (TODAY,) * 2)
