from odoo.modules.neutralize import get_neutralization_queries
from odoo.tests import TransactionCase, tagged

ADDONS = ("receivables_automation", "mx_sat_sync", "payment_links")


@tagged("post_install", "-at_install")
class TestNeutralize(TransactionCase):
    def _neutralize(self):
        self.env.flush_all()
        for query in get_neutralization_queries(ADDONS):
            self.cr.execute(query)
        self.env.invalidate_all()

    def test_each_addon_brings_queries_that_run(self):
        for addon in ADDONS:
            with self.subTest(addon=addon):
                self.assertTrue(list(get_neutralization_queries([addon])))
        self._neutralize()

    def test_no_job_of_ours_runs_in_a_copy(self):
        self._neutralize()

        jobs = self.env["ir.model.data"].search(
            [("model", "=", "ir.cron"), ("module", "in", ADDONS)]
        )
        active = self.env["ir.cron"].search([("id", "in", jobs.mapped("res_id"))])
        self.assertFalse(active)

    def test_no_provider_is_live_in_a_copy(self):
        provider = self.env["payment.provider"].search([], limit=1)
        provider.with_context(active_test=False).write({"state": "disabled"})
        self.cr.execute(
            "UPDATE payment_provider SET state = 'enabled' WHERE id = %s", [provider.id]
        )

        self._neutralize()

        self.assertEqual(provider.state, "disabled")
