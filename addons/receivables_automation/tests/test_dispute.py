from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from .profile_case import TODAY, FrozenProfileCase


class TestDispute(FrozenProfileCase):
    """A case leaves its part alone, has an owner and an end, and follows the ledger."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, lang="en_US"))
        group = "receivables_automation.group_receivables_{}".format
        cls.collector = cls._user("collector", group("user"))
        cls.auditor = cls._user("auditor", group("auditor"))
        cls.seller = cls._user("seller", "sales_team.group_sale_salesman")
        cls.outsider = cls._user("outsider")
        cls.portal = cls._user("portal", "base.group_portal")
        cls.customer.write({"user_id": cls.seller.id, "email": "pagos@aguila.example"})
        cls.company.email = "cobranza@aceros.example"
        cls.other = cls._customer("Herrajes La Cañada")
        cls.reason = cls.env.ref(
            "receivables_automation.receivables_dispute_reason_price"
        )
        cls.invoice = cls._due(10, 10_000)
        cls.item = cls._items(cls.invoice)

    def _dispute(self, user=None, **values):
        model = self.env["receivables.dispute"]
        if user:
            model = model.with_user(user).with_context(lang="en_US")
        return model.create(
            {
                "move_id": self.invoice.id,
                "amount": 1_500,
                "reason_id": self.reason.id,
            }
            | values
        )

    def _refused(self, words, error=UserError, **values):
        with self.assertRaisesRegex(error, words), self.env.cr.savepoint():
            self._dispute(**values)

    def _codes(self, item=None):
        item = item or self.item
        return [row[0] for row in item._receivables_hold_reasons(TODAY)[item.id]]

    def _run(self):
        run = self.env["receivables.dunning.run"].create(
            {"company_id": self.company.id, "date": TODAY}
        )
        run.action_preview()
        return run

    def test_only_the_disputed_part_leaves_the_notice(self):
        self._dispute()
        self.assertFalse(self._codes(), "the rest is still told")

        run = self._run()
        self.assertEqual(run.notice_ids.amount_due, 8_500)
        self.assertEqual(run.notice_ids.line_ids.amount_due, 8_500)
        facts = self.env["receivables.dunning.planner"]._explain(self.item, TODAY)
        self.assertIn("1,500.00 is in dispute (Price", " ".join(facts["holds"]))

        self._dispute(amount=500)
        run.action_execute()
        self.assertEqual(run.notice_ids.amount_due, 8_000, "as it is when it leaves")

    def test_an_item_disputed_as_a_whole_is_held(self):
        case = self._dispute(amount=10_000)

        [(code, text, record)] = self.item._receivables_hold_reasons(TODAY)[
            self.item.id
        ]
        self.assertEqual((code, record), ("disputed", case))
        self.assertIn("Price or discount", text)
        run = self._run()
        self.assertEqual(run.skip_ids.mapped("reason"), ["disputed"])

    def test_of_instalments_the_oldest_is_in_dispute_first(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Mitad y mitad",
                "line_ids": [
                    (0, 0, {"value": "percent", "value_amount": 50, "nb_days": days})
                    for days in (0, 30)
                ],
            }
        )
        invoice = self._due(
            60, 1_000, invoice_payment_term_id=term.id, invoice_date_due=False
        )
        first, second = self._items(invoice)
        self._dispute(move_id=invoice.id, amount=600)

        self.assertEqual(self._codes(first), ["disputed"])
        self.assertEqual(self._codes(second), [])
        parts = (first | second)._receivables_disputed_parts()
        self.assertEqual(
            {key: float(part) for key, part in parts.items()}, {second.id: 100}
        )

    def test_the_profile_has_what_is_open_of_it(self):
        self._dispute()
        self.assertEqual(self._profile().open_dispute_amount, 1_500)

        self._pay(self.customer, 9_000, [(self.item, 9_000)], TODAY)
        self.assertEqual(self._profile().open_dispute_amount, 1_000)

    def test_another_currency_counts_at_its_booked_rate(self):
        invoice = self._due(5, 100, currency_id=self._dollars(20).id)
        case = self._dispute(move_id=invoice.id, amount=25)

        self.assertEqual(case.currency_id.name, "USD")
        self.assertEqual(self._profile().open_dispute_amount, 500)

    def test_a_currency_without_cents(self):
        yen = self._currency("JPY", [(date(2026, 1, 1), 0.12)])
        invoice = self._due(5, 1_001, currency_id=yen.id)
        self._dispute(move_id=invoice.id, amount=500)
        [part] = self._items(invoice)._receivables_disputed_parts().values()

        self.assertEqual(float(part), 500)
        self.assertEqual(self._profile().open_dispute_amount, 60)

    def test_a_settled_invoice_leaves_the_case_with_nothing_open(self):
        case = self._dispute()
        self._pay(self.customer, 10_000, [(self.item, 10_000)], TODAY)

        self.assertEqual((case.state, case.amount_open), ("open", 0))
        self.assertEqual(self._profile().open_dispute_amount, 0)

    def test_an_accepted_part_has_a_draft_credit_note_and_is_held_until_it_is_posted(
        self,
    ):
        tax = self.company.account_sale_tax_id
        invoice = self._due(5, 1_000, taxes=tax)
        case = self._dispute(self.collector, move_id=invoice.id, amount=333.33)
        case._close("accepted", "Precio del pedido", 250.01)
        note = case.credit_note_id

        self.assertEqual((case.state, case.amount_accepted), ("accepted", 250.01))
        self.assertEqual((note.state, note.move_type), ("draft", "out_refund"))
        self.assertEqual(note.amount_total, 250.01)
        self.assertEqual(note.invoice_line_ids.tax_ids, tax)
        self.assertEqual(note.reversed_entry_id, invoice)
        self.assertEqual(self._profile().open_dispute_amount, 250.01)

        note.with_user(self.env.user).action_post()
        self.assertEqual(self._profile().open_dispute_amount, 0)
        self.assertEqual(invoice.amount_residual, 909.99)
        self.assertFalse(self._codes(self._items(invoice)))

    def test_accepted_as_a_whole_the_credit_note_is_core_s_own(self):
        case = self._dispute(amount=10_000)
        case._close("accepted", "Se factura de nuevo")

        self.assertEqual(case.credit_note_id.amount_total, 10_000)
        self.assertEqual(self._codes(), ["disputed"])

    def test_a_draft_that_is_thrown_away_lets_the_debt_be_told(self):
        case = self._dispute(amount=10_000)
        case._close("accepted", "Se factura de nuevo")
        case.credit_note_id.unlink()

        self.assertFalse(self._codes())

    def test_rejected_and_withdrawn_cases_hold_nothing(self):
        for state in ("rejected", "withdrawn"):
            case = self._dispute(amount=10_000)
            self.assertTrue(self._codes())
            case._close(state, "El precio es el del pedido")
            self.assertFalse(self._codes(), state)
            self.assertEqual((case.closed_on, case.amount_open), (TODAY, 0))
            self.assertFalse(case.credit_note_id)

    def test_the_dialog_ends_a_case_and_closed_ones_stay_closed(self):
        case = self._dispute()
        action = case.action_accept()
        dialog = self.env[action["res_model"]].with_context(**action["context"])
        with self.assertRaisesRegex(UserError, "1,600.00 cannot be accepted"):
            dialog.create({"amount": 1_600, "answer": "Sí"}).action_apply()
        with self.assertRaisesRegex(UserError, "is answered"):
            case._close("rejected", "")
        dialog.create({"answer": "Sí"}).action_apply()
        self.assertEqual((case.state, case.amount_accepted), ("accepted", 1_500))

        with self.assertRaisesRegex(UserError, "closed already"):
            case._close("rejected", "No")
        with self.assertRaisesRegex(UserError, "closed; only"):
            case.with_user(self.collector).with_context(lang="en_US").amount = 3

    def test_the_owner_has_a_task_until_it_is_answered(self):
        self.customer.receivables_collector_id = self.collector
        case = self._dispute(self.seller)

        task = case.sudo().activity_ids
        self.assertEqual((case.user_id, task.user_id), (self.collector, self.collector))
        # Tuesday 30 June and three working days: Friday 3 July.
        self.assertEqual((case.due_on, task.date_deadline), (date(2026, 7, 3),) * 2)
        case.with_user(self.collector).user_id = self.auditor
        self.assertEqual(case.sudo().activity_ids.user_id, self.auditor)
        case.with_user(self.collector)._close("rejected", "No procede")
        self.assertFalse(case.sudo().activity_ids)

    def test_the_reason_s_owner_and_days_come_first(self):
        self.reason.write({"user_id": self.auditor.id, "answer_days": 0})
        case = self._dispute()

        self.assertEqual((case.user_id, case.due_on), (self.auditor, TODAY))

    def test_what_cannot_be_disputed_says_what_and_why(self):
        bill = self._invoice(self.customer, 50, TODAY, move_type="in_invoice")
        draft = self.invoice.copy()
        paid = self._paid(TODAY, 0)
        refused = [
            (
                "10,000.01 of .* cannot be in dispute: .*10,000.00",
                {"amount": 10_000.01},
            ),
            ("0.00 of .* cannot be in dispute", {"amount": 0}),
            ("5.00 of", {"amount": -5}),
            (f"{bill.name}.* is no posted invoice", {"move_id": bill.id}),
            ("is no posted invoice", {"move_id": draft.id}),
            (f"{paid.name}.* has nothing left", {"move_id": paid.id}),
        ]
        for words, values in refused:
            with self.subTest(words):
                self._refused(words, **values)

    def test_two_cases_do_not_exceed_what_is_owed(self):
        self._dispute(amount=6_000)
        self._refused("4,000.00 is owed of it", amount=4_000.01)
        second = self._dispute(amount=4_000)
        with self.assertRaisesRegex(UserError, "4,000.00 is owed"):
            second.with_user(self.collector).with_context(lang="en_US").amount = 5_000

    def test_salesperson_opens_and_withdraws_and_answers_nothing(self):
        case = self._dispute(self.seller)
        for state in ("accepted", "rejected"):
            with self.assertRaisesRegex(AccessError, "Only collectors"):
                case._close(state, "Sí")
        case._close("withdrawn", "El cliente lo aclaró")
        self.assertEqual(case.state, "withdrawn")

    def test_rights(self):
        foreign = self._invoice(self.other, 50, TODAY)
        self._refused(
            "Cañada is not your customer",
            AccessError,
            user=self.seller,
            move_id=foreign.id,
            amount=50,
        )
        theirs = self._dispute(move_id=foreign.id, amount=50)
        with self.assertRaises(AccessError):
            theirs.with_user(self.seller).read(["amount"])
        for user in (self.outsider, self.portal):
            with self.subTest(user.login), self.assertRaises(AccessError):
                theirs.with_user(user).read(["amount"])
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._dispute(user)
        with self.assertRaises(AccessError):
            self._dispute(self.auditor)
        theirs.with_user(self.auditor).read(["amount"])
        with self.assertRaisesRegex(AccessError, "accept, reject or"):
            theirs.with_user(self.collector).with_context(lang="en_US").write(
                {"state": "accepted"}
            )
        with self.assertRaisesRegex(UserError, "does not change"):
            theirs.with_user(self.collector).with_context(lang="en_US").write(
                {"move_id": self.invoice.id}
            )

    def test_the_form_proposes_the_rest_its_owner_and_day(self):
        self._dispute(amount=6_000)
        action = self.invoice.with_user(self.seller).action_receivables_dispute()
        view = self.env.ref("receivables_automation.receivables_dispute_view_form_new")
        model = self.env["receivables.dispute"].with_user(self.seller)
        with Form(model.with_context(**action["context"]), view=view) as form:
            self.assertEqual(form.amount, 4_000)
            form.reason_id = self.reason
            self.assertEqual(form.due_on, date(2026, 7, 3))

        self.assertEqual(form.record.partner_id, self.customer)
        self.assertEqual(len(self.invoice.receivables_dispute_ids), 2)
        profile = self._profile().with_user(self.seller)
        self.assertEqual(profile.dispute_count, 2)
        self.assertEqual(
            profile.action_new_dispute()["context"],
            {"default_partner_id": self.customer.id},
        )

    def test_another_company_s_cases_are_not_seen(self):
        case = self._dispute()
        other = self.env["res.company"].create({"name": "Otra"})
        foreigner = self._user(
            "foreigner",
            "receivables_automation.group_receivables_manager",
            companies=other,
        )
        theirs = self.env["receivables.dispute"].with_user(foreigner)
        self.assertFalse(
            theirs.with_context(allowed_company_ids=other.ids).search(
                [("id", "=", case.id)]
            )
        )

    def test_a_merged_customer_keeps_its_cases(self):
        case = self._dispute()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.customer | self.other).ids, self.other)
        case.invalidate_recordset()

        self.assertEqual(case.partner_id, self.other)
        self.assertEqual(self._profile(self.other).open_dispute_amount, 1_500)

    def test_many_items_take_the_queries_of_one(self):
        moves = self._due_each([(3, 100.0)] * 8)
        for document in moves:
            self._dispute(move_id=document.id, amount=100)
        items = self._items(moves)
        counts = []
        for some in (items[:1], items):
            some._receivables_hold_reasons(TODAY)
            before = self.env.cr.sql_log_count
            some._receivables_hold_reasons(TODAY)
            counts.append(self.env.cr.sql_log_count - before)

        self.assertLessEqual(counts[1], counts[0])

    def test_the_customer_is_circumstantial_by_its_case(self):
        self._paying(0, 0, 0)
        self.assertNotEqual(self._profile().segment_id.code, "circumstantial")

        self._dispute()

        self.assertEqual(self._profile().segment_id.code, "circumstantial")
