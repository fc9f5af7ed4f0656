import os
from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError

from odoo.addons.receivables_automation.models.receivables_secret import VARIABLE

from .common import PaymentLinkCase


class TestProfile(PaymentLinkCase):
    """*Send link* on the debtor's sheet."""

    def _sheet(self, customer=None):
        customer = customer or self.customer
        self.env["receivables.profile"]._refresh(customer)
        return self.env["receivables.profile"].search(
            [("company_id", "=", self.company.id), ("partner_id", "=", customer.id)]
        )

    def test_sheet_opens_the_message_with_the_standing_link_however_often(self):
        action = self._sheet().action_send_payment_link()

        self.assertEqual(action["res_model"], "mail.compose.message")
        link = self._balance_link()
        self.assertEqual(action["context"]["default_res_ids"], link.ids)
        self.assertEqual(link.amount_due, 600.0)
        again = self._sheet().action_send_payment_link()
        self.assertEqual(again["context"]["default_res_ids"], link.ids)

    def test_two_currencies_have_a_link_each_and_are_listed(self):
        dollars = self._currency("USD", [(date(2026, 1, 1), 20.0)])
        self._invoice(self.customer, 50.0, currency_id=dollars.id)

        action = self._sheet().action_send_payment_link()

        links = self.env["payment.link"].search(action["domain"])
        self.assertEqual(
            {link.currency_id: link.amount_due for link in links},
            {self.company.currency_id: 600.0, dollars: 50.0},
        )

    def test_who_owes_nothing_has_nothing_to_pay(self):
        whole = [(item, item.amount_residual) for item in self.items]
        self._pay(self.customer, 600.0, whole)

        with self.assertRaisesRegex(UserError, r"[Nn]othing is owed|[Nn]o se debe"):
            self._sheet().action_send_payment_link()
        self.assertFalse(
            self.env["payment.link"].search([("partner_id", "=", self.customer.id)])
        )

    def test_without_the_server_s_secret_the_reason_is_said(self):
        sheet = self._sheet()
        with (
            patch.dict(os.environ, {VARIABLE: "/nowhere"}),
            self.assertRaises(UserError) as refused,
        ):
            sheet.action_send_payment_link()
        self.assertIn("/nowhere", str(refused.exception))

    def test_a_salesperson_sends_no_link(self):
        seller = self._user("seller", "sales_team.group_sale_salesman")
        self.customer.user_id = seller

        with self.assertRaises(AccessError):
            self._sheet().with_user(seller).action_send_payment_link()
