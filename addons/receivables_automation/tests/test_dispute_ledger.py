from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from .profile_case import TODAY, FrozenProfileCase


class TestDisputeLedger(FrozenProfileCase):
    """What of a case is open is one figure, on its screen, in holds and profiles."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, lang="en_US"))
        group = "receivables_automation.group_receivables_{}".format
        cls.collector = cls._user("collector", group("user"))
        cls.other_collector = cls._user("other", group("user"))
        cls.seller = cls._user("seller", "sales_team.group_sale_salesman")
        cls.customer.user_id = cls.seller
        cls.stranger = cls._customer("Herrajes La Cañada")
        cls.reason = cls.env.ref(
            "receivables_automation.receivables_dispute_reason_price"
        )
        cls.invoice = cls._due(10, 1_000)
        cls.item = cls._items(cls.invoice)

    def _dispute(self, amount, document=None):
        return self.env["receivables.dispute"].create(
            {
                "move_id": (document or self.invoice).id,
                "amount": amount,
                "reason_id": self.reason.id,
            }
        )

    def _refused(self, amount, words):
        with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
            self._dispute(amount)

    def _accepted(self, amount, document=None):
        case = self._dispute(amount, document)
        case._close("accepted", "Tiene razón")
        return case

    def _entry(self, amount=500):
        """Return an opening entry: what the customer owed in the former system."""
        entry = self.env["account.move"].create(
            {
                "partner_id": self.customer.id,
                "date": TODAY,
                "journal_id": self._general().id,
                "line_ids": self._sides(amount),
            }
        )
        entry.action_post()
        # As its import leaves it: a customer's debt is followed up.
        self._items(entry).no_followup = False
        return entry

    def _general(self):
        return self.env["account.journal"].search(
            [("type", "=", "general"), ("company_id", "=", self.company.id)], limit=1
        )

    def _sides(self, amount):
        """Return the lines that make the customer owe ``amount``, or less if < 0."""
        income = self.env["account.account"].search(
            [("account_type", "=", "income"), ("company_ids", "=", self.company.id)],
            limit=1,
        )
        receivable = self.customer.property_account_receivable_id
        return [
            Command.create(
                {
                    "account_id": account.id,
                    "partner_id": self.customer.id,
                    "balance": balance,
                    "date_maturity": TODAY,
                }
            )
            for account, balance in ((receivable, amount), (income, -amount))
        ]

    def _credit(self, entry, amount):
        """Correct an opening entry by another entry."""
        correction = self.env["account.move"].create(
            {
                "date": TODAY,
                "journal_id": self._general().id,
                "line_ids": self._sides(-amount),
            }
        )
        correction.action_post()
        (self._items(entry) | self._items(correction)).reconcile()

    def _codes(self, items):
        holds = items._receivables_hold_reasons(TODAY)
        return [code for item in items for code, _text, _record in holds[item.id]]

    def _disputed(self, items):
        return sum(float(row[1]) for row in items._receivables_disputed().values())

    def test_an_accepted_part_is_not_credited_twice(self):
        case = self._accepted(1_000)
        self.assertEqual(case.credit_note_id.state, "draft")

        self._refused(1_000, "0.00 is owed of it")

        case.credit_note_id.unlink()
        self._dispute(1_000)

    def test_what_is_accepted_leaves_the_rest_to_be_disputed(self):
        self._accepted(300)
        self._refused(700.01, "700.00 is owed of it")
        self._dispute(700)

    def test_a_posted_credit_note_leaves_nothing_open_of_its_case(self):
        case = self._accepted(300)
        self.assertEqual(case.amount_open, 300)
        case.credit_note_id.action_post()

        self.assertEqual(case.amount_open, 0)
        self.assertEqual(self._profile().open_dispute_amount, 0)

    def test_cases_share_what_is_left_the_oldest_first(self):
        first, second = self._dispute(600), self._dispute(400)
        self._pay(self.customer, 500, [(self.item, 500)], TODAY)

        self.assertEqual((first.amount_open, second.amount_open), (500, 0))
        self.assertEqual(self._profile().open_dispute_amount, 500)
        first._close("rejected", "No procede")
        self.assertEqual((first.amount_open, second.amount_open), (0, 400))

    def test_an_accepted_part_of_an_entry_is_held_until_it_is_credited(self):
        entry = self._entry()
        case = self._accepted(500, entry)
        self.assertFalse(case.credit_note_id)
        self.assertTrue(case.is_to_correct)
        self.assertEqual(self._codes(self._items(entry)), ["disputed"])
        [(_code, text, _record)] = self._items(entry)._receivables_hold_reasons(TODAY)[
            self._items(entry).id
        ]
        self.assertIn("have the entry corrected", text)

        self._credit(entry, 200)
        self.assertEqual(case.amount_open, 300)
        self._credit(entry, 300)
        self.assertEqual((case.amount_open, case.is_to_correct), (0, False))

    def test_what_is_paid_of_an_entry_corrects_nothing(self):
        entry = self._entry()
        case = self._accepted(200, entry)
        self._pay(self.customer, 250, [(self._items(entry), 250)], TODAY)

        self.assertEqual(case.amount_open, 200)
        self.assertEqual(self._disputed(self._items(entry)), 200)

    def test_two_accepted_cases_of_an_entry_are_corrected_one_after_the_other(self):
        entry = self._entry()
        first, second = self._accepted(200, entry), self._accepted(100, entry)
        self._credit(entry, 250)

        self.assertEqual((first.amount_open, second.amount_open), (0, 50))

    def test_what_corrects_one_case_of_an_entry_corrects_no_other(self):
        entry = self._entry()
        first, second = self._accepted(120, entry), self._accepted(100, entry)
        self._credit(entry, 90)
        self.assertEqual((first.amount_open, second.amount_open), (30, 100))

        first.with_user(self.collector).action_mark_corrected()

        self.assertEqual((first.amount_open, second.amount_open), (0, 100))

    def test_a_collector_says_that_an_entry_is_corrected(self):
        entry = self._entry()
        case = self._accepted(500, entry)
        with self.assertRaisesRegex(AccessError, "Only collectors"):
            case.with_user(self.seller).with_context(
                lang="en_US"
            ).action_mark_corrected()
        with self.assertRaises(AccessError):
            case.with_user(self.collector).is_corrected = True

        case.with_user(self.collector).action_mark_corrected()

        self.assertEqual((case.amount_open, case.is_to_correct), (0, False))
        self.assertFalse(self._codes(self._items(entry)))
        self._dispute(500, entry)

    def test_the_form_tells_nothing_of_a_foreign_document(self):
        foreign = self._invoice(self.stranger, 2_222, TODAY)
        model = self.env["receivables.dispute"].with_user(self.seller)
        fields = {"amount": {}, "amount_open": {}, "partner_id": {}}
        values = {"move_id": foreign.id, "amount": 9_999_999}
        for changed in (["move_id"], ["reason_id"], ["description"]):
            with self.subTest(changed), self.assertRaises(AccessError):
                model.onchange(values, changed, fields)
        with self.assertRaises(AccessError):
            model.with_context(default_move_id=foreign.id).onchange({}, [], fields)

        own = model.onchange({"move_id": self.invoice.id}, ["move_id"], fields)
        self.assertEqual(own["value"]["amount"], 1_000)

    def test_the_form_tells_nothing_of_another_company_s_document(self):
        other = self.env["res.company"].create({"name": "Otra"})
        foreigner = self._user(
            "foreigner",
            "receivables_automation.group_receivables_user",
            companies=other,
        )
        model = self.env["receivables.dispute"].with_user(foreigner)
        with self.assertRaises(AccessError):
            model.with_context(allowed_company_ids=other.ids).onchange(
                {"move_id": self.invoice.id}, ["move_id"], {"amount": {}}
            )

    def test_an_answer_in_the_making_is_its_author_s(self):
        case = self._dispute(50)
        dialog = (
            self.env["receivables.dispute.close"]
            .with_user(self.collector)
            .create({"dispute_id": case.id, "state": "rejected", "answer": "No"})
        )
        for user in (self.other_collector, self.seller):
            with self.subTest(user.login), self.assertRaises(AccessError):
                dialog.with_user(user).read(["answer"])

    def test_its_name_is_in_the_reader_s_language(self):
        self.env["res.lang"]._activate_lang("es_MX")
        self.reason.with_context(lang="es_MX").name = "Precio o descuento"
        case = self._dispute(50)

        self.assertIn("Price or discount", case.display_name)
        spanish = case.with_context(lang="es_MX")
        self.assertIn("Precio o descuento", spanish.display_name)
        self.reason.name = "Price"
        self.assertTrue(case.display_name.endswith(": Price"))
