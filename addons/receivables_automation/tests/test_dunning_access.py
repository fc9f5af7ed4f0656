from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import file_open

from .dunning_case import DunningCase

MODELS = (
    "receivables.contact.calendar",
    "receivables.contact.holiday",
    "receivables.dunning.notice",
    "receivables.dunning.notice.line",
    "receivables.dunning.plan",
    "receivables.dunning.run",
    "receivables.dunning.skip",
    "receivables.dunning.step",
    "receivables.pause",
)
GROUPS = {
    "manager": "receivables_automation.group_receivables_manager",
    "auditor": "receivables_automation.group_receivables_auditor",
    "salesperson": "sales_team.group_sale_salesman",
    "outsider": "base.group_user",
    "portal": "base.group_portal",
}


@tagged("post_install", "-at_install")
class TestDunningAccess(DunningCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {name: cls._user(name, group) for name, group in GROUPS.items()}
        cls.users["collector"] = cls.collector

    def _records(self):
        """Return one record of each model, of this company."""
        calendar = self.env["receivables.contact.calendar"]._of_company(self.company)
        self.env["receivables.contact.holiday"].create(
            {"calendar_id": calendar.id, "date": "2026-12-24"}
        )
        self.plan = self.plan.copy({"company_id": self.company.id, "sequence": 1})
        paused = self._due(-40)
        self.env["receivables.pause"].create(
            {
                "move_id": paused.id,
                "until": fields.Date.to_date("2026-05-01"),
                "reason": "x",
            }
        )
        self._due(3)
        self._preview()
        return {
            model: self.env[model].search(
                []
                if model == "receivables.pause"
                else [("company_id", "=", self.company.id)],
                limit=1,
            )
            for model in MODELS
        }

    def test_readers_read_and_the_others_do_not(self):
        for model, record in self._records().items():
            self.assertTrue(record, model)
            for name, user in self.users.items():
                seen = record.with_user(user)
                with self.subTest(model=model, user=name):
                    if name in ("collector", "manager", "auditor"):
                        seen.read(["display_name"])
                        continue
                    with self.assertRaises(AccessError):
                        seen.read(["display_name"])

    def test_another_company_reads_nothing(self):
        records = self._records()
        other = self.env["res.company"].create({"name": "Otra"})
        stranger = self._user(
            "stranger",
            "receivables_automation.group_receivables_manager",
            companies=other,
        )
        for model, record in records.items():
            with self.subTest(model=model), self.assertRaises(AccessError):
                record.with_user(stranger).read(["display_name"])

    def test_auditor_writes_nothing(self):
        for model, record in self._records().items():
            for operation in ("write", "create", "unlink"):
                with self.subTest(model=model, operation=operation):
                    seen = record.with_user(self.users["auditor"])
                    self.assertFalse(seen.has_access(operation))

    def test_collector_does_not_write_what_a_run_found(self):
        records = self._records()
        for model in (
            "receivables.dunning.notice",
            "receivables.dunning.notice.line",
            "receivables.dunning.skip",
            "receivables.dunning.plan",
            "receivables.dunning.step",
            "receivables.contact.calendar",
        ):
            with self.subTest(model=model):
                seen = records[model].with_user(self.collector)
                self.assertFalse(seen.has_access("write"))

    def test_collector_sets_no_state_by_hand(self):
        run = self._run().with_user(self.collector)

        with self.assertRaises(UserError):
            run.state = "done"
        with self.assertRaises(UserError):
            run.create({"state": "done"})

    def test_auditor_asks_why_but_does_not_send(self):
        invoice = self._due(3)
        run = self._preview()
        auditor = self.users["auditor"]

        action = invoice.with_user(auditor).action_receivables_explain()
        explanation = self.env[action["res_model"]].with_user(auditor)
        self.assertTrue(explanation.browse(action["res_id"]).verdict)
        with self.assertRaises(AccessError):
            run.notice_ids.with_user(auditor).action_send()
        with self.assertRaises(AccessError):
            run.notice_ids.with_user(auditor).action_cancel()

    def test_salesperson_sees_why_an_own_customer_is_left_alone(self):
        seller = self.users["salesperson"]
        self.customer.user_id = seller
        invoice = self._due(3)
        self._pay(self.customer, 10)

        seen = invoice.with_user(seller).with_context(lang="en_US")

        self.assertIn("10.00", seen.receivables_hold_reasons)
        self.assertEqual(seen.receivables_days_overdue, 3)

    def test_neutralized_copy_sends_no_notice(self):
        self._due(3)
        run = self._execute()
        self.company.receivables_dunning_automatic = True
        self.env.flush_all()

        with file_open("receivables_automation/data/neutralize.sql") as script:
            self.env.cr.execute(script.read())
        self.env.invalidate_all()

        self.assertEqual(run.notice_ids.state, "cancelled")
        self.assertEqual(run.notice_ids.mail_id.state, "cancel")
        self.assertFalse(self.company.receivables_dunning_automatic)
        for xml_id in ("ir_cron_dunning_run", "ir_cron_dunning_execute"):
            self.assertFalse(self.env.ref(f"receivables_automation.{xml_id}").active)
