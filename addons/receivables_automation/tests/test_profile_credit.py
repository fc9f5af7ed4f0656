from odoo.exceptions import AccessError

from .credit_case import TODAY, CreditCase


class TestProfileCredit(CreditCase):
    """The debtor's sheet says how much of the limit is used, as of now."""

    def _sheet(self, company=None):
        profiles = self.env["receivables.profile"]
        return profiles._ensure_rows(company or self.company, self.customer)

    def test_the_limit_and_what_is_used_of_it(self):
        self._invoice(self.customer, 400, TODAY)
        self._order(350).action_confirm()

        sheet = self._sheet()

        self.assertEqual(sheet.credit_exposure, 750.0)
        self.assertEqual(sheet.credit_limit, 1000.0)
        self.assertEqual(sheet.credit_used_percent, 75.0)
        self.assertEqual(sheet.credit_state, "ok")

    def test_over_the_limit_it_is_on_hold_and_says_why(self):
        self._invoice(self.customer, 900, TODAY)
        self.customer.credit_limit = 750
        sheet = self._sheet()

        self.assertEqual(sheet.credit_used_percent, 120.0)
        self.assertEqual(sheet.credit_state, "hold")
        self.assertIn("150.00 over it", sheet.credit_reason)

    def test_without_limit_nothing_is_used_of_it(self):
        self.customer.credit_limit = 0
        self._invoice(self.customer, 400, TODAY)
        sheet = self._sheet()

        self.assertFalse(sheet.has_credit_limit)
        self.assertEqual(sheet.credit_used_percent, 0.0)
        self.assertEqual(sheet.credit_exposure, 400.0)

    def test_a_salesperson_learns_the_verdict_and_not_the_amounts(self):
        seller = self._user("sheet_seller", "sales_team.group_sale_salesman")
        self.customer.user_id = seller
        self._invoice(self.customer, 400, TODAY)
        sheet = self._sheet().with_user(seller)

        self.assertEqual(sheet.credit_state, "ok")
        with self.assertRaises(AccessError):
            sheet.read(["credit_exposure"])
