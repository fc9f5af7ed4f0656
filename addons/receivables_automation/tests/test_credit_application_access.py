import runpy
from pathlib import Path

from markupsafe import Markup

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.modules import get_module_path

from .credit_application_case import CreditApplicationCase

SCORES = (
    "bureau_score",
    "internal_note",
    "recommended_limit",
    "limit_approved",
    "granted_limit",
    "access_token",
)


class TestCreditApplicationAccess(CreditApplicationCase):
    """Who sees and does what with applications, in one company and in two."""

    def test_a_salesperson_has_own_customers_without_scores(self):
        application = self._application(by="seller")
        other = self._application(partner=self.customer)
        found = application.search([])

        self.assertIn(application, found)
        self.assertNotIn(other, found)
        self.assertEqual(application.limit_requested, 40000)
        application.business = "Herrería"
        application.reference_ids[0].terms = "30 días"
        for name in SCORES:
            with self.assertRaises(AccessError):
                application.read([name])
        with self.assertRaises(AccessError):
            application.reference_ids.read(["verdict"])
        with self.assertRaises(AccessError):
            self._application(by="seller", partner=self.customer)

    def test_a_salesperson_does_not_change_what_was_sent(self):
        application = self._application(by="seller")
        application.action_send()

        self.assertEqual(application.state, "review")
        with self.assertRaises(AccessError):
            application.limit_requested = 1
        with self.assertRaises(AccessError):
            application.reference_ids[0].name = "Otro"
        for act in (
            application.action_approve,
            lambda: application._reject("x"),
            lambda: application._ask_for_data("x"),
        ):
            with self.assertRaises(AccessError):
                act()

    def test_a_salesperson_starts_again_from_what_was_rejected(self):
        application = self._evaluated(by="seller")
        self._as("manager", application)._reject("Buró con atrasos")

        action = self._as("seller", application).action_renew()

        renewed = application.browse(action["res_id"])
        self.assertEqual((renewed.state, len(renewed.reference_ids)), ("draft", 3))

    def test_a_salesperson_finds_no_limit_in_messages_or_on_the_page(self):
        application = self._evaluated(40000, by="seller")
        self._as("manager", application).action_approve()
        self._as("manager", application)._take_back("Se dieron 40,000 de más")
        self._as("manager", application).action_approve()
        self.prospect.with_company(self.company).credit_limit = 41000
        application.sudo()._expire()

        bodies = self._as("seller", application).message_ids.mapped("body")
        self.assertGreater(len(bodies), 2)
        for text in ("40,000", "41,000"):
            self.assertFalse([body for body in bodies if text in body])
            self.assertIn(text, application.sudo().internal_note)

    def test_a_salesperson_does_not_get_the_customer_s_link(self):
        application = self._evaluated(40000, by="seller")
        self._as("manager", application).action_approve()
        token = application.sudo()._portal_ensure_token()
        seller = self._as("seller", application)
        mail = self.env["mail.mail"].search(
            [("model", "=", application._name), ("res_id", "=", application.id)]
        )[-1:]

        with self.assertRaisesRegex(AccessError, application.name):
            seller.action_open_portal()
        for body in (*seller.message_ids.mapped("body"), *mail.mapped("body_html")):
            self.assertNotIn(token, body)
        self.assertIn(token, mail._prepare_outgoing_body())
        for elsewhere in (
            {"email_to": "vendedor@empresa.example"},
            {"email_cc": "vendedor@empresa.example"},
            {"recipient_ids": self.users["seller"].partner_id.ids},
        ):
            copy = mail.copy(elsewhere)
            self.assertNotIn(token, copy._prepare_outgoing_body())
        page = self._as("auditor", application).action_open_portal()
        self.assertIn(token, page["url"])
        answer = application.message_post(
            body=Markup("<p>Gracias</p>%s") % mail._prepare_outgoing_body(),
            message_type="email",
        )
        self.assertNotIn(token, answer.body)
        self.assertIn(application.access_url, answer.body)

    def test_an_update_takes_the_link_out_of_what_was_stored_with_it(self):
        application = self._application()
        token = application.sudo()._portal_ensure_token()
        body = f'<a href="https://x.example{application.get_portal_url()}">Ver</a>'
        old = application.sudo().message_post(body=Markup(body))
        # What is stored today has no token any more: as it was written before.
        self.cr.execute(
            "UPDATE mail_message SET body = %s WHERE id = %s", (body, old.id)
        )
        old.invalidate_recordset(["body"])
        self.assertIn(token, old.body)
        folder = Path(get_module_path("receivables_automation"), "migrations")

        runpy.run_path(str(folder / "19.0.1.3.0" / "post-links.py"))["migrate"](
            self.cr, "19.0.1.2.0"
        )

        old.invalidate_recordset(["body"])
        self.assertNotIn(token, old.body)
        self.assertIn(f'{application.access_url}"', old.body)

    def test_a_changed_reference_is_checked_again(self):
        application = self._evaluated(by="seller")
        collector = self._as("collector", application)
        collector.reference_ids.verdict = "good"
        collector._ask_for_data("Falta el acta")
        one, two, three = self._as("seller", application).reference_ids

        one.amount = 9000000
        two.write({"name": two.name, "amount": two.amount, "phone": two.phone})
        three.terms = "90 días"
        with self.assertRaises(AccessError):
            one.verdict = "good"

        one, two, three = collector.reference_ids
        self.assertEqual(
            [each.verdict for each in (one, two, three)], ["none", "good", "none"]
        )
        self.assertFalse(one.checked_by_id or one.checked_on)
        one.write({"amount": 1000, "verdict": "good"})
        self.assertEqual(one.verdict, "good")

    def test_a_reference_stays_with_its_application(self):
        application = self._application(by="seller")
        other = self._application(partner=self.customer)

        with self.assertRaisesRegex(UserError, application.name):
            application.reference_ids[0].application_id = other.id
        self.assertEqual(len(other.reference_ids), 3)

    def test_nothing_is_decided_by_defaults(self):
        applications = self.env["receivables.credit.application"]

        for name in ("state", "consent_on", "requested_by_id"):
            with self.assertRaises(AccessError):
                applications.with_user(self.users["collector"]).with_context(
                    **{f"default_{name}": "approved"}
                ).create({"partner_id": self.prospect.id})

    def test_the_end_of_an_approval_is_for_who_may_approve_it(self):
        application = self._evaluated(40000, by="seller")
        application.valid_until = "2026-12-31"
        self._as("manager", application).action_approve()

        with self.assertRaisesRegex(AccessError, "Gerencia"):
            self._as("collector", application).valid_until = False
        self._as("manager", application).valid_until = "2026-11-30"

        row = self.env["receivables.audit"].search(
            [("kind", "=", "application"), ("field_name", "=", "valid_until")], limit=1
        )
        self.assertEqual((row.before, row.after), ("2026-12-31", "2026-11-30"))
        self.assertEqual(row.user_id, self.users["manager"])
        application.sudo()._expire()
        with self.assertRaises(UserError):
            self._as("manager", application).valid_until = "2027-11-30"

    def test_an_auditor_reads_everything_and_changes_nothing(self):
        application = self._as("auditor", self._evaluated())

        application.read([*SCORES, "state"])
        application.reference_ids.read(["verdict"])
        for change in (
            lambda: application.write({"limit_requested": 1}),
            lambda: application.reference_ids[0].write({"verdict": "good"}),
            lambda: application.check_ids[0].write({"is_done": True}),
            application.action_approve,
            lambda: application._reject("x"),
        ):
            with self.assertRaises(AccessError):
                change()

    def test_portal_customers_have_no_right_to_the_tables(self):
        application = self._evaluated()
        portal = self._user("application_portal", "base.group_portal")
        portal.partner_id.parent_id = self.prospect

        for model in (
            application,
            application.reference_ids,
            application.check_ids,
            self.env["receivables.credit.tier"].search([]),
        ):
            with self.assertRaises(AccessError):
                model.with_user(portal).read(["display_name"])

    def test_two_companies_decide_each_for_themselves(self):
        other = self.env["res.company"].create({"name": "Filial"})
        self.env.user.company_ids |= other
        both = self._user(
            "application_both",
            "receivables_automation.group_receivables_manager",
            companies=self.company | other,
        )
        policy = self.policy.with_company(other).create(
            {"name": "Filial", "company_id": other.id}
        )
        self.prospect.with_company(other).credit_limit = 5
        here = self._evaluated(40000)
        there = (
            here.with_user(both)
            .with_context(allowed_company_ids=(self.company | other).ids)
            .create(
                {
                    "partner_id": self.prospect.id,
                    "company_id": other.id,
                    "policy_id": policy.id,
                    "vat": "ANO010203AB0",
                    "phone": "1",
                    "address": "x",
                    "limit_requested": 10,
                    "reference_ids": [
                        Command.create({"name": "P", "phone": "1"}) for _row in range(3)
                    ],
                }
            )
        )

        self._as("manager", here).action_approve()

        self.assertEqual(self.prospect.with_company(self.company).credit_limit, 40000)
        self.assertEqual(self.prospect.with_company(other).credit_limit, 5)
        manager = self._as("manager", here)
        with self.assertRaises(AccessError):
            manager.browse(there.id).read(["state"])
        self.assertNotIn(there, manager.search([]))
