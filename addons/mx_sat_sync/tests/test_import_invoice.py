from datetime import date
from decimal import Decimal

from odoo.fields import Command
from odoo.tests import tagged

from .cfdi_builder import (
    EXEMPT,
    IEPS_8,
    ISR_WITHHELD,
    IVA_16,
    IVA_WITHHELD,
    Line,
    Local,
    Rate,
)
from .sat_case import CUSTOMER, SatCase

ZERO = Rate(rate=Decimal("0.000000"))
CUOTA = Rate("003", "Cuota", Decimal("6.199200"))
SHAPES = {
    "plain": {"lines": (Line(),)},
    "withheld": {"lines": (Line(rates=(IVA_16, IVA_WITHHELD, ISR_WITHHELD)),)},
    "ieps": {"lines": (Line(Decimal("33.33"), rates=(IEPS_8, IVA_16)),)},
    "ieps per unit": {"lines": (Line(Decimal("7.77"), rates=(CUOTA,)),)},
    "local": {"lines": (Line(),), "local": (Local(),)},
    "local withheld": {
        "lines": (Line(), Line(Decimal("50.01"))),
        "local": (Local("5 AL MILLAR", Decimal("0.50"), Decimal("0.75"), True),),
    },
    "discount": {
        "lines": (Line(Decimal("99.99"), discount=Decimal("3.33")), Line()),
    },
    "all discounted": {
        "lines": (
            Line(discount=Decimal("100.00"), rates=()),
            Line(Decimal("1.00")),
        ),
    },
    "zero, exempt, no object": {
        "lines": (
            Line(rates=(ZERO,)),
            Line(rates=(EXEMPT,)),
            Line(rates=()),
            Line(Decimal("3.33"), Decimal("3"), Decimal("0.01"), rates=()),
        )
    },
    "many cents": {
        "lines": tuple(Line(Decimal("0.333"), Decimal("3")) for _ in range(7)),
    },
    "dollars": {
        "lines": (Line(Decimal("33.33")),),
        "Moneda": "USD",
        "TipoCambio": "17.123456",
    },
}


@tagged("post_install", "-at_install")
class TestImportInvoice(SatCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("base.USD").active = True

    def test_the_ledger_s_total_is_the_cfdi_s_to_the_cent(self):
        for number, (shape, values) in enumerate(SHAPES.items(), 1):
            with self.subTest(shape=shape):
                document = self._import(self._cfdi(number, **values))

                self.assertEqual(document.state, "applied", document.reason)
                move = document.move_id
                self.assertEqual(move.state, "posted")
                self.assertAlmostEqual(move.amount_total, document.total)
                self.assertAlmostEqual(move.amount_residual, document.total)
                self.assertEqual(move.currency_id, document.currency_id)
                self.assertEqual(move.date, document.date)

    def test_taxes_of_the_ledger_are_the_cfdi_s_own_amounts(self):
        # 3 × 0.33 is 0.16 of tax each: 0.48 in the CFDI, 0.47 if it were computed.
        lines = tuple(Line(Decimal("0.99")) for _ in range(3))

        move = self._import(self._cfdi(1, lines=lines)).move_id

        self.assertAlmostEqual(move.amount_untaxed, 2.97)
        self.assertAlmostEqual(move.amount_tax, 0.48)

    def test_foreign_invoice_is_worth_what_its_own_rate_says(self):
        move = self._import(self._cfdi(1, **SHAPES["dollars"])).move_id

        item = self._items(move)
        self.assertAlmostEqual(item.amount_currency, 38.66)
        self.assertAlmostEqual(item.balance, 661.99)

    def test_the_invoice_shows_series_folio_and_what_sat_calls_the_product(self):
        document = self._import(self._cfdi(7))
        move = document.move_id

        self.assertEqual(move.ref, "F7")
        self.assertEqual(move.payment_reference, "F7")
        self.assertIn("30102403", move.invoice_line_ids.name)
        self.assertFalse(move.invoice_line_ids.product_id)
        self.assertFalse(move.invoice_user_id)
        self.assertEqual(move.mx_sat_uuid, document.uuid)
        self.assertEqual(move.mx_sat_state, "unknown")
        self.assertEqual(
            self.env["account.move"].search([("mx_sat_uuid", "=", document.uuid)]), move
        )

    def test_an_invoice_that_was_entered_before_is_taken_and_not_made_twice(self):
        customer = self._customer(vat=CUSTOMER)
        move = self._invoice(
            customer, 116.0, date(2026, 11, 30), ref="F-1", invoice_date="2026-11-10"
        )

        document = self._import(self._cfdi(1))

        self.assertEqual(document.move_id, move)
        self.assertEqual(document.reason_code, "document_linked")

    # --- customers -----------------------------------------------------------------

    def test_a_customer_is_made_once_and_found_however_the_rfc_is_spelled(self):
        known = self.env["res.partner"].create(
            [
                {"name": "Peña", "vat": "cpñ-050617 tr8"},
                {"name": "H&E", "vat": "MXH&E951128469"},
                {"name": "Archivada", "vat": "EKU9003173C8", "active": False},
            ]
        )
        documents = self._import(
            self._cfdi(1),
            self._cfdi(2, receiver="H&E951128469"),
            self._cfdi(3, receiver="EKU9003173C8"),
            self._cfdi(4, receiver="XIQB891116QE4", receiver_name="BERENICE XIMO"),
            self._cfdi(5, receiver="XIQB891116QE4", receiver_name="XIMO BERENICE"),
        )

        self.assertEqual(documents[:3].partner_id, known)
        new = documents[3:].partner_id
        self.assertEqual(len(new), 1)
        self.assertEqual(new.country_id.code, "MX")
        self.assertFalse(new.is_company)
        self.assertEqual(new.zip, "64560")

    def test_generic_rfcs_are_told_apart_by_name(self):
        documents = self._import(
            self._cfdi(1, receiver="XAXX010101000", receiver_name="PUBLICO EN GENERAL"),
            self._cfdi(2, receiver="XAXX010101000", receiver_name="Publico en general"),
            self._cfdi(3, receiver="XEXX010101000", receiver_name="ACME INC"),
            self._cfdi(4, receiver="XEXX010101000", receiver_name="OTHER INC"),
        )

        partners = [document.partner_id for document in documents]
        self.assertEqual(partners[0], partners[1])
        self.assertEqual(len(documents.partner_id), 3)

    # --- due dates -----------------------------------------------------------------

    def test_the_due_date_s_rule_is_kept(self):
        customer = self._customer(vat=CUSTOMER)
        own = self._import(self._cfdi(1))
        self.company.receivables_payment_term_id = self._term(15)
        usual = self._import(self._cfdi(2))
        customer.property_payment_term_id = self._term(30)
        agreed = self._import(self._cfdi(3))
        pue = self._import(self._cfdi(4, MetodoPago="PUE", FormaPago="03"))
        said = self._import(self._cfdi(5, CondicionesDePago="Crédito 10 días"))
        vague = self._import(self._cfdi(6, CondicionesDePago="Según contrato 10"))

        found = [
            (document.due_rule, document.move_id.invoice_date_due)
            for document in (own, usual, agreed, pue, said, vague)
        ]
        self.assertEqual(
            found,
            [
                ("issue_date", date(2026, 11, 10)),
                ("term_company", date(2026, 11, 25)),
                ("term_customer", date(2026, 12, 10)),
                ("pue_month_end", date(2026, 11, 30)),
                ("condition_days", date(2026, 11, 20)),
                ("term_customer", date(2026, 12, 10)),
            ],
        )

    def _term(self, *days):
        share = 100.0 / len(days)
        return self.env["account.payment.term"].create(
            {
                "name": f"{days}",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": share, "nb_days": count}
                    )
                    for count in days
                ],
            }
        )

    def test_instalments_of_the_customer_s_term_add_up_to_the_total(self):
        customer = self._customer(vat=CUSTOMER)
        customer.property_payment_term_id = self._term(30, 60)

        move = self._import(self._cfdi(1, lines=(Line(Decimal("100.01")),))).move_id

        items = self._items(move)
        self.assertEqual(
            items.mapped("date_maturity"), [date(2026, 12, 10), date(2027, 1, 9)]
        )
        self.assertAlmostEqual(sum(items.mapped("balance")), 116.01)

    # --- what cannot be booked -------------------------------------------------------

    def test_a_total_that_its_own_figures_do_not_give_is_set_aside(self):
        before = self.env["account.move"].search_count([])

        document = self._import(self._cfdi(1, Total="120.00"))

        self.assertEqual(document.state, "quarantined")
        self.assertEqual(document.reason_code, "ledger_total_differs")
        self.assertIn("120.00", document.reason)
        self.assertEqual(self.env["account.move"].search_count([]), before)

    def test_a_closed_period_is_said_and_once_it_is_open_the_document_goes_on(self):
        self.company.fiscalyear_lock_date = date(2026, 11, 30)
        good = self._cfdi(2, Fecha="2026-12-01T10:00:00")
        closed, open_ = self._import(self._cfdi(1), good)

        self.assertEqual(closed.state, "quarantined")
        self.assertIn(closed.reason_code, ("ledger_date", "ledger_refused"))
        self.assertIn("Process again", closed.with_context(lang="en_US").reason)
        self.assertFalse(closed.move_id)
        self.assertEqual(open_.state, "applied")

        self.company.fiscalyear_lock_date = False
        closed.action_process_again()

        self.assertEqual(closed.state, "applied")
        self.assertEqual(closed.move_id.date, date(2026, 11, 10))

    def test_currencies_that_cannot_be_valued_are_set_aside(self):
        self.env.ref("base.EUR").active = False
        no_rate, inactive = self._import(
            self._cfdi(1, Moneda="USD"),
            self._cfdi(2, Moneda="EUR", TipoCambio="20"),
        )

        self.assertEqual(no_rate.reason_code, "ledger_rate_missing")
        self.assertEqual(inactive.reason_code, "ledger_currency")

    def test_credit_does_not_stop_what_sat_has_already(self):
        self.company.receivables_policy_id = self.env["receivables.policy"].create(
            {
                "name": "Contado",
                "company_id": self.company.id,
                "credit": "cash_only",
            }
        )

        document = self._import(self._cfdi(1))

        self.assertEqual(document.state, "applied")
        self.assertEqual(document.move_id.state, "posted")
        self.assertEqual(document.move_id._receivables_hold_exempt(), document.move_id)
