from decimal import Decimal

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..core.tax_table import COMMON_MISSING, TaxKey, match
from .cfdi_builder import ISR_WITHHELD, IVA_16, IVA_WITHHELD, Line, Local, Rate
from .sat_case import SatCase


@tagged("post_install", "-at_install")
class TestSatTax(SatCase):
    def test_what_is_called_missing_is_missing_in_odoo_s_chart(self):
        chart = self.env["mx.sat.tax"].with_company(self.company)._chart_keys()

        self.assertFalse([key for key in COMMON_MISSING if match(key, chart)])

    def test_the_chart_s_own_taxes_are_found_by_use_kind_factor_and_rate(self):
        taxes = self.env["mx.sat.tax"].with_company(self.company)
        ref = self.env["account.chart.template"].with_company(self.company).ref
        expected = {
            TaxKey("iva", False, "Tasa", Decimal("0.160000")): "tax12",
            TaxKey("iva", False, "Tasa", Decimal("0.08")): "tax17",
            TaxKey("iva", False, "Tasa", Decimal(0)): "tax9",
            TaxKey("iva", False, "Exento", Decimal(0)): "tax19",
            TaxKey("ieps", False, "Tasa", Decimal("0.265")): "ieps_26_5_sale",
            TaxKey("isr", True, "Tasa", Decimal("0.0125")): "mx_wh_1_25_sale",
        }

        resolved = taxes._resolve(set(expected))

        self.assertEqual(resolved, {key: ref(name) for key, name in expected.items()})
        self.assertTrue(all(tax.active for tax in resolved.values()))
        rows = taxes.search([("company_id", "=", self.company.id)])
        self.assertFalse(any(rows.mapped("is_made_here")))

    def test_a_missing_tax_is_made_once_and_listed(self):
        line = Line(rates=(IVA_16, IVA_WITHHELD, ISR_WITHHELD))
        near = Rate(rate=Decimal("0.106666"), is_withheld=True)
        move = self._import(self._cfdi(1, lines=(line,))).move_id
        self._import(self._cfdi(2, lines=(Line(rates=(IVA_16, near)),)))

        made = self.env["mx.sat.tax"].search([("is_made_here", "=", True)])

        self.assertEqual(len(made), 2)
        withheld = made.filtered(lambda row: row.kind == "iva").tax_id
        self.assertAlmostEqual(withheld.amount, -10.6667)
        self.assertEqual(withheld.tax_exigibility, "on_payment")
        self.assertTrue(withheld.cash_basis_transition_account_id.reconcile)
        pending = withheld.cash_basis_transition_account_id
        line = move.line_ids.filtered(lambda line: line.account_id == pending)
        self.assertAlmostEqual(line.balance, 10.67)

    def test_a_local_tax_is_known_by_its_name_and_rate(self):
        self._import(
            self._cfdi(1, local=(Local("ish"),)), self._cfdi(2, local=(Local("ISH "),))
        )

        rows = self.env["mx.sat.tax"].search([("kind", "=", "local")])

        self.assertEqual(rows.mapped("local_name"), ["ISH"])

    def test_the_accountant_s_choice_is_used(self):
        self._import(self._cfdi(1))
        row = self.env["mx.sat.tax"].search([("rate", "=", 0.16)])
        own = row.tax_id.copy({"name": "16 % propio"})
        manager = self._user("m", "receivables_automation.group_receivables_manager")

        row.with_user(manager).tax_id = own
        move = self._import(self._cfdi(2)).move_id

        self.assertEqual(move.invoice_line_ids.tax_ids, own)

    def test_the_usual_taxes_can_be_prepared_and_confirmed(self):
        manager = self._user("m", "receivables_automation.group_receivables_manager")
        taxes = self.env["mx.sat.tax"].with_user(manager).with_company(self.company)

        taxes.action_prepare()
        taxes.action_prepare()

        own = [("company_id", "=", self.company.id)]
        rows = taxes.search([*own, ("is_made_here", "=", True)])
        self.assertEqual(len(rows), len(COMMON_MISSING))
        rows.action_confirm()
        self.assertFalse(taxes.search([*own, ("is_made_here", "=", True)]))

    def test_a_collector_changes_no_tax(self):
        self._import(self._cfdi(1))
        row = self.env["mx.sat.tax"].search([], limit=1)
        collector = self._user("c", "receivables_automation.group_receivables_user")

        with self.assertRaises(AccessError):
            row.with_user(collector).write({"tax_id": row.tax_id.id})
        with self.assertRaises(AccessError):
            self.env["mx.sat.tax"].with_user(collector).action_prepare()
