from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestSettings(TransactionCase):
    def test_rfc_of_the_settings_is_the_company_s(self):
        self.env.company.country_id = self.env.ref("base.mx")

        self.env["res.config.settings"].create({"mx_sat_rfc": "EKU9003173C9"}).execute()

        self.assertEqual(self.env.company.vat, "EKU9003173C9")
