from datetime import date
from decimal import Decimal

from odoo.tests import tagged

from .cfdi_builder import Line, Paid, Pay
from .sat_case import CUSTOMER, SatCase, uuid_of


@tagged("post_install", "-at_install")
class TestImportPayment(SatCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("base.USD").active = True
        cls.customer = cls._customer(vat=CUSTOMER)

    def _credit(self, payment):
        """Return the open credit of a payment, above zero."""
        return -sum(self._items(payment.move_id).mapped("amount_residual"))

    def test_each_document_gets_exactly_what_the_complement_says(self):
        invoices = self._import(self._cfdi(1), self._cfdi(2)).move_id

        document = self._import(
            self._complement(3, "100.00", (2, "60.00"), (1, "30.00"))
        )

        payment = document.payment_ids
        self.assertEqual(payment.date, date(2026, 11, 12))
        self.assertEqual(
            sorted(invoices.mapped("amount_residual")), [116 - 60, 116 - 30]
        )
        self.assertAlmostEqual(self._credit(payment), 10.0)
        self.assertEqual(document.state, "applied")

    def test_complement_without_folio_is_named_by_its_day_and_what_it_paid(self):
        document = self._import(
            self._complement(2, "1250.00", (1, "50.00"), Serie=None, Folio=None)
        )

        self.assertEqual(document.total, 1250.0)
        self.assertEqual(
            document.display_name,
            f"P 2026-11-10 1,250.00 MXN {uuid_of(2)[:8]}",
        )

    def test_a_payment_before_its_invoice_is_open_credit_and_says_what_it_waits_for(
        self,
    ):
        document = self._import(self._complement(2, "50.00", (1, "50.00")))

        self.assertEqual(document.state, "waiting")
        self.assertIn(uuid_of(1), document.reason)
        self.assertAlmostEqual(self._credit(document.payment_ids), 50.0)

        invoice = self._import(self._cfdi(1)).move_id

        self.assertEqual(document.state, "applied")
        self.assertAlmostEqual(invoice.amount_residual, 66.0)

    def test_more_than_is_owed_stays_the_customer_s_credit_and_is_said(self):
        invoice = self._import(self._cfdi(1)).move_id
        self._pay(self.customer, 100.0, [(self._items(invoice), 100.0)])

        document = self._import(self._complement(2, "116.00", (1, "116.00")))

        self.assertEqual(document.state, "applied")
        self.assertEqual(document.reason_code, "applied_in_part")
        self.assertAlmostEqual(invoice.amount_residual, 0.0)
        self.assertAlmostEqual(self._credit(document.payment_ids), 100.0)

    def test_two_payments_of_one_complement_are_two(self):
        self._import(self._cfdi(1))
        paid = Paid(uuid=uuid_of(1))
        document = self._import(
            self._cfdi(2, "P", payments=(Pay(documents=(paid,)),) * 2)
        )

        self.assertEqual(len(document.payment_ids), 2)
        self.assertEqual(document.reason_values, {"count": 2})

    def test_pesos_pay_a_dollar_invoice_by_the_agreed_equivalence(self):
        line = Line(Decimal("1000.00"))
        invoice = self._import(
            self._cfdi(1, lines=(line,), Moneda="USD", TipoCambio="17.00")
        ).move_id
        paid = Paid(
            uuid=uuid_of(1),
            before=Decimal("1160.00"),
            paid=Decimal("1160.00"),
            after=Decimal(0),
            currency="USD",
            equivalence="0.0571428571",
        )
        pay = Pay(Decimal("20300.00"), documents=(paid,))

        document = self._import(self._cfdi(2, "P", payments=(pay,)))

        self.assertEqual(document.state, "applied", document.reason)
        self.assertAlmostEqual(invoice.amount_residual, 0.0)
        self.assertAlmostEqual(self._credit(document.payment_ids), 0.0)

    def test_dollars_are_booked_at_the_complement_s_rate(self):
        invoice = self._import(self._cfdi(1, Moneda="USD", TipoCambio="17.00")).move_id
        paid = Paid(
            uuid=uuid_of(1),
            before=Decimal("116.00"),
            paid=Decimal("116.00"),
            after=Decimal(0),
            currency="USD",
        )
        pay = Pay(Decimal("116.00"), "USD", "18.50", (paid,))

        payment = self._import(self._cfdi(2, "P", payments=(pay,))).payment_ids

        self.assertAlmostEqual(invoice.amount_residual, 0.0)
        self.assertAlmostEqual(max(payment.move_id.line_ids.mapped("balance")), 2146.0)

    def test_a_payment_that_another_door_applied_is_linked_and_nothing_else_happens(
        self,
    ):
        invoice = self._import(self._cfdi(1)).move_id
        payment = self._pay(
            self.customer,
            116.0,
            [(self._items(invoice), 116.0)],
            when=date(2026, 11, 11),
        )
        ledger = self._ledger()

        document = self._import(self._complement(2, "116.00", (1, "116.00")))

        self.assertEqual(document.payment_ids, payment)
        self.assertEqual(document.paid_ids.match, "amount")
        self.assertEqual(self._ledger(), ledger)

    def test_of_a_free_payment_only_what_the_complement_says_is_applied(self):
        invoices = self._import(
            self._cfdi(1, lines=(Line(Decimal("1000.00")),)), self._cfdi(2)
        ).move_id
        payment = self._pay(self.customer, 1000.0, when=date(2026, 11, 11))

        document = self._import(
            self._complement(3, "1000.00", (1, "600.00"), (2, "116.00"))
        )

        self.assertEqual(document.payment_ids, payment)
        self.assertEqual(
            sorted(invoices.mapped("amount_residual")), [0.0, 1160.0 - 600.0]
        )
        self.assertAlmostEqual(self._credit(payment), 1000 - 600 - 116)

    def test_an_operation_number_decides_between_two(self):
        self._import(self._cfdi(1))
        day = date(2026, 11, 12)
        self._pay(self.customer, 116.0, when=day)
        named = self._pay(self.customer, 116.0, when=day, memo="MBAN 01-002403")

        document = self._import(
            self._complement(
                2, "116.00", (1, "116.00"), attributes={"NumOperacion": "MBAN01002403"}
            )
        )

        self.assertEqual(document.payment_ids, named)
        self.assertEqual(document.paid_ids.match, "number")

    def test_a_complement_that_takes_more_than_it_paid_is_set_aside(self):
        document = self._import(self._complement(2, "50.00", (1, "60.00")))

        self.assertEqual(document.state, "quarantined")
        self.assertEqual(document.reason_code, "ledger_payment_exceeded")
        self.assertFalse(document.payment_ids)

    def test_an_invoice_of_another_customer_is_left_alone(self):
        other = self._import(self._cfdi(1, receiver="XIQB891116QE4")).move_id

        document = self._import(self._complement(2, "50.00", (1, "50.00")))

        self.assertEqual(document.reason_code, "related_of_another")
        self.assertAlmostEqual(other.amount_residual, 116.0)

    def test_a_credit_note_without_invoice_is_open_credit(self):
        document = self._import(self._cfdi(1, "E"))

        self.assertEqual(document.state, "applied")
        self.assertEqual(document.reason_code, "credit_open")
        self.assertEqual(document.move_id.move_type, "out_refund")

    def test_importing_many_takes_no_more_queries_each(self):
        """Twice as many invoices take less than twice the queries."""

        def queries(first, count):
            files = [self._cfdi(number) for number in range(first, first + count)]
            self.env.flush_all()
            before = self.cr.sql_log_count
            self._import(*files)
            self.env.flush_all()
            return self.cr.sql_log_count - before

        queries(100, 2)
        few = queries(110, 5)
        many = queries(120, 10)

        self.assertLess(many, 2 * few)
