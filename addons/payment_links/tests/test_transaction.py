from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import JsonRpcException

from odoo.addons.receivables_automation.models.res_company import ResCompany

from ..controllers import payment_link as controller
from ..core.attempts import AttemptLimiter
from .common import PaymentLinkHttpCase, Refused


class TestTransaction(PaymentLinkHttpCase):
    def setUp(self):
        super().setUp()
        self.startPatcher(
            patch.object(controller, "BAD_TOKENS", AttemptLimiter(limit=30, window=600))
        )
        self.link = self._link()

    def _assert_refused(self, link=None, message="", **values):
        link = link or self.link
        with self.assertRaises(Refused) as caught:
            self._start(link, **values)
        self.assertFalse(self._transaction(link))
        self.assertIn(message, str(caught.exception))

    def test_several_invoices_are_one_transaction_with_its_quote(self):
        processing = self._start(self.link, self.items[:2])
        transaction = self._transaction(self.link)
        quote = transaction.payment_link_quote_ids

        self.assertEqual(processing["reference"], transaction.reference)
        self.assertIn("bank.example", processing["redirect_form_html"])
        self.assertEqual(transaction.amount, 300.0)
        self.assertEqual(transaction.currency_id, self.link.currency_id)
        self.assertEqual(transaction.partner_id, self.customer)
        self.assertEqual(transaction.invoice_ids, self.invoices[:2])
        self.assertEqual(quote.total, 300.0)
        self.assertEqual(
            [(line.move_line_id, line.amount) for line in quote.line_ids],
            [(self.items[0], 100.0), (self.items[1], 200.0)],
        )

    def test_nothing_that_is_stored_or_sent_to_the_provider_holds_the_token(self):
        processing = self._start(self.link)
        transaction = self._transaction(self.link)
        token = self._token(self.link)

        self.assertTrue(transaction.landing_route.startswith("/pay/receipt/"))
        for text in (
            transaction.reference,
            transaction.landing_route,
            str(processing),
            *self.link.message_ids.mapped("body"),
        ):
            self.assertNotIn(token, text)
        self.assertTrue(transaction.reference.startswith(self.link.name))

    def test_what_the_browser_says_it_costs_is_not_believed(self):
        other = self._invoice(self._customer("Otra"), 50.0)
        dollars = self.env.ref("base.USD")
        for values in (
            {"items": self._items(other)},
            {"items": self.items.browse(), "item_ids": []},
            {"item_ids": "all"},
            {"item_ids": [True]},
            {"item_ids": [0]},
            {"item_ids": None},
            {"amount": 0},
            {"amount": -1},
            {"amount": "NaN"},
            {"amount": "Infinity"},
            {"amount": "1e2"},
            {"amount": 600.01},
            {"amount": 10**400},
            {"amount": 0.001},
            {"amount": [5]},
            {"shown_total": 1},
        ):
            with self.subTest(values=str(values)[:60]):
                self._assert_refused(**values)
        processing = self._start(
            self.link,
            self.items[:1],
            currency_id=dollars.id,
            partner_id=other.partner_id.id,
            landing_route="https://evil.example",
            is_validation=True,
            tokenization_requested=True,
        )
        transaction = self._transaction(self.link)
        self.assertEqual(
            (transaction.amount, transaction.currency_id, transaction.partner_id),
            (100.0, self.company.currency_id, self.customer),
        )
        self.assertFalse(transaction.tokenize)
        self.assertNotIn("evil", transaction.landing_route)
        self.assertEqual(processing["amount"], 100.0)

    def test_json_s_own_nan_is_no_amount(self):
        body = (
            '{"jsonrpc": "2.0", "method": "call", "params": {"item_ids": %s,'
            ' "provider_id": %s, "payment_method_id": %s, "amount": %s}}'
        )
        for amount in ("NaN", "Infinity", "-Infinity", "1e400"):
            answer = self.url_open(
                f"/pay/{self._token(self.link)}/transaction",
                data=body % (self.items.ids, self.provider.id, self.method.id, amount),
                headers={"Content-Type": "application/json"},
            )
            self.assertNotIn("reference", answer.json().get("result", {}))
        self.assertFalse(self._transaction(self.link))

    def test_partial_payment_is_as_the_link_allows(self):
        self._start(self.link, amount="150.00")
        self.assertEqual(self._transaction(self.link).amount, 150.0)

        strict = self._link(self.items[:1])
        strict.allow_partial = False
        self._assert_refused(strict, items=self.items[:1], amount=50)
        strict.write({"allow_partial": True, "minimum_amount": 60.0})
        self._assert_refused(strict, items=self.items[:1], amount=50, message="60")

    def test_provider_is_chosen_by_the_server(self):
        foreign_company = self.env["res.company"].create({"name": "Otra empresa"})
        method = self.env.ref("payment.payment_method_bank_transfer")
        refused = {
            "unpublished": self._provider("Oculta", is_published=False),
            "disabled": self._provider("Apagada", state="disabled"),
            "testing": self._provider("Prueba", state="test"),
            "too small": self._provider("Chica", maximum_amount=10.0),
            "other country": self._provider(
                "Francia",
                available_country_ids=[Command.set(self.env.ref("base.fr").ids)],
            ),
            "other currency": self._provider(
                "Euros",
                available_currency_ids=[Command.set(self.env.ref("base.EUR").ids)],
            ),
            "other company": self._provider("Ajena", company_id=foreign_company.id),
        }
        for name, provider in refused.items():
            with self.subTest(provider=name):
                self._assert_refused(provider_id=provider.id)
        for values in (
            {"provider_id": 10**9},
            {"provider_id": None},
            {"provider_id": str(self.provider.id)},
            {"payment_method_id": method.id},
            {"payment_method_id": None},
        ):
            with self.subTest(values=values):
                self._assert_refused(**values)

    def test_test_money_is_for_the_sample_company_only(self):
        testing = self._provider("Prueba", state="test")
        self._assert_refused(provider_id=testing.id)
        self.company.receivables_is_sample = True

        self._start(self.link, provider_id=testing.id)

        self.assertEqual(self._transaction(self.link).provider_id, testing)

    def test_saved_cards_are_not_used(self):
        token = self.env["payment.token"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "payment_details": "4242",
                "partner_id": self.customer.id,
                "provider_ref": "x",
            }
        )
        self._start(self.link, flow="token", token_id=token.id)

        self.assertFalse(self._transaction(self.link).token_id)

    def test_dead_and_invented_addresses_start_nothing(self):
        token = self._token(self.link)
        self.link.action_revoke()
        for wrong in (token, "A" * 32):
            with self.assertRaises(JsonRpcException):
                self.make_jsonrpc_request(
                    f"/pay/{wrong}/transaction", {"item_ids": self.items.ids}
                )
        self.assertFalse(self._transaction(self.link))

    def test_balance_that_changed_is_told_before_anything_is_charged(self):
        self._pay(self.customer, 100.0, [(self.items[0], 100.0)])

        self._assert_refused(
            items=self.items[1:], shown_total="600.00", message="500.00"
        )
        self._assert_refused(items=self.items)

    def test_invoice_that_went_back_to_draft_cannot_be_paid(self):
        self.invoices[0].button_draft()

        self._assert_refused(items=self.items[:1])

    def test_second_browser_waits_while_the_first_one_pays(self):
        self._start(self.link)
        self.opener.cookies.clear()

        with self.assertRaises(Refused):
            self._start(self.link)
        with self.assertRaises(Refused):
            self._start(self._balance_link(), self.items[:1])
        self.assertEqual(
            self.env["payment.transaction"].search_count(
                [("invoice_ids", "in", self.invoices.ids)]
            ),
            1,
        )

    def test_abandoned_attempt_locks_nobody_out(self):
        self._start(self.link)
        # The same browser goes on at once, another one after ten minutes.
        self._start(self.link)
        self.opener.cookies.clear()
        quotes = self._transaction(self.link).payment_link_quote_ids
        later = quotes.valid_until
        with patch.object(ResCompany, "_receivables_now", return_value=later):
            self._start(self.link)

    def test_payment_in_process_holds_everybody(self):
        self._start(self.link)
        transaction = self._transaction(self.link)
        transaction._set_pending()

        with self.assertRaises(Refused) as caught:
            self._start(self.link)
        self.assertIn("600", str(caught.exception))
        self.assertIn("600.00", self._open(self.link).text)
        transaction._set_canceled()
        self._start(self.link)

    def test_wire_transfer_that_stays_pending_for_ever_holds_nobody(self):
        self._start(self.link)
        transaction = self._transaction(self.link)
        transaction._set_pending()
        code = self.env["payment.provider"]._fields["code"]
        if "custom" not in dict(code._description_selection(self.env)):
            # Without its add-on there is no such provider; the row says it all.
            self.env.cr.execute(
                "UPDATE payment_provider SET code = 'custom' WHERE id = %s",
                (self.provider.id,),
            )
            self.env.invalidate_all()

        self.assertFalse(self.link._payment_under_way(self.items.ids))
