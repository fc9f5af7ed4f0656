from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.service.model import retrying
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestCreditAtOnce(TransactionCase):
    """Two documents of one debtor, each issued in a transaction of its own.

    What they store is committed, so this class takes it away again.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls.registry.cursor() as cr:
            env = cls._env(cr)
            policy = env["receivables.policy"].create({"name": "Dos a la vez"})
            product = env["product.product"].create({"name": "Dos a la vez"})
            partner = env["res.partner"].create(
                {
                    "name": "Dos a la vez",
                    "credit_limit": 1000,
                    "receivables_policy_id": policy.id,
                }
            )
            line = {"product_id": product.id, "price_unit": 600, "tax_ids": False}
            orders = env["sale.order"].create(
                [
                    {"partner_id": partner.id, "order_line": [Command.create(line)]}
                    for _number in range(2)
                ]
            )
            invoice = env["account.move"].create(
                {
                    "move_type": "out_invoice",
                    "partner_id": partner.id,
                    "invoice_line_ids": [Command.create(line)],
                }
            )
            cls.records = [
                (one._name, one.ids)
                for one in (orders, invoice, product, partner, policy)
            ]
        cls.orders, cls.invoice = orders.ids, invoice.id
        cls.addClassCleanup(cls._forget)

    @classmethod
    def _env(cls, cr):
        context = {"tracking_disable": True, "lang": "en_US"}
        return api.Environment(cr, SUPERUSER_ID, context)

    @classmethod
    def _forget(cls):
        with cls.registry.cursor() as cr:
            env = cls._env(cr)
            env["sale.order"].browse(cls.orders)._action_cancel()
            cr.execute("ALTER TABLE receivables_audit DISABLE TRIGGER USER")
            for name, ids in cls.records:
                env[name].browse(ids).unlink()
            cr.execute(
                "DELETE FROM receivables_audit WHERE record_name LIKE 'Dos a la vez%'"
            )
            cr.execute("ALTER TABLE receivables_audit ENABLE TRIGGER USER")

    def _request(self):
        """Return the environment of a request that has begun."""
        cr = self.registry.cursor()
        self.addCleanup(cr.close)
        # From here on it sees the database as it is now.
        cr.execute("SELECT 1")
        return self._env(cr)

    def _assert_refused_the_second_time(self, env, issue):
        tries = []

        def attempt():
            tries.append(1)
            issue()

        with (
            mute_logger("odoo.sql_db"),
            patch("odoo.service.model.time.sleep"),
            self.assertRaisesRegex(UserError, "200.00 over it"),
        ):
            retrying(attempt, env)
        env.cr.rollback()
        self.assertEqual(len(tries), 2, "It did not see the first, so it came again")

    def test_the_room_below_a_limit_is_given_once_whoever_comes_second(self):
        first, second, third = self._request(), self._request(), self._request()

        first["sale.order"].browse(self.orders[0]).action_confirm()
        first.cr.commit()

        order = second["sale.order"].browse(self.orders[1])
        self._assert_refused_the_second_time(second, order.action_confirm)
        invoice = third["account.move"].browse(self.invoice)
        self._assert_refused_the_second_time(third, invoice.action_post)

        now = self._request()
        states = now["sale.order"].browse(self.orders).mapped("state")
        self.assertEqual(states, ["sale", "draft"])
        self.assertEqual(now["account.move"].browse(self.invoice).state, "draft")
