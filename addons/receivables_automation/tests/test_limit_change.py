from lxml import etree

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form

from .credit_application_case import CreditApplicationCase

ACTIONS = "action_receivables_{}_limit".format


class TestLimitChange(CreditApplicationCase):
    """A limit is changed in a dialog that shows why, with a reason, and put back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, lang="en_US"))
        cls.customer = cls.customer.with_env(cls.env)
        cls.env["receivables.guarantee"].create(
            {"name": "Aval", "partner_id": cls.customer.id, "amount": 1500}
        )
        cls.policy.limit_formula = "guarantees * 2 + 0.004"

    def _dialog(self, by="manager", opened_by="change", **values):
        """Return the dialog as ``by`` saves it, with a reason."""
        customer = self._fresh().with_user(self.users[by])
        action = getattr(customer, ACTIONS(opened_by))()
        dialogs = self.env[action["res_model"]].with_user(self.users[by])
        with Form(dialogs.with_context(**action["context"])) as form:
            form.reason = "Doce meses puntual"
            for name, value in values.items():
                setattr(form, name, value)
        return form.record

    def _log(self):
        self.env.flush_all()
        return self.env["receivables.audit"].search(
            [("partner_id", "=", self.customer.id), ("kind", "=", "limit")]
        )

    def test_the_recommended_limit_is_shown_with_its_arithmetic_and_applied(self):
        self._invoice(self.customer, 700)

        dialog = self._dialog(opened_by="recommend")

        self.assertEqual(dialog.limit_then, 1000)
        self.assertEqual(dialog.recommended_limit, 3000)
        self.assertEqual(
            dialog.recommendation.splitlines(),
            [
                "Usable guarantees = 1,500",
                "1,500 × 2 = 3,000",
                "3,000 + 0.004 = 3,000.004",
            ],
        )
        self.assertEqual(dialog.exposure, 700 - 1500)
        self.assertEqual(dialog.limit_new, 3000)
        dialog.action_apply()

        self.assertEqual(self.customer.credit_limit, 3000)
        row = self._log()[0]
        self.assertEqual((row.before, row.after), ("1000.00 MXN", "3000.00 MXN"))
        self.assertEqual(row.reason, "Doce meses puntual")
        self.assertEqual(row.user_id, self.users["manager"])
        self.assertEqual(row.company_id, self.company)

    def test_another_limit_than_the_recommended_may_be_written(self):
        self._dialog(limit_new=2000.004).action_apply()

        self.assertEqual(self.customer.credit_limit, 2000)

    def test_without_a_recommendation_the_limit_is_written_by_hand(self):
        self.policy.limit_formula = "payment_capacity * 2"

        with self.assertRaisesRegex(UserError, "Payment capacity.*no value"):
            self._dialog(opened_by="recommend")
        dialog = self._dialog()
        self.assertIn("no value", dialog.recommendation)
        self.assertEqual(dialog.limit_new, 1000)

        self.policy.credit = "cash_only"
        with self.assertRaisesRegex(UserError, "gives no limit"):
            self._dialog(opened_by="recommend")

    def test_what_is_no_limit_is_refused(self):
        with self.assertRaisesRegex(UserError, "that is what 0 means"):
            self._dialog(limit_new=0).action_apply()
        with (
            self.assertRaisesRegex(ValidationError, "cannot be -5"),
            self.env.cr.savepoint(),
        ):
            self._dialog(limit_new=-5).action_apply()
        with self.assertRaisesRegex(UserError, r"is \$.1,000.00 already"):
            self._dialog(limit_new=1000).action_apply()
        with self.assertRaisesRegex(UserError, "Write the reason"):
            self._dialog(reason=" ").action_apply()
        self.assertEqual(self._fresh().credit_limit, 1000)

    def test_a_limit_under_what_is_used_warns_and_may_be_given(self):
        self._invoice(self.customer, 2400)

        dialog = self._dialog(limit_new=500)

        self.assertIn("uses $ 900.00 today", dialog.warning.replace("\xa0", " "))
        self.assertIn("$ 400.00 more", dialog.warning.replace("\xa0", " "))
        dialog.action_apply()
        self.assertEqual(self.customer.credit_limit, 500)
        self.assertFalse(self._dialog(limit_new=900).warning)

    def test_a_limit_that_changed_meanwhile_is_not_overwritten(self):
        dialog = self._dialog()
        self.customer.credit_limit = 4000

        with self.assertRaisesRegex(UserError, "changed meanwhile"):
            dialog.action_apply()
        self.assertEqual(self.customer.credit_limit, 4000)

    def test_a_change_is_put_back_with_a_reason_and_both_stay_in_the_log(self):
        with self.assertRaisesRegex(UserError, "nothing to put back"):
            self._as(
                "manager", self._customer("Nuevo")
            ).action_receivables_put_back_limit()
        self._dialog(limit_new=3000).action_apply()

        dialog = self._dialog(opened_by="put_back", reason="Fue un error")

        self.assertEqual(dialog.limit_new, 1000)
        self.assertIn("Doce meses puntual", dialog.last_change)
        dialog.action_apply()
        self.assertEqual(self.customer.credit_limit, 1000)
        self.assertEqual(
            self._log()[:2].mapped("reason"), ["Fue un error", "Doce meses puntual"]
        )

    def test_a_row_of_an_earlier_version_without_currency_is_put_back_too(self):
        self.env["receivables.audit"]._log(
            [
                {
                    "kind": "limit",
                    "action": "write",
                    "record": self.customer,
                    "field_name": "credit_limit",
                    "before": "750.0",
                    "after": "1000.0",
                    "company": self.company,
                    "partner": self.customer,
                }
            ]
        )

        self._dialog(opened_by="put_back").action_apply()

        self.assertEqual(self.customer.credit_limit, 750)

    def test_no_limit_is_put_back_too(self):
        self.customer.credit_limit = 0
        self._dialog(limit_new=3000).action_apply()

        dialog = self._dialog(opened_by="put_back")

        self.assertTrue(dialog.is_without_limit)
        with self.assertRaisesRegex(UserError, "over every approval tier"):
            dialog.action_apply()
        self.env["receivables.credit.tier"].search([]).active = False
        dialog.action_apply()
        self.assertEqual(self.customer.credit_limit, 0)

    def test_a_raise_above_the_user_s_tier_is_refused(self):
        with self.assertRaisesRegex(AccessError, "approved by Dirección"):
            self._dialog(limit_new=60000).action_apply()
        self._dialog("director", limit_new=60000).action_apply()
        self.assertEqual(self._fresh().credit_limit, 60000)

        self._dialog(limit_new=55000).action_apply()
        self.assertEqual(self._fresh().credit_limit, 55000, "lowering needs no tier")

    def test_under_cash_only_a_limit_is_a_raise_too(self):
        self.policy.credit = "cash_only"
        self.customer.credit_limit = 0

        with self.assertRaisesRegex(AccessError, "approved by Dirección"):
            self._dialog(limit_new=60000).action_apply()
        self._dialog(limit_new=50000).action_apply()

        self.assertEqual(self._fresh().credit_limit, 50000)

    def test_the_customer_s_tab_leaves_changing_the_limit_to_the_dialog(self):
        partners = self.env["res.partner"].with_user(self.users["manager"])
        tree = etree.fromstring(partners.get_view(view_type="form")["arch"])

        (field,) = tree.xpath(
            "//page[@name='receivables']//field[@name='credit_limit']"
        )

        self.assertEqual(field.get("readonly"), "1")

    def test_a_collector_looks_and_keeps_but_does_not_change(self):
        dialog = self._dialog("collector")
        with self.assertRaisesRegex(AccessError, "Only finance managers"):
            dialog.action_apply()

        dialog.action_keep()

        row = self._log()[0]
        self.assertEqual(
            (row.action, row.before, row.after),
            ("review", "1000.00 MXN", "1000.00 MXN"),
        )
        self.assertEqual(row.user_id, self.users["collector"])
        self.assertEqual(self._fresh().credit_limit, 1000)

    def test_nobody_else_opens_it(self):
        for name in ("seller", "auditor"):
            dialogs = self.env["receivables.limit.change"].with_user(self.users[name])
            self.assertFalse(dialogs.has_access("create"), name)
            for change in ("_receivables_set_limit", "_receivables_keep_limit"):
                with self.assertRaises(AccessError):
                    getattr(self._as(name, self.customer), change)(
                        self.company, *((5,) if "set" in change else ()), "Porque sí"
                    )

    def test_each_company_has_its_limit(self):
        other = self.env["res.company"].create(
            {"name": "Otra", "currency_id": self.env.ref("base.USD").id}
        )
        self.customer.with_company(other).credit_limit = 77

        self._dialog(limit_new=3000).action_apply()

        self.assertEqual(self.customer.with_company(other).credit_limit, 77)
        with self.assertRaisesRegex(AccessError, "do not work in Otra"):
            self._as("manager", self.customer)._receivables_set_limit(other, 5, "Sí")

    def test_a_contact_opens_its_company_s(self):
        contact = self.env["res.partner"].create(
            {"name": "Rosa", "parent_id": self.customer.id}
        )

        action = contact.with_user(
            self.users["manager"]
        ).action_receivables_change_limit()

        self.assertEqual(action["context"]["default_partner_id"], self.customer.id)
        self.assertEqual(action["context"]["default_limit_then"], 1000)
