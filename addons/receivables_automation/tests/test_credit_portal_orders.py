from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .credit_case import CreditCase
from .test_credit_orders import PIXEL

NEUTRAL = "have received your order"


@tagged("post_install", "-at_install")
class TestCreditPortalOrders(CreditCase, HttpCase):
    """A customer signs or chooses how to pay an order over the limit, in the portal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls._user("portal_seller", "sales_team.group_sale_salesman")
        cls.customer.write({"user_id": cls.seller.id, "email": "pagos@aguila.example"})
        cls.customer_user = cls._user("portal_customer", "base.group_portal")
        cls.customer_user.partner_id.write(
            {"parent_id": cls.customer.id, "lang": "en_US"}
        )
        method = cls.env["payment.method"].with_context(active_test=False)
        cls.method = method.search([("is_primary", "=", True)], limit=1)
        cls.provider = cls.env["payment.provider"].create(
            {
                "name": "Contra entrega",
                "code": "none",
                "state": "test",
                "is_published": True,
                "company_id": cls.company.id,
                "payment_method_ids": [Command.set(cls.method.ids)],
            }
        )
        cls.method.active = True

    def setUp(self):
        super().setUp()
        self.authenticate(self.customer_user.login, self.customer_user.login)
        self.opener.cookies["frontend_lang"] = "en_US"

    def _sent(self, amount, **values):
        """Return a quotation as the customer got it."""
        order = self._order(
            amount,
            require_signature=False,
            require_payment=False,
            user_id=self.seller.id,
            **values,
        )
        order.message_subscribe(self.customer_user.partner_id.ids)
        return order

    def _ask(self, path, **params):
        answer = self.make_jsonrpc_request(path, params)
        self.env.invalidate_all()
        return answer

    def _sign(self, order):
        return self._ask(
            f"/my/orders/{order.id}/accept",
            access_token=order._portal_ensure_token(),
            name="Rosa Pérez",
            signature=PIXEL,
        )

    def _choose(self, order):
        """Choose to pay `order` on delivery or on site; return the transaction."""
        transactions = self.env["payment.transaction"]
        known = transactions.search([])
        self._ask(
            f"/my/orders/{order.id}/transaction",
            access_token=order._portal_ensure_token(),
            provider_id=self.provider.id,
            payment_method_id=self.method.id,
            token_id=None,
            amount=order.amount_total,
            flow="direct",
            tokenization_requested=False,
            landing_route=order.get_portal_url(),
        )
        transaction = transactions.search([]) - known
        transaction._set_pending()
        post_process = type(transaction)._post_process

        def confirm(pending):
            # As core's delivery and website_sale_collect do for these choices.
            pending.sale_order_ids.filtered(
                lambda order: order.state == "draft"
            ).with_context(send_email=True).action_confirm()
            return post_process(pending)

        with patch.object(type(transaction), "_post_process", confirm):
            self._ask("/payment/status/poll")
        return transaction

    def _assert_waits(self, order):
        self.assertEqual(order.state, "sent")
        page = self.url_open(order.get_portal_url()).text
        messages = order.message_ids.filtered(lambda one: NEUTRAL in (one.body or ""))
        self.assertEqual(len(messages), 1)
        self.assertIn(self.customer, messages.partner_ids)
        for secret in ("limit", "exposure", "1,000.00"):
            self.assertNotIn(secret, messages.body.lower())
        self.assertNotIn("over it", page)
        task = order.activity_ids
        self.assertEqual(task.user_id, self.seller)
        self.assertIn("credit limit", task.note)

    def test_a_signature_over_the_limit_is_kept_and_the_order_waits(self):
        order = self._sent(1500, state="sent")
        order.require_signature = True

        answer = self._sign(order)

        self.assertIn("sign_ok", answer["redirect_url"])
        self.assertEqual(order.signed_by, "Rosa Pérez")
        self.assertTrue(order.signature and order.signed_on)
        self._assert_waits(order)
        again = self._sign(order)
        self.assertIn("not in a state", again["error"])
        self.assertEqual(len(order.activity_ids), 1, "told once")

    def test_a_signature_within_the_limit_confirms(self):
        order = self._sent(500, state="sent")
        order.require_signature = True

        self._sign(order)

        self.assertEqual(order.state, "sale")
        self.assertFalse(order.activity_ids)

    def test_paying_on_delivery_or_on_site_over_the_limit_is_kept_and_waits(self):
        for name in ("Contra entrega", "En sucursal"):
            with self.subTest(name):
                self.provider.name = name
                order = self._sent(1500)
                order.require_payment = True

                transaction = self._choose(order)

                self.assertEqual(transaction.state, "pending")
                self.assertEqual(transaction.provider_id.name, name)
                self.assertEqual(order.transaction_ids, transaction)
                self._assert_waits(order)

    def test_paying_on_delivery_within_the_limit_confirms(self):
        order = self._sent(500)
        order.require_payment = True

        transaction = self._choose(order)

        self.assertEqual(transaction.state, "pending")
        self.assertEqual(order.state, "sale")
