from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ReceivablesCommon

MENU_ROOT = "receivables_automation.menu_root"


@tagged("post_install", "-at_install")
class TestAccess(ReceivablesCommon):
    def _menus_of(self, name):
        """Return the xml ids of our menus that the user ``name`` sees."""
        menus = self.env["ir.ui.menu"].with_user(self.users[name])
        visible = menus.browse(menus._visible_menu_ids()).sudo().get_external_id()
        return {
            xml_id.partition(".")[2]
            for xml_id in visible.values()
            if xml_id.startswith("receivables_automation.")
        }

    def test_each_group_sees_its_menus(self):
        everybody = {
            "menu_root",
            "account_move_line_menu_open_receivables",
            "menu_credit",
            "menu_customers",
            "menu_follow_up",
            "receivables_credit_application_menu",
            "receivables_dispute_menu",
            "receivables_front_page_menu",
            "receivables_promise_menu",
            "receivables_watch_menu",
            "res_partner_menu",
        }
        reader = everybody | {
            "receivables_dunning_menu",
            "receivables_dunning_notice_menu",
            "receivables_dunning_run_menu",
            "receivables_override_menu",
        }
        control = {
            "menu_control",
            "receivables_segment_migration_menu",
            "receivables_target_alert_menu",
        }
        expected = {
            "collector": reader,
            "auditor": reader | control | {"receivables_audit_menu"},
            "salesperson": everybody,
            "manager": reader
            | control
            | {
                "menu_configuration",
                "account_payment_term_menu",
                "receivables_contact_calendar_menu",
                "receivables_credit_tier_menu",
                "receivables_dispute_reason_menu",
                "receivables_document_type_menu",
                "receivables_dunning_plan_menu",
                "receivables_policy_menu",
                "receivables_reward_menu",
                "receivables_segment_menu",
                "receivables_watch_rule_menu",
            },
            "outsider": set(),
        }
        for name, menus in expected.items():
            with self.subTest(user=name):
                self.assertEqual(self._menus_of(name), menus)

    def test_user_without_our_groups_reads_no_item(self):
        item = self._items(self._invoice(self.own_customer))

        with self.assertRaises(AccessError):
            item.with_user(self.users["outsider"]).read(["amount_residual"])

    def test_user_without_our_groups_cannot_run_the_first_screen(self):
        action = self.env.ref("receivables_automation.action_open_receivables")

        with self.assertRaises(AccessError):
            action.with_user(self.users["outsider"]).run()

    def test_auditor_and_salesperson_cannot_write_an_invoice(self):
        invoice = self._invoice(self.own_customer)

        for name in ("auditor", "salesperson", "collector"):
            with self.subTest(user=name), self.assertRaises(AccessError):
                invoice.with_user(self.users[name]).write({"ref": "changed"})

    def test_salesperson_does_not_read_another_s_customer_invoice(self):
        invoice = self._invoice(
            self.other_customer, invoice_user_id=self.users["colleague"].id
        )

        with self.assertRaises(AccessError):
            invoice.with_user(self.users["salesperson"]).read(["amount_total"])

    def test_salesperson_reads_the_payments_of_own_customers_only(self):
        own = self._register(self._invoice(self.own_customer))
        other = self._register(self._invoice(self.other_customer))

        payments = self.env["account.payment"].with_user(self.users["salesperson"])

        self.assertEqual(payments.search([("id", "in", (own | other).ids)]), own)

    def test_groups_imply_what_the_design_says(self):
        def implied(xml_id):
            return self.env.ref(f"receivables_automation.{xml_id}").implied_ids

        self.assertEqual(
            implied("group_receivables_user"),
            self.env.ref("account.group_account_readonly")
            | self.env.ref("base.group_partner_manager"),
        )
        self.assertEqual(
            implied("group_receivables_manager"),
            self.env.ref("receivables_automation.group_receivables_user")
            | self.env.ref("account.group_account_invoice"),
        )
        self.assertEqual(
            implied("group_receivables_auditor"),
            self.env.ref("account.group_account_readonly")
            | self.env.ref("base.group_allow_export"),
        )

    def test_only_an_administrator_loads_the_sample(self):
        settings = self.env["res.config.settings"].with_user(self.users["manager"])

        with self.assertRaises(AccessError):
            settings.create({}).action_receivables_load_sample()
