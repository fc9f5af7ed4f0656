import math
from contextlib import contextmanager
from decimal import Decimal

from odoo.tests import tagged

from .cfdi_builder import Line
from .sat_case import CUSTOMER, SatCase, uuid_of


class OrdersCase(SatCase):
    """Imports the same files in every order of arrival and compares the ledgers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The customer is there, so that every order names the same one.
        cls.customer = cls._customer(vat=CUSTOMER)

    @contextmanager
    def _taken_back(self):
        """Take back what is done within, whether it succeeds or not."""
        savepoint = self.cr.savepoint()
        try:
            yield
        finally:
            savepoint.rollback()
            savepoint.close(rollback=False)
            self.env.invalidate_all()

    def _import_in_every_order(self, files, check, documents=None, order=()):
        """Import ``files`` in every order, and call ``check`` with their documents.

        What several orders begin with is imported once for all of them.
        """
        documents = documents or self.env["mx.sat.document"]
        if not files:
            with self.subTest(order=order):
                check(documents)
        for at, content in enumerate(files):
            with self._taken_back():
                document = self._import(content)
                rest = files[:at] + files[at + 1 :]
                self._import_in_every_order(
                    rest, check, documents + document, (*order, document.uuid[:8])
                )

    def _check_one_ledger(self, files, total, payments):
        """Check that every order of ``files`` pays one invoice of ``total`` alike."""
        ledgers = []

        def check(documents):
            ledgers.append(self._ledger())
            self.assertEqual(ledgers[-1], ledgers[0])
            self.assertEqual(set(documents.mapped("state")), {"applied"})
            invoice = documents.filtered(lambda one: one.document_type == "I").move_id
            self.assertEqual(invoice.amount_total, total)
            self.assertEqual(invoice.amount_residual, 0.0)
            self.assertEqual(len(documents.payment_ids), payments)

        self._import_in_every_order(files, check)
        self.assertEqual(len(ledgers), math.factorial(len(files)))

    def _credit_note(self, number, amount):
        return self._cfdi(
            number,
            "E",
            lines=(Line(Decimal(amount)),),
            relations=(("01", (uuid_of(1),)),),
            Fecha="2026-11-15T10:00:00",
        )

    def _two_invoices_and_a_note(self):
        return (
            self._cfdi(1),
            self._cfdi(2),
            self._cfdi(
                3,
                "E",
                lines=(Line(Decimal("150.00")),),
                relations=(("01", (uuid_of(2), uuid_of(1))),),
            ),
        )

    def _check_order_of_payment(self, documents):
        open_by_uuid = {
            document.uuid: document.move_id.amount_residual for document in documents
        }
        self.assertEqual(open_by_uuid[uuid_of(2)], 0.0)
        self.assertEqual(open_by_uuid[uuid_of(1)], 58.0)


@tagged("soak", "-standard", "post_install", "-at_install")
class TestImportLongOrders(OrdersCase):
    def test_invoice_credit_note_and_two_payments_give_one_ledger_in_any_order(self):
        files = (
            self._cfdi(1, lines=(Line(Decimal("12501.00")),)),
            self._complement(2, "5000.00", (1, "5000.00"), when="2026-11-12"),
            self._credit_note(3, "500.00"),
            self._complement(4, "8921.16", (1, "8921.16"), when="2026-11-20"),
        )

        self._check_one_ledger(files, 14501.16, payments=2)

    def test_a_credit_note_of_two_invoices_pays_alike_whenever_it_comes(self):
        self._import_in_every_order(
            self._two_invoices_and_a_note(), self._check_order_of_payment
        )


@tagged("post_install", "-at_install")
class TestImportOrders(OrdersCase):
    def test_invoice_credit_note_and_payment_give_one_ledger_in_any_order(self):
        files = (
            self._cfdi(1, lines=(Line(Decimal("12501.00")),)),
            self._credit_note(2, "500.00"),
            self._complement(3, "13921.16", (1, "13921.16"), when="2026-11-20"),
        )

        self._check_one_ledger(files, 14501.16, payments=1)

    def test_importing_all_again_changes_nothing(self):
        files = (
            self._cfdi(1),
            self._complement(2, "116.00", (1, "116.00")),
        )
        documents = self._import(*files)
        ledger = self._ledger()

        again = self._import(*files, *files)

        self.assertEqual(again.ids, documents.ids * 2)
        self.assertEqual(self._ledger(), ledger)

    def test_one_credit_note_of_two_invoices_pays_them_in_the_order_it_names(self):
        self._check_order_of_payment(self._import(*self._two_invoices_and_a_note()))

    def test_money_of_another_door_and_its_complement_are_one_payment(self):
        invoice = self._cfdi(1, lines=(Line(Decimal("1000.00")),))
        complement = self._complement(2, "1160.00", (1, "1160.00"))

        def from_link():
            """Do what a payment link does when its provider reports the money."""
            payments = self.env["account.payment"]
            day = self.env["mx.sat.document"].search([], limit=1).date
            found = payments._receivables_find_same(
                "link",
                self.company,
                self.customer,
                self.company.currency_id,
                1160.0,
                day,
            )
            payment = payments.browse(found.payments)
            if not payment:
                moves = self.env["account.move"].search(
                    [("mx_sat_uuid", "=", uuid_of(1))]
                )
                items = moves and self._items(moves)
                payment = self._pay(
                    self.customer,
                    1160.0,
                    [(items, 1160.0)] if items else [],
                    when=day,
                )
            payment._receivables_claim("link", "tx-1")

        first, second, third = (
            lambda: self._import(invoice),
            lambda: self._import(complement),
            from_link,
        )
        # A link is made for an invoice, so that one is here before it is paid.
        orders = {
            "invoice, complement, link": (first, second, third),
            "invoice, link, complement": (first, third, second),
            "complement, invoice, link": (second, first, third),
        }
        for name, doors in orders.items():
            with self.subTest(order=name), self._taken_back():
                for door in doors:
                    door()
                payments = self.env["account.payment"].search(
                    [("partner_id", "=", self.customer.id)]
                )
                move = self.env["account.move"].search(
                    [("mx_sat_uuid", "=", uuid_of(1))]
                )
                self.assertEqual(len(payments), 1)
                self.assertEqual(move.amount_residual, 0.0)
