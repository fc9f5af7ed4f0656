from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tests import tagged

from ..core.sample_story import story
from .mexican_company import MexicanCompanyCase


@tagged("soak", "-standard", "post_install", "-at_install")
class TestSample(MexicanCompanyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.receivables_is_sample = False
        # The database under test may hold the sample already: its names are freed.
        names = cls.env["ir.model.data"]
        names.search([("module", "=", "receivables_sample")]).unlink()
        cls.company._receivables_load_sample()

    def _moves(self, *domain):
        return self.env["account.move"].search(
            Domain("company_id", "=", self.company.id) & Domain(list(domain))
        )

    def test_every_invoice_of_the_story_is_posted_with_tax(self):
        invoices = self._moves(("move_type", "=", "out_invoice"))

        self.assertEqual(len(invoices), len(story().invoices))
        self.assertEqual(set(invoices.mapped("state")), {"posted"})
        self.assertTrue(all(invoice.amount_tax > 0 for invoice in invoices))

    def test_story_has_two_currencies_every_age_and_open_credit(self):
        items = self.env["account.move.line"].search(
            [
                ("company_id", "=", self.company.id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
            ]
        )
        days = items.filtered(lambda item: item.amount_residual > 0).mapped(
            "receivables_days_overdue"
        )

        self.assertEqual(set(items.currency_id.mapped("name")), {"MXN", "USD"})
        for low, high in ((-999, 0), (1, 30), (31, 60), (61, 90), (91, 999)):
            self.assertTrue([day for day in days if low <= day <= high], (low, high))
        self.assertTrue(items.filtered(lambda item: item.amount_residual < 0))
        self.assertTrue(self._moves(("payment_state", "=", "partial")))

    def test_story_has_a_debtor_of_each_segment(self):
        profiles = self.env["receivables.profile"].search(
            [("company_id", "=", self.company.id)]
        )

        self.assertEqual(
            set(profiles.segment_id.mapped("code")),
            {
                "punctual",
                "new",
                "fortuitous",
                "disorganized",
                "intentional",
                "negligent",
                "circumstantial",
            },
        )

    def test_promises_and_a_dispute_are_as_the_ledger_says(self):
        promises = self.env["receivables.promise"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(
            {one.partner_id.name.split(",")[0]: one.state for one in promises},
            {
                "Ferretería El Águila": "open",
                "Herrajes La Cañada": "partial",
                "Grupo Industrial Mixteco": "broken",
            },
        )
        profile = self.env.ref(
            "receivables_sample.partner_lucia"
        ).receivables_profile_id
        self.assertEqual(profile.open_dispute_amount, 12_360)
        self.assertEqual(profile.segment_id.code, "circumstantial")
        self.assertEqual(profile.segment_source, "auto")

    def test_loading_twice_changes_nothing(self):
        before = self._moves()

        self.company._receivables_load_sample()

        self.assertEqual(self._moves(), before)

    def test_refusal_speaks_the_user_s_language(self):
        self.env["res.lang"]._activate_lang("es_MX")
        company = self.env["res.company"].create({"name": "Without chart"})

        with self.assertRaisesRegex(UserError, "no tiene plan de cuentas"):
            company.with_context(lang="es_MX")._receivables_load_sample()

    def test_company_with_entries_of_its_own_is_refused(self):
        self.company.receivables_is_sample = False

        with self.assertRaisesRegex(UserError, "already has journal entries"):
            self.company._receivables_load_sample()

    def test_company_without_a_chart_is_refused(self):
        company = self.env["res.company"].create({"name": "Without chart"})

        with self.assertRaisesRegex(UserError, "no chart of accounts"):
            company._receivables_load_sample()

    def test_a_configured_company_keeps_its_name_and_tax_number(self):
        other = self.env["res.company"].create({"name": "Mine", "vat": "EKU9003173C9"})

        self.env["receivables.sample"]._set_company(other)

        self.assertEqual((other.name, other.vat), ("Mine", "EKU9003173C9"))

    def test_catcher_serves_only_the_sample_s_addresses(self):
        server = self.env.ref("receivables_sample.mail_server")

        self.assertEqual(server.from_filter, "acerosdelnorte.example")

    def test_people_get_their_customers_promises_and_disputes(self):
        salesperson = self._user("sales", "sales_team.group_sale_salesman")
        collector = self._user(
            "collector", "receivables_automation.group_receivables_user"
        )

        self.env["receivables.sample"]._assign(salesperson, collector)

        eagle = self.env.ref("receivables_sample.partner_eagle")
        bajio = self.env.ref("receivables_sample.partner_bajio")
        self.assertEqual(eagle.user_id, salesperson)
        self.assertFalse(bajio.user_id)
        self.assertEqual((eagle | bajio).receivables_collector_id, collector)
        dispute = self.env["receivables.dispute"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(dispute.user_id, collector)
        self.assertEqual(dispute.activity_ids.user_id, collector)
        orders = self.env["sale.order"].search([("company_id", "=", self.company.id)])
        self.assertEqual(orders.user_id, salesperson)

    def test_credit_has_something_to_decide(self):
        orders = self.env["sale.order"].search([("company_id", "=", self.company.id)])
        application = self.env["receivables.credit.application"].search(
            [("company_id", "=", self.company.id)]
        )
        grants = self.env["receivables.reward.grant"].search(
            [("company_id", "=", self.company.id)]
        )

        eagle = self.env.ref("receivables_sample.partner_eagle")
        self.assertEqual(
            {one.partner_id == eagle: one.receivables_credit_state for one in orders},
            {True: "ok", False: "hold"},
        )
        self.assertEqual(eagle.credit_limit, 120_000)
        watch = self.env["receivables.watch"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(watch.mapped("proposed_amount"), [240_000])
        self.assertEqual(
            (application.state, application._lacking(has_consent=True)), ("review", [])
        )
        # A collector would have to ask: what is wanted is over the first tier.
        tiers = self.env["receivables.credit.tier"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(tiers.mapped("amount_up_to"), [50_000, 1_000_000])
        self.assertEqual(application.limit_requested, 80_000)
        self.assertEqual(
            grants.partner_id,
            self.env.ref("receivables_sample.partner_pena")
            | self.env.ref("receivables_sample.partner_ochoa"),
        )
