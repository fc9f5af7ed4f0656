from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestSettings(TransactionCase):
    def test_settings_lead_to_core_s_providers(self):
        action = (
            self.env["res.config.settings"].create({}).action_payment_links_providers()
        )

        self.assertEqual(action["res_model"], "payment.provider")
