from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form

from .profile_case import TODAY, FrozenProfileCase


class TestPromiseAccess(FrozenProfileCase):
    """Who promises for whom, and what cannot be promised."""

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
        cls.customer.user_id = cls.seller
        cls.other = cls._customer("Herrajes La Cañada")
        cls.invoice = cls._due(10)
        cls.item = cls._items(cls.invoice)

    def _promise(self, user=None, **values):
        model = self.env["receivables.promise"]
        if user:
            model = model.with_user(user).with_context(lang="en_US")
        return model.create(
            {
                "partner_id": self.customer.id,
                "move_line_ids": self.item.ids,
                "amount": 100.0,
                "date_promised": TODAY,
            }
            | values
        )

    def _refused(self, words, error=UserError, **values):
        with self.assertRaisesRegex(error, words), self.env.cr.savepoint():
            self._promise(**values)

    def test_what_cannot_be_promised_says_what_and_why(self):
        foreign = self._items(self._invoice(self.other, 50, TODAY))
        bill = self._invoice(self.customer, 50, TODAY, move_type="in_invoice")
        payable = bill.line_ids.filtered(lambda one: one.display_type == "payment_term")
        paid = self._items(self._paid(TODAY, 0))
        dollars = self._items(self._due(1, currency_id=self._dollars().id))
        refused = [
            ("06/29/2026 has passed.*Águila", {"date_promised": TODAY - timedelta(1)}),
            ("made on 07/01/2026", {"made_on": TODAY + timedelta(1)}),
            (
                "promised on 06/20/2026 to pay by 06/19/2026",
                {
                    "made_on": TODAY - timedelta(10),
                    "date_promised": TODAY - timedelta(11),
                },
            ),
            ("owes .*100.00.*100.01.* is more", {"amount": 100.01}),
            (f"{foreign.move_id.name} is not owed by", {"move_line_ids": foreign.ids}),
            (f"{bill.name} is not something", {"move_line_ids": payable.ids}),
            (f"{paid.move_id.name} has nothing left", {"move_line_ids": paid.ids}),
            (
                f"{dollars.move_id.name} is owed in USD",
                {"move_line_ids": dollars.ids},
            ),
            (
                "Cañada owes nothing in EUR",
                {
                    "partner_id": self.other.id,
                    "move_line_ids": [],
                    "currency_id": self.env.ref("base.EUR").id,
                },
            ),
        ]
        for words, values in refused:
            with self.subTest(words):
                self._refused(words, **values)

    def test_zero_and_less_are_refused(self):
        for amount in (0, -5):
            with self.subTest(amount):
                self._refused("above 0", amount=amount)
        promise = self._promise()
        with self.assertRaisesRegex(UserError, "above 0"):
            promise.with_user(self.collector).with_context(lang="en_US").amount = 0

    def test_what_is_promised_already_is_not_promised_again(self):
        self._promise(amount=60)

        self._refused("promised this already.*60.00.*160.00", amount=100)
        self._promise(amount=40)

    def test_an_item_of_another_company_is_refused(self):
        other = self.env["res.company"].create({"name": "Otra"})
        self.env.user.company_ids |= other

        self._refused("to Otra|Otra", Exception, company_id=other.id)

    def test_a_contact_of_another_company_gives_no_word(self):
        other = self.env["res.company"].create({"name": "Otra"})
        contact = self._customer("Lucía Garza", company_id=other.id)

        self._refused("belongs to another company", contact_id=contact.id)

    def test_a_contact_s_promise_is_its_company_s(self):
        contact = self._customer(
            "Lucía Garza", parent_id=self.customer.id, is_company=False
        )
        promise = self._promise(partner_id=contact.id)

        self.assertEqual(promise.partner_id, self.customer)
        self.assertEqual(promise.contact_id, contact)

    def test_a_customer_who_is_a_supplier_promises_what_it_owes_only(self):
        self._invoice(self.customer, 500, TODAY, move_type="in_invoice")
        promise = self._promise(move_line_ids=[])

        self.assertEqual(promise.move_line_ids, self.item)

    def test_a_credit_balance_has_nothing_to_promise(self):
        self._pay(self.other, 70, (), TODAY)

        self._refused("owes nothing in MXN", partner_id=self.other.id, move_line_ids=[])

    def test_collector_and_salesperson_record_correct_and_cancel(self):
        for user in (self.collector, self.seller):
            with self.subTest(user.login):
                promise = self._promise(user)
                self.assertEqual((promise.state, promise.user_id), ("open", user))
                promise.write({"amount": 90, "date_promised": TODAY + timedelta(3)})
                promise._cancel("Se equivocó de fecha")
                self.assertEqual(promise.state, "cancelled")

    def test_a_colleague_s_customer_is_refused_by_name(self):
        item = self._items(self._invoice(self.other, 50, TODAY))
        with self.assertRaisesRegex(AccessError, "Cañada is not your customer"):
            self._promise(self.seller, partner_id=self.other.id, move_line_ids=item.ids)
        theirs = self._promise(
            partner_id=self.other.id, move_line_ids=item.ids, amount=50
        )
        for operation in (
            lambda one: one.read(["amount"]),
            lambda one: one.write({"amount": 1}),
            lambda one: one._cancel("no"),
        ):
            with self.assertRaises(AccessError):
                operation(theirs.with_user(self.seller))

    def test_nobody_else_records_or_reads(self):
        promise = self._promise()
        for user in (self.outsider, self.portal, self.auditor):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._promise(user)
        for user in (self.outsider, self.portal):
            with self.subTest(user.login), self.assertRaises(AccessError):
                promise.with_user(user).read(["amount"])
        promise.with_user(self.auditor).read(["amount"])
        self.assertFalse(promise.with_user(self.collector).has_access("unlink"))

    def test_nobody_writes_what_the_ledger_says(self):
        promise = self._promise()
        for values in ({"state": "kept"}, {"amount_received": 100}):
            with self.assertRaisesRegex(AccessError, "comes from the ledger"):
                promise.with_user(self.collector).with_context(lang="en_US").write(
                    values
                )
            with self.assertRaises(AccessError):
                self._promise(self.collector, **values)

    def test_only_an_open_promise_is_changed_and_never_what_it_is_about(self):
        promise = self._promise(self.collector)
        with self.assertRaisesRegex(UserError, "does not change .*Items"):
            promise.write({"move_line_ids": [Command.clear()]})
        with self.assertRaisesRegex(UserError, "has passed"):
            promise.write({"date_promised": TODAY - timedelta(1)})
        promise._cancel("Error")
        with self.assertRaisesRegex(UserError, "no longer open"):
            promise.write({"amount": 5})

    def test_the_form_proposes_what_is_owed(self):
        newer = self._due(1, 30)
        profile = self._profile().with_user(self.seller)
        action = profile.action_register_promise()
        view = self.env.ref("receivables_automation.receivables_promise_view_form_new")
        model = self.env["receivables.promise"].with_user(self.seller)
        with Form(model.with_context(**action["context"]), view=view) as form:
            self.assertEqual(form.amount, 130)
            form.move_line_ids.add(self._items(newer))
            self.assertEqual(form.amount, 30)
            form.date_promised = TODAY

        self.assertEqual(form.record.move_line_ids, self._items(newer))

    def test_chosen_items_make_a_promise_and_a_mixture_is_refused(self):
        newer = self._items(self._due(1, 30))
        items = (self.item | newer).with_user(self.seller)
        action = items.action_receivables_promise()
        self.assertEqual(
            set(action["context"]["default_move_line_ids"]), set(items.ids)
        )
        self.assertEqual(
            self.invoice.action_receivables_promise()["context"][
                "default_move_line_ids"
            ],
            self.item.ids,
        )

        foreign = self._items(self._invoice(self.other, 50, TODAY))
        with self.assertRaisesRegex(UserError, "Cañada"):
            (self.item | foreign).action_receivables_promise()
        paid = self._items(self._paid(TODAY, 0))
        with self.assertRaisesRegex(UserError, "still owed"):
            paid.action_receivables_promise()

    def test_a_reason_in_the_making_is_its_author_s(self):
        promise = self._promise()
        dialog = (
            self.env["receivables.promise.cancel"]
            .with_user(self.collector)
            .create({"promise_ids": promise.ids, "reason": "Pidió otra fecha"})
        )
        with self.assertRaises(AccessError):
            dialog.with_user(self.seller).read(["reason"])
        dialog.action_apply()
        self.assertEqual(promise.state, "cancelled")
