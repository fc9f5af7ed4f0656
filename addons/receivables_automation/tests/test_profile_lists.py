from datetime import timedelta

from odoo.fields import Command

from odoo.addons.receivables_automation.core.segment_explanation import Leaf

from .profile_case import TODAY, FrozenProfileCase


class TestProfileLists(FrozenProfileCase):
    """Behind each figure stand the rows that it counts, neither more nor fewer."""

    def _listed(self, profile, bucket=None):
        action = profile.with_context(receivables_bucket=bucket).action_open_items()
        return self.env["account.move.line"].search(action["domain"])

    def _evidence(self, profile, fact, sign=">", value=0):
        return profile._evidence(Leaf(fact, sign, value))

    # === WHOSE ===

    def test_a_child_that_is_a_debtor_of_its_own_is_not_in_its_parent_s_lists(self):
        child = self._customer("Filial", parent_id=self.customer.id)
        contact = self._customer("Pagos", parent_id=self.customer.id, is_company=False)
        contact.active = False
        own = self._items(self._due(100))
        self._invoice(child, 900, TODAY - timedelta(days=9), invoice_date=TODAY)
        self._pay(child, 50, when=TODAY)
        through = self._items(self._opening(30, contact))
        profile = self._profile()

        self.assertEqual(self._listed(profile), own | through)
        self.assertEqual(profile.open_amount, 130)
        days = profile.days_since_invoice
        self.assertGreater(days, 30)
        self.assertFalse(self._evidence(profile, "days_since_invoice", ">", days - 1))
        self.assertEqual(self._evidence(profile, "days_since_invoice", "<=", days), own)
        self.assertFalse(self._evidence(profile, "days_since_payment", "<=", 9))

    # === WHAT IS OWED ===

    def test_what_is_owed_without_an_invoice_is_behind_the_figures_too(self):
        opening = self._items(self._opening(500))
        returned = self.env["account.payment"].create(
            {
                "payment_type": "outbound",
                "partner_type": "customer",
                "partner_id": self.customer.id,
                "amount": 20,
                "date": TODAY,
                "journal_id": self.bank.id,
            }
        )
        returned.action_post()
        paid_out = self._items(returned.move_id)
        self._pay(self.customer, 7, when=TODAY)
        profile = self._profile()
        both = opening | paid_out

        self.assertEqual((profile.open_amount, profile.open_item_count), (520, 2))
        for fact, value, items in (
            ("open_amount", 0, both),
            ("open_item_count", 1, both),
            ("overdue_amount", 0, opening),
            ("amount_31_60", 0, opening),
            ("amount_not_due", 0, paid_out),
            ("days_overdue_oldest", 40, opening),
        ):
            with self.subTest(fact):
                self.assertEqual(self._evidence(profile, fact, ">", value), items)

    def test_what_a_credit_note_settled_in_part_is_partly_paid(self):
        invoice = self._due(40)
        self._credit_note(invoice, 30, TODAY)
        profile = self._profile()

        self.assertEqual(profile.partial_item_count, 1)
        self.assertEqual(
            self._evidence(profile, "partial_item_count"), self._items(invoice)
        )

    def test_a_paid_instalment_of_what_is_still_owed_is_no_invoice_paid(self):
        paid = self._paid(TODAY - timedelta(days=60), 3)
        term = self.env["account.payment.term"].create(
            {
                "name": "Dos partes",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": days}
                    )
                    for days in (10, 40)
                ],
            }
        )
        invoice = self._due(
            50, 1000, invoice_payment_term_id=term.id, invoice_date_due=False
        )
        first, second = self._items(invoice)
        self._pay(self.customer, 500, [(first, 500)], TODAY - timedelta(days=30))
        profile = self._profile()

        self.assertEqual(profile.paid_invoice_count, 1)
        found = self._evidence(profile, "paid_invoice_count")
        self.assertEqual(found, self._items(paid))
        self._pay(self.customer, 500, [(second, 500)], TODAY - timedelta(days=10))
        found = self._profile()._evidence(Leaf("paid_invoice_count", ">", 0))
        self.assertEqual(found, self._items(paid) | first | second)

    # === DATES AND ACCOUNTS ===

    def test_without_a_due_date_an_entry_is_due_on_its_own(self):
        item = self._items(self._opening(500))
        profile = self._profile()

        self.assertFalse(item.date_maturity)
        self.assertEqual(item.receivables_days_overdue, 50)
        self.assertEqual(self._listed(profile, "amount_31_60"), item)
        self.assertFalse(self._listed(profile, "amount_1_30"))
        lines = self.env["account.move.line"]
        own = [("id", "=", item.id)]
        for days in ([("receivables_days_overdue", "in", [50])],):
            self.assertEqual(lines.search(own + days), item)

    def test_what_is_owed_on_an_archived_account_is_listed(self):
        entry = self._opening(500, date_maturity=TODAY + timedelta(days=3))
        item = self._items(entry)
        account = item.account_id.copy({"code": "105.99.01"})
        item.account_id = account
        account.active = False
        page = self.env["receivables.front.page"]
        profile = self._profile()

        self.assertEqual(profile.open_amount, 500)
        self.assertEqual(self._listed(profile), item)
        self.assertIn(account, self.env["account.move.line"]._receivables_accounts())
        amount, count = page._due_soon()
        self.assertEqual((amount, count), (500, 1))

    def test_what_falls_due_soon_is_so_without_a_due_date(self):
        self._items(self._opening(500, day=TODAY))

        self.assertEqual(self.env["receivables.front.page"]._due_soon(), (500, 1))

    def test_a_bucket_counts_days_in_the_profile_s_company(self):
        # Noon in Mexico is tomorrow on Kiritimati.
        self.company.partner_id.tz = "Pacific/Kiritimati"
        item = self._items(self._due(0))
        other = self.env["res.company"].create({"name": "Otra"})
        self.env.user.company_ids |= other
        profile = self._profile()
        self.assertEqual(profile.amount_1_30, 100)

        elsewhere = profile.with_context(
            allowed_company_ids=(other | self.company).ids,
            receivables_bucket="amount_1_30",
        )
        action = elsewhere.action_open_items()

        lines = elsewhere.env["account.move.line"]
        self.assertEqual(lines.search(action["domain"]), item)
