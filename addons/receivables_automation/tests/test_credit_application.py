from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form

from .credit_application_case import REFERENCES, CreditApplicationCase


class TestCreditApplication(CreditApplicationCase):
    """Evaluating and deciding: what it writes, what it refuses, what it takes back."""

    def _terms(self, partner=None):
        partner = (partner or self.prospect).with_company(self.company)
        return partner.credit_limit, partner.receivables_policy_id

    def _mails(self, application):
        return self.env["mail.mail"].search(
            [("model", "=", application._name), ("res_id", "=", application.id)],
            order="id",
        )

    # === APPROVING ===

    def test_approval_writes_limit_and_policy_and_undoing_restores_both(self):
        other = self.policy.create({"name": "Anterior"})
        self.prospect.write({"credit_limit": 700, "receivables_policy_id": other.id})
        application = self._evaluated(40000)

        self._as("manager", application).action_approve()

        self.assertEqual(self._terms(), (40000, self.policy))
        self.assertEqual(application.state, "approved")
        self.assertEqual(application.decided_by_id, self.users["manager"])
        self.assertEqual(str(application.review_on), "2026-12-30")

        self._as("manager", application)._take_back("Se capturó de más")

        self.assertEqual(self._terms(), (700, other))
        self.assertEqual(application.state, "review")
        self.assertFalse(application.decided_by_id)

    def test_approving_twice_changes_nothing(self):
        application = self._evaluated()
        approver = self._as("manager", application)
        approver.action_approve()
        self.prospect.with_company(self.company).credit_limit = 1

        approver.action_approve()

        self.assertEqual(self._terms()[0], 1)
        self.assertEqual(len(self._mails(application)), 2)

    def test_decision_is_in_the_audit_log_with_its_reason(self):
        application = self._evaluated()
        self._as("manager", application).action_approve()
        self._as("manager", application)._take_back("Error de dedo")

        rows = self.env["receivables.audit"].search(
            [("partner_id", "=", self.prospect.id), ("kind", "=", "limit")], order="id"
        )
        self.assertEqual(rows.mapped("after"), ["40000.00 MXN", "0.00 MXN"])
        self.assertIn(application.name, rows[0].reason)
        self.assertEqual(rows[1].reason, "Error de dedo")
        decisions = self.env["receivables.audit"].search(
            [("kind", "=", "application"), ("field_name", "=", "state")]
        )
        self.assertIn(self.users["manager"], decisions.user_id)

    def test_terms_changed_since_the_approval_are_not_overwritten(self):
        application = self._evaluated(40000)
        self._as("manager", application).action_approve()
        self.prospect.with_company(self.company).credit_limit = 55000

        with self.assertRaisesRegex(UserError, "55,000"):
            self._as("manager", application)._take_back("Ya no")

        self.assertEqual(self._terms()[0], 55000)
        self.assertEqual(application.state, "approved")

    def test_each_tier_approves_its_amounts_only(self):
        application = self._evaluated(50000.01, by="seller")

        with self.assertRaisesRegex(AccessError, "Dirección"):
            self._as("manager", application).action_approve()
        with self.assertRaisesRegex(AccessError, "Dirección"):
            self._as("collector", application).action_approve()
        self._as("director", application).action_approve()

        self.assertEqual(self._terms()[0], 50000.01)

    def test_an_amount_over_every_tier_says_so(self):
        application = self._evaluated(500001)

        with self.assertRaisesRegex(UserError, "over every approval tier"):
            self._as("director", application).action_approve()

    def test_nobody_approves_an_own_request(self):
        application = self._evaluated(by="manager")

        with self.assertRaisesRegex(AccessError, "somebody else"):
            self._as("manager", application).action_approve()
        self._as("director", application).action_approve()

        self.assertEqual(application.state, "approved")

    def test_whoever_opened_it_does_not_approve_what_the_customer_sent(self):
        application = self._application(by="manager", email="rosa@aceros.example")
        application.sudo()._send_page(True, "127.0.0.1")
        application = self._as("collector", application)
        application.check_ids.is_done = True
        application.limit_approved = 40000
        self.assertFalse(application.requested_by_id)

        with self.assertRaisesRegex(AccessError, "somebody else"):
            self._as("manager", application).action_approve()

    def test_without_tiers_any_finance_manager_approves_any_amount(self):
        self.env["receivables.credit.tier"].search([]).active = False
        application = self._evaluated(9000000)

        with self.assertRaises(AccessError):
            self._as("collector", application).action_approve()
        self._as("manager", application).action_approve()

        self.assertEqual(self._terms()[0], 9000000)

    def test_nothing_is_approved_before_the_required_checks_are_ticked(self):
        application = self._evaluated()
        check = application.check_ids.filtered("is_required")
        self.assertEqual(check.done_by_id, self.users["collector"])
        check.is_done = False

        with self.assertRaisesRegex(UserError, "Referencias"):
            self._as("manager", application).action_approve()

    def test_a_limit_of_zero_is_refused_because_it_would_mean_no_limit(self):
        application = self._evaluated(0)

        with self.assertRaisesRegex(UserError, "no limit"):
            self._as("manager", application).action_approve()

    def test_a_cash_only_policy_leaves_the_limit_alone(self):
        cash = self.policy.create({"name": "Contado", "credit": "cash_only"})
        self.prospect.credit_limit = 700
        application = self._evaluated(0, policy_id=cash.id)

        self._as("manager", application).action_approve()

        self.assertEqual(self._terms(), (700, cash))

    # === REJECTING, ASKING ===

    def test_a_rejection_needs_a_reason_and_changes_no_terms(self):
        application = self._evaluated()
        before = self._terms()
        manager = self._as("manager", application)

        with self.assertRaisesRegex(UserError, "reason"):
            manager._reject("  ")
        with self.assertRaises(AccessError):
            self._as("collector", application)._reject("No paga")
        manager._reject("Buró con atrasos")

        self.assertEqual((application.state, self._terms()), ("rejected", before))
        mail = self._mails(application)[-1]
        self.assertNotIn("Buró", mail.body_html)
        manager._take_back("Presentó aval")
        self.assertEqual(application.state, "review")

    def test_asking_for_data_returns_the_draft_and_tells_the_customer_what(self):
        application = self._evaluated()

        self._as("collector", application)._ask_for_data("Falta el balance 2025")

        self.assertEqual(application.state, "draft")
        self.assertIn("Falta el balance 2025", self._mails(application)[-1].body_html)
        self.assertEqual(
            self._mails(application)[-1].email_to, "compras@aceros.example"
        )

    def test_the_dialog_does_what_it_was_opened_for(self):
        application = self._as("manager", self._evaluated())
        action = application.with_context(decision="reject").action_decide()
        dialog = Form(
            self.env[action["res_model"]]
            .with_user(self.users["manager"])
            .with_context(**action["context"])
        )
        dialog.reason = "Buró con atrasos"
        dialog.save().action_apply()

        self.assertEqual(application.state, "rejected")

    # === SENDING ===

    def test_what_was_once_decided_is_never_deleted(self):
        application = self._evaluated()
        manager = self._as("manager", application)
        manager.action_approve()
        manager._take_back("Se capturó de más")
        manager._ask_for_data("Falta el acta")

        with self.assertRaisesRegex(UserError, "stays as evidence"):
            manager.unlink()
        self._as("manager", self._application(partner=self.customer)).unlink()

    def test_everything_that_is_missing_is_said_at_once(self):
        application = self._application(
            vat=False, phone=False, reference_ids=[Command.create(REFERENCES[0])]
        )

        with self.assertRaises(UserError) as refused:
            application.action_send()

        for text in (application.name, "RFC", "Phone", "3 commercial references"):
            self.assertIn(text, str(refused.exception))
        self.assertEqual(application.state, "draft")

    def test_sending_gives_the_evaluator_something_to_do(self):
        self.prospect.with_company(self.company).receivables_collector_id = self.users[
            "collector"
        ]
        application = self._application(by="seller")

        application.action_send()

        self.assertEqual(application.user_id, self.users["collector"])
        activity = application.sudo().activity_ids
        self.assertEqual(activity.user_id, self.users["collector"])
        collector = self._as("collector", application)
        collector.check_ids.filtered("is_required").is_done = True
        collector.limit_approved = 100
        self._as("manager", application).action_approve()
        self.assertFalse(application.sudo().activity_ids)

    def test_a_second_application_while_one_is_open_is_refused(self):
        first = self._application()

        with self.assertRaisesRegex(UserError, first.name):
            self._application()
        contact = self._customer("Rosa", parent_id=self.prospect.id, is_company=False)
        with self.assertRaisesRegex(UserError, first.name):
            self._application(partner=contact)

    def test_merging_two_applicants_leaves_one_open_application_each_kept(self):
        stays, goes = self._application(), self._application(partner=self.customer)

        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.prospect | self.customer).ids, self.prospect
        )

        self.env.invalidate_all()
        self.assertEqual((stays | goes).partner_id, self.prospect)
        self.assertEqual((stays.state, goes.state), ("draft", "expired"))

    def test_what_was_decided_on_stays_as_it_was(self):
        application = self._evaluated()
        self._as("manager", application).action_approve()
        manager = self._as("manager", application)

        for change in (
            lambda: manager.write({"limit_approved": 9}),
            lambda: manager.write({"bureau_score": 800}),
            lambda: manager.reference_ids[0].write({"verdict": "good"}),
            lambda: manager.check_ids[0].write({"is_done": False}),
            lambda: manager.unlink(),
        ):
            with self.assertRaises(UserError):
                change()

    def test_states_and_decisions_are_not_written_past_the_buttons(self):
        application = self._as("manager", self._evaluated())

        for values in (
            {"state": "approved"},
            {"granted_limit": 10},
            {"before_limit": 10},
            {"decided_by_id": self.users["director"].id},
            {"requested_by_id": self.users["director"].id},
        ):
            with self.assertRaises(AccessError):
                application.write(values)
        with self.assertRaises(AccessError):
            self._application(partner=self.customer, state="review")

    def test_forbidden_moves_name_the_application(self):
        application = self._application()

        with self.assertRaisesRegex(UserError, application.name):
            self._as("manager", application).action_approve()
        with self.assertRaisesRegex(UserError, application.name):
            self._as("manager", application)._take_back("Nada")
        self.assertEqual(application.state, "draft")

    # === TERMS OF THE DAY ===

    def test_the_tier_is_asked_for_the_terms_that_are_granted(self):
        policy = self.policy.create({"name": "Abierto"})
        policy._prepare_change(
            {"credit": "unlimited", "date_from": "2026-07-01"}
        )._put_in_force()
        application = self._evaluated(40000, policy_id=policy.id)
        # Before the job that shows the new terms in the policy itself.
        self._on(date(2026, 7, 1))

        with self.assertRaisesRegex(UserError, "over every approval tier"):
            self._as("director", application).action_approve()

    def test_the_checklist_follows_the_terms_in_force(self):
        application = self._evaluated()
        asked = [
            Command.clear(),
            Command.create({"name": "Referencias"}),
            Command.create({"name": "Visita"}),
            Command.create({"name": "Aval"}),
        ]

        self.policy.criterion_ids = asked

        checks = {one.name: one for one in application.check_ids}
        self.assertEqual(set(checks), {"Referencias", "Visita", "Aval"})
        self.assertTrue(checks["Referencias"].is_done)
        self.assertTrue(checks["Visita"].is_required)
        with self.assertRaisesRegex(UserError, "Visita, Aval"):
            self._as("manager", application).action_approve()
        application.check_ids.is_done = True
        self._as("manager", application).action_approve()

        self.policy.criterion_ids = [Command.clear()]
        self.assertEqual(len(application.check_ids), 3)

    def test_terms_of_today_are_checked_before_the_job_shows_them(self):
        application = self._evaluated()
        self.policy._prepare_change(
            {
                "criterion_ids": [Command.create({"name": "Aval"})],
                "date_from": "2026-07-01",
            }
        )._put_in_force()
        self._on(date(2026, 7, 1))

        with self.assertRaisesRegex(UserError, "Aval"):
            self._as("manager", application).action_approve()

    def test_an_archived_policy_is_not_granted(self):
        policy = self.policy.create({"name": "Especial"})
        application = self._evaluated(policy_id=policy.id)
        policy.active = False

        with self.assertRaisesRegex(UserError, "Especial, which is archived"):
            self._as("manager", application).action_approve()

    def test_a_last_day_that_is_over_is_not_granted(self):
        today = self.company._receivables_today()
        application = self._evaluated(valid_until=today - timedelta(days=1))

        with self.assertRaisesRegex(UserError, "which is over"):
            self._as("manager", application).action_approve()
        application.valid_until = today
        self._as("manager", application).action_approve()

    def test_an_uploaded_document_counts_when_somebody_accepts_it(self):
        kind = self.env["receivables.document.type"].create({"name": "Acta"})
        self.policy.document_type_ids = kind
        application = self._application()
        document = self.env["receivables.document"].create(
            {
                "application_id": application.id,
                "partner_id": self.prospect.id,
                "type_id": kind.id,
                "received_on": "2026-06-01",
                "verdict": "pending",
            }
        )
        self.assertIn("Acta", application.lacking_documents)

        document.with_user(self.users["collector"]).verdict = "accepted"
        self.env.invalidate_all()

        self.assertFalse(application.lacking_documents)
