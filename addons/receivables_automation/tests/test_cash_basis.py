from datetime import date

from odoo.tests import tagged

from .mexican_company import MexicanCompanyCase


@tagged("post_install", "-at_install")
class TestCashBasis(MexicanCompanyCase):
    """Mexico's IVA is owed when the customer pays, for what the customer paid."""

    def _paid_tax(self, invoice):
        """Return [(day, base and tax)] of the invoice's cash-basis entries."""
        entries = self.env["account.move"].search(
            [("tax_cash_basis_origin_move_id", "=", invoice.id)], order="date, id"
        )
        return [
            (entry.date, entry.currency_id.round(sum(entry.line_ids.mapped("debit"))))
            for entry in entries
        ]

    def test_payments_of_one_invoice_in_a_batch_each_owe_their_own_tax(self):
        tax = self.company.account_sale_tax_id
        customer = self._customer()
        alone, together = (self._invoice(customer, 1000.0, taxes=tax) for _ in "12")
        days = (date(2026, 4, 1), date(2026, 5, 2))
        for day, amount in zip(days, (860.0, 300.0), strict=True):
            self._pay(customer, amount, [(self._items(alone), amount)], when=day)

        self.env["account.payment"]._receivables_create_applied_batch(
            [
                (
                    {
                        "partner_id": customer.id,
                        "amount": amount,
                        "currency_id": self.company.currency_id.id,
                        "date": day,
                        "journal_id": self.bank.id,
                    },
                    [(self._items(together), amount)],
                )
                for day, amount in zip(days, (860.0, 300.0), strict=True)
            ]
        )

        self.assertEqual(together.payment_state, alone.payment_state)
        self.assertEqual(len(self._paid_tax(alone)), 2)
        self.assertEqual(self._paid_tax(together), self._paid_tax(alone))
