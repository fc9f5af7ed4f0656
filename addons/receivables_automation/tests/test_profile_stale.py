from datetime import date, timedelta

from odoo.fields import Datetime

from .profile_case import TODAY, FrozenProfileCase


class TestProfileStale(FrozenProfileCase):
    """Who changed is computed anew; whoever did not is left alone."""

    def setUp(self):
        super().setUp()
        self.stale = self.env["receivables.profile.stale"]
        self.stale.search([]).unlink()

    def _noted(self):
        """Return whose ledger changed since the last call, and forget it."""
        rows = self.stale.search([("company_id", "=", self.company.id)])
        partners = rows.partner_id
        rows.unlink()
        return partners

    def test_what_changes_a_debt_is_noted(self):
        invoice = self._invoice(self.customer)
        self.assertEqual(self._noted(), self.customer, "posted")

        item = self._items(invoice)
        self._pay(self.customer, 100, [(item, 100)])
        self.assertEqual(self._noted(), self.customer, "paid")

        item.remove_move_reconcile()
        self.assertEqual(self._noted(), self.customer, "payment taken off")

        item.date_maturity = date(2026, 5, 5)
        self.assertEqual(self._noted(), self.customer, "due date moved")

        invoice.button_draft()
        self.assertEqual(self._noted(), self.customer, "back to draft")

    def test_what_changes_no_debt_is_not_noted(self):
        bill = self._invoice(self.customer, move_type="in_invoice")
        draft = self.env["account.move"].create(
            {"move_type": "out_invoice", "partner_id": self.customer.id}
        )
        draft.button_cancel()
        bill.button_draft()

        self.assertFalse(self._noted())

    def test_an_item_on_another_account_is_noted_before_and_after(self):
        entry = self._opening(500)
        self.assertEqual(self._noted(), self.customer)
        item = self._items(entry)
        account = item.account_id

        item.account_id = entry.line_ids.filtered("credit").account_id
        self.assertEqual(self._noted(), self.customer, "away from the receivables")
        item.account_id = account
        self.assertEqual(self._noted(), self.customer, "and back")

    def test_a_payment_of_another_customer_in_draft_is_money_no_more(self):
        invoice = self._invoice(self.customer)
        payer = self._customer("Paga por él")
        payment = self._pay(payer, 100)
        (self._items(payment.move_id) | self._items(invoice)).reconcile()
        self._noted()

        payment.move_id.button_draft()

        self.assertEqual(self._noted(), self.customer | payer)

    def test_a_company_that_becomes_a_contact_owes_as_its_parent(self):
        head = self._customer("Matriz")
        self._invoice(self.customer, 100, TODAY - timedelta(days=3))
        self.profiles._refresh(self.customer)
        self._noted()

        self.customer.write({"is_company": False, "parent_id": head.id})
        self.assertEqual(
            self.stale.search([("company_id", "=", self.company.id)]).partner_id,
            self.customer | head,
        )
        self.stale._refresh_some(10)
        self.assertEqual(self._profile(refresh=False).open_amount, 0)
        self.assertEqual(self._profile(head, refresh=False).open_amount, 100)

        self._noted()
        self.customer.write({"is_company": True})
        self._noted()
        self.customer.write({"is_company": True, "parent_id": head.id})
        self.assertFalse(self._noted(), "a company of its own stays so")

    def test_a_contact_that_becomes_a_company_owes_by_itself(self):
        contact = self._customer("Pagos", parent_id=self.customer.id, is_company=False)
        self._opening(500, contact)
        self.profiles._refresh(self.customer)
        self._noted()

        contact.is_company = True
        self.stale._refresh_some(10)

        self.assertEqual(self._profile(refresh=False).open_amount, 0)
        self.assertEqual(self._profile(contact, refresh=False).open_amount, 500)

    def test_the_job_computes_who_changed(self):
        self._invoice(self.customer, 100, TODAY - timedelta(days=3))
        quiet = self._customer("Quieto")

        with self.enter_registry_test_mode():
            self.env.ref(
                "receivables_automation.ir_cron_profile_stale"
            ).method_direct_trigger()

        self.assertEqual(self._profile(refresh=False).overdue_amount, 100)
        self.assertFalse(self._profile(quiet, refresh=False))
        self.assertFalse(self.stale.search([("company_id", "=", self.company.id)]))

    def test_the_job_works_in_batches_and_takes_each_debtor_once(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Deudor {number}"} for number in range(5)]
        )
        self.stale.create(
            [
                {"company_id": self.company.id, "partner_id": partner.id}
                for partner in [*partners, *partners]
            ]
        )

        self.assertEqual(self.stale._refresh_some(3), 3)
        self.assertEqual(len(self.stale.search([]).partner_id), 2)
        self.assertEqual(self.stale._refresh_some(3), 2)
        self.assertEqual(self.stale._refresh_some(3), 0)

    def test_a_new_day_makes_everybody_s_ages_count_anew(self):
        self.company.partner_id.tz = "America/Mexico_City"
        self._invoice(self.customer, 100, TODAY)
        self.assertEqual(self._profile().overdue_amount, 0)
        job = self.env.ref("receivables_automation.ir_cron_profile_night")

        # Midnight in UTC is still the day before in Mexico.
        for moment, expected in (
            ("2026-07-01 05:59:00", 0),
            ("2026-07-01 06:01:00", 100),
        ):
            self.patch(
                self.registry["res.company"],
                "_receivables_now",
                lambda company, moment=moment: Datetime.to_datetime(moment),
            )
            with self.enter_registry_test_mode():
                job.method_direct_trigger()
            self.env.invalidate_all()
            profile = self._profile(refresh=False)
            self.assertEqual(profile.overdue_amount, expected)

    def test_merged_customers_become_one_debtor(self):
        twin = self._customer("El Águila (repetido)")
        self._invoice(self.customer, 100, TODAY - timedelta(days=3))
        self._invoice(twin, 50, TODAY - timedelta(days=3))
        self._on(TODAY - timedelta(days=9))
        self.profiles._refresh(twin)
        self._on(TODAY)
        self.profiles._refresh()
        self._noted()

        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.customer | twin).ids, self.customer
        )

        self.assertEqual(self._noted(), self.customer)
        history = self.env["receivables.segment.history"].search(
            [("partner_id", "=", self.customer.id)]
        )
        self.assertEqual(history.mapped("date"), [TODAY, TODAY - timedelta(days=9)])
        profile = self._profile()
        self.assertEqual(profile.open_amount, 150)
        self.assertEqual(len(profile), 1)

    def test_a_new_collector_is_on_the_profile_at_once(self):
        self._invoice(self.customer)
        profile = self._profile()
        collector = self._user(
            "collector", "receivables_automation.group_receivables_user"
        )

        self.customer.receivables_collector_id = collector
        self.assertEqual(profile.collector_id, collector)

        self.assertEqual(self._profile().collector_id, collector)
        self.customer.receivables_collector_id = False
        self.assertFalse(self._profile().collector_id)
