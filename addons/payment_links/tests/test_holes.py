from unittest.mock import patch

from odoo.fields import Command

from odoo.addons.account_payment.controllers.payment import PaymentPortal
from odoo.addons.http_routing.tests.common import MockRequest

from .common import PaymentLinkHttpCase, Refused
from .test_settlement import SettlementCase


class TestCoreHoles(PaymentLinkHttpCase, SettlementCase):
    """What core lets through, and that neither our route nor core's does any more."""

    def _core_transaction(self, invoice, **values):
        """Return what core's own code makes of a browser's values."""
        with MockRequest(self.env):
            controller = PaymentPortal()
            controller._process_transaction(
                self.customer.id,
                invoice.currency_id.id,
                invoice.ids,
                None,
                **{
                    "provider_id": self.provider.id,
                    "payment_method_id": self.method.id,
                    "token_id": None,
                    "amount": invoice.amount_residual,
                    "flow": "direct",
                    "tokenization_requested": False,
                    "landing_route": "/my",
                }
                | values,
            )
        return invoice.transaction_ids.sorted("id")[-1]

    def _core_route(self, invoice, **values):
        """Ask core's own route, as a tampered browser would."""
        params = {
            "access_token": invoice._portal_ensure_token(),
            "provider_id": self.provider.id,
            "payment_method_id": self.method.id,
            "token_id": None,
            "amount": invoice.amount_residual,
            "flow": "direct",
            "tokenization_requested": False,
            "landing_route": "/my",
            "is_validation": False,
        } | values
        answer = self.url_open(
            f"/invoice/transaction/{invoice.id}",
            json={"jsonrpc": "2.0", "method": "call", "id": 0, "params": params},
        ).json()
        if "error" in answer:
            raise Refused(answer["error"]["data"]["message"])
        return answer["result"]

    # === A: an address for ever, with its amount in it === #

    def test_a_core_s_link_outlives_every_decision_and_ours_does_not(self):
        invoice = self.invoices[0]
        core = invoice.get_portal_url()
        link = self._link(self.items[:1])
        ours = f"/pay/{self._token(link)}"
        self.assertEqual(self.url_open(core).status_code, 200)
        self.assertEqual(self.url_open(ours).status_code, 200)

        link.action_revoke()

        # Core has nothing to revoke: the same address opens the same invoice.
        self.assertEqual(invoice.get_portal_url(), core)
        self.assertEqual(self.url_open(ours).status_code, 410)

    # === B: the browser's provider and amount === #

    def test_b_core_takes_any_provider_and_amount_from_the_browser(self):
        hidden = self._provider("Apagada", state="disabled", is_published=False)

        transaction = self._core_transaction(
            self.invoices[0], provider_id=hidden.id, amount=1_000_000.0
        )

        self.assertEqual(transaction.provider_id, hidden)
        self.assertEqual(transaction.amount, 1_000_000.0)

    def test_b_ours_and_core_s_route_are_shut(self):
        invoice = self.invoices[0]
        hidden = self._provider("Apagada", state="disabled", is_published=False)
        link = self._link(self.items[:1])
        for values in (
            {"provider_id": hidden.id},
            {"amount": 1_000_000.0},
            {"amount": -1.0},
            {"amount": 0},
        ):
            with self.subTest(values=values):
                with self.assertRaises(Refused):
                    self._start(link, self.items[:1], **values)
                with self.assertRaises(Refused):
                    self._core_route(invoice, **values)
        self.assertFalse(invoice.transaction_ids)
        self.assertEqual(self._core_route(invoice)["amount"], 100.0)

    def test_b_invented_money_pays_no_real_invoice_on_any_route(self):
        fake = self._provider("De mentira", state="test")
        fields = self.env["payment.provider"]._fields
        kinds = [*fields["code"].get_values(self.env), "demo"]
        with patch.object(fields["code"], "get_values", return_value=kinds):
            self.env.cr.execute(
                "UPDATE payment_provider SET code = 'demo' WHERE id = %s", (fake.id,)
            )
            self.env.invalidate_all()
            link = self._link(self.items[:1])

            with self.assertRaises(Refused):
                self._start(link, self.items[:1], provider_id=fake.id)
            with self.assertRaises(Refused):
                self._core_route(self.invoices[0], provider_id=fake.id)
            self.company.receivables_is_sample = True
            self._start(link, self.items[:1], provider_id=fake.id)

    # === H: a draft is posted because somebody paid === #

    def _core_payment(self, items):
        """Return a confirmed transaction of core's own, for these items' invoices."""
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "amount": sum(items.mapped("amount_residual")),
                "currency_id": self.company.currency_id.id,
                "partner_id": self.customer.id,
                "operation": "online_redirect",
                "invoice_ids": [Command.set(items.move_id.ids)],
            }
        )
        transaction._set_done()
        return transaction

    def test_h_core_posts_a_draft_and_ours_keeps_the_money_as_credit(self):
        core, ours = self.invoices[:2]
        theirs = self._core_payment(self.items[0])
        mine = self._attempt(self._link(self.items[1]), self.items[1])
        mine._set_done()
        (core | ours).button_draft()

        theirs._post_process()
        mine._post_process()

        self.assertEqual(core.state, "posted")
        self.assertEqual(ours.state, "draft")
        self.assertEqual(mine.payment_settlement_ids.credit_amount, 200.0)

    def test_h_drafts_are_refused_before_anything_is_charged(self):
        link = self._link(self.items[:1])
        self.invoices[0].button_draft()

        with self.assertRaises(Refused):
            self._start(link, self.items[:1])
        with self.assertRaises(Refused):
            self._core_route(self.invoices[0], amount=100.0)

    # === I: what was chosen is not what is paid === #

    def _two_instalments(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Mitad y mitad",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": days}
                    )
                    for days in (0, 30)
                ],
            }
        )
        invoice = self._invoice(self.customer, 1000.0, invoice_payment_term_id=term.id)
        return self._items(invoice)

    def test_i_core_pays_the_oldest_and_ours_what_was_chosen(self):
        core_early, core_late = self._two_instalments()
        early, late = self._two_instalments()

        self._core_payment(core_late)._post_process()
        self._paid(self._link(late), late)

        self.assertEqual(
            (core_early.amount_residual, core_late.amount_residual), (0.0, 500.0)
        )
        self.assertEqual((early.amount_residual, late.amount_residual), (500.0, 0.0))

    # === G: a second receivable account === #

    def test_g_core_leaves_the_second_account_open_and_ours_does_not(self):
        account = self.items[0].account_id.copy()
        special = self._customer("Con otra cuenta")
        core = [self._invoice(special, 100.0)]
        ours = [self._invoice(special, 100.0)]
        special.property_account_receivable_id = account
        core.append(self._invoice(special, 100.0))
        ours.append(self._invoice(special, 100.0))

        def items(moves):
            return self._items(moves[0]) | self._items(moves[1])

        theirs = self._core_payment(items(core))
        theirs._post_process()
        link = self.env["payment.link"]._for_items(items(ours))
        self._paid(link, items(ours))

        self.assertEqual(sorted(move.amount_residual for move in core), [0.0, 100.0])
        self.assertEqual([move.amount_residual for move in ours], [0.0, 0.0])
