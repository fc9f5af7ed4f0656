from psycopg2.errors import RestrictViolation

from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from .profile_case import ProfileCase


class TestAudit(ProfileCase):
    """Decisions on credit leave rows that nobody takes back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        group = "receivables_automation.group_receivables_{}".format
        cls.manager = cls._user("manager", group("manager"), "base.group_system")
        cls.collector = cls._user("collector", group("user"))
        cls.auditor = cls._user("auditor", group("auditor"))
        cls.admin = cls._user(
            "settings", "base.group_system", "account.group_account_manager"
        )
        cls.policy = cls.env["receivables.policy"].create({"name": "Mayoreo"})

    def _rows(self, record, **values):
        domain = [("res_model", "=", record._name), ("res_id", "=", record.id)]
        domain += [(name, "=", value) for name, value in values.items()]
        return self.env["receivables.audit"].search(domain, order="id")

    def _told(self, rows):
        return [(row.field_name, row.before, row.after) for row in rows]

    def test_a_policy_s_birth_change_and_end_are_kept_with_their_author(self):
        policy = (
            self.env["receivables.policy"]
            .with_user(self.manager)
            .create({"name": "Menudeo", "company_id": self.company.id})
        )
        born = self._rows(policy)
        self.assertEqual(
            self._told(born),
            [
                (False, False, False),
                ("name", "", "Menudeo"),
                ("company_id", "", self.company.display_name),
            ],
        )
        self.assertEqual(born.user_id, self.manager)
        self.assertEqual(born.company_id, self.company)

        policy.write({"name": "Menudeo", "note": "Solo contado"})
        policy.unlink()

        later = self._rows(policy) - born
        self.assertEqual(
            self._told(later), [("note", "", "Solo contado"), (False, False, False)]
        )
        self.assertEqual(later.mapped("action"), ["write", "unlink"])
        with self.assertRaisesRegex(UserError, "Menudeo no longer exists"):
            later[-1].with_context(lang="en_US").action_open_record()

    def test_a_limit_is_kept_once_with_the_reason_and_not_for_contacts(self):
        contact = self._customer("Pagos", parent_id=self.customer.id, is_company=False)

        self.customer.with_context(
            receivables_audit_reason="Pagaré firmado"
        ).credit_limit = 5000

        row = self._rows(self.customer)
        self.assertEqual(self._told(row), [("credit_limit", "0.00 MXN", "5000.00 MXN")])
        self.assertEqual((row.kind, row.reason), ("limit", "Pagaré firmado"))
        self.assertEqual(
            (row.partner_id, row.company_id), (self.customer, self.company)
        )
        self.assertFalse(self._rows(contact))

    def test_a_policy_given_to_a_customer_and_to_the_company_is_kept(self):
        self.customer.receivables_policy_id = self.policy
        self.company.receivables_policy_id = self.policy

        for record in (self.customer, self.company):
            self.assertEqual(
                self._told(self._rows(record)),
                [("receivables_policy_id", "", "Mayoreo")],
            )

    def test_what_changes_nothing_leaves_no_row(self):
        self.customer.write({"credit_limit": 0, "name": "Otro nombre"})

        self.assertFalse(self._rows(self.customer))

    def test_a_segment_by_hand_and_its_undoing_are_kept(self):
        profile = self.profiles._ensure_rows(self.company, self.customer)
        segment = self.env.ref("receivables_automation.receivables_segment_punctual")

        profile.with_user(self.collector)._set_segment(segment, "Nuevo dueño", False)
        profile.with_user(self.collector).action_automatic_segment()

        rows = self._rows(profile, kind="segment")
        self.assertEqual(rows.mapped("after")[0], segment.name)
        self.assertEqual(rows.mapped("before")[1], segment.name)
        self.assertEqual(rows[0].reason, "Nuevo dueño")
        self.assertEqual(rows.user_id, self.collector)
        self.assertEqual(rows.partner_id, self.customer)

    def test_the_condition_of_a_segment_is_kept(self):
        segment = self.env["receivables.segment"].create({"name": "X", "code": "x"})
        segment.condition_domain = "[('open_amount', '>', 1)]"

        row = self._rows(segment, action="write")
        self.assertEqual(
            self._told(row),
            [("condition_domain", "[]", "[('open_amount', '>', 1)]")],
        )
        self.assertEqual(row.kind, "segment")

    def _usual_limit(self, limit):
        self.env["res.config.settings"].with_user(self.admin).create(
            {"account_use_credit_limit": True, "account_default_credit_limit": limit}
        ).execute()

    def test_the_company_s_usual_limit_is_kept(self):
        self._usual_limit(0)
        self._usual_limit(5000)
        self._usual_limit(5000)
        self.env["ir.default"].search(
            [
                ("field_id.name", "=", "credit_limit"),
                ("company_id", "=", self.company.id),
            ]
        ).unlink()

        rows = self._rows(self.company, kind="limit")
        self.assertEqual(
            [(row.before, row.after, row.user_id) for row in rows],
            [
                ("0.00 MXN", "5000.00 MXN", self.admin),
                ("5000.00 MXN", "0.00 MXN", self.env.user),
            ],
        )
        self.assertEqual(rows.company_id, self.company)
        self.assertEqual(
            rows[0].with_context(lang="en_US").what, "Default credit limit"
        )

    def test_a_usual_limit_of_every_company_is_kept_for_each(self):
        branch = self.env["res.company"].create({"name": "B"})
        self.env["ir.default"].set("res.partner", "credit_limit", 77)

        for company in (self.company, branch):
            self.assertIn("77.00", self._rows(company, kind="limit").after)

    def test_an_approval_tier_is_kept(self):
        tier = self.env["receivables.credit.tier"].create(
            {
                "name": "Gerencia",
                "company_id": self.company.id,
                "amount_up_to": 5000,
                "user_ids": self.manager.ids,
            }
        )
        self.assertIn(
            ("user_ids", "", self.manager.display_name), self._told(self._rows(tier))
        )
        before = self._rows(tier)
        tier.amount_up_to = 9000
        tier.user_ids |= self.collector

        told = self._told(self._rows(tier) - before)
        self.assertEqual(told[0], ("amount_up_to", "5000.00 MXN", "9000.00 MXN"))
        self.assertIn(self.collector.display_name, told[1][2])

    def test_a_guarantee_is_kept_with_its_customer(self):
        guarantee = self.env["receivables.guarantee"].create(
            {"name": "Pagaré 7", "partner_id": self.customer.id, "amount": 100}
        )
        born = self._rows(guarantee)
        guarantee.amount = 900
        guarantee.unlink()

        later = self._rows(guarantee) - born
        self.assertEqual(self._told(later[0]), [("amount", "100.00 MXN", "900.00 MXN")])
        self.assertEqual(later.mapped("action"), ["write", "unlink"])
        self.assertEqual((born | later).partner_id, self.customer)
        self.assertEqual(set((born | later).mapped("kind")), {"limit"})

    def test_each_kind_of_decision_has_a_filter_and_no_other(self):
        audit = self.env["receivables.audit"]
        kinds = set(audit._fields["kind"].get_values(self.env))
        view = self.env.ref("receivables_automation.receivables_audit_view_search")
        for kind in kinds:
            self.assertIn(f"[('kind', '=', '{kind}')]", view.arch)
        self.assertEqual(view.arch.count("('kind', '='"), len(kinds))

    def test_many_records_take_as_many_queries_as_one(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Cliente {number}"} for number in range(9)]
        )
        counts = []
        for some, limit in ((partners[:1], 100), (partners, 200)):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            some.write({"credit_limit": limit})
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)

        self.assertLessEqual(counts[1], counts[0])

    def test_nobody_writes_deletes_or_adds_through_the_orm(self):
        self.customer.credit_limit = 5000
        row = self._rows(self.customer)

        for user in (self.manager, self.auditor, self.env.ref("base.user_root")):
            mine = row.with_user(user)
            with self.subTest(user=user.login), self.assertRaises(UserError):
                mine.write({"after": "1"})
            with self.subTest(user=user.login), self.assertRaises(UserError):
                mine.unlink()
        with self.assertRaises(AccessError):
            row.with_user(self.manager).create({"kind": "limit"})
        with self.assertRaises(UserError):
            row.sudo().unlink()
        self.assertFalse(row.with_user(self.auditor).has_access("create"))

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_too(self):
        self.customer.credit_limit = 5000
        self.env.flush_all()
        for query in (
            "UPDATE receivables_audit SET after = '1'",
            "DELETE FROM receivables_audit",
            "TRUNCATE receivables_audit",
        ):
            with (
                self.subTest(query=query),
                self.assertRaisesRegex(RestrictViolation, "append-only"),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(query)

    def test_only_auditors_of_the_company_read_it(self):
        self.customer.credit_limit = 5000
        row = self._rows(self.customer)
        self.assertEqual(
            row.with_user(self.auditor).export_data(["after"])["datas"],
            [["5000.00 MXN"]],
        )
        for user in (self.manager, self.collector):
            with self.assertRaises(AccessError):
                row.with_user(user).read(["after"])

        other = self.env["res.company"].create({"name": "Otra"})
        stranger = self._user(
            "stranger",
            "receivables_automation.group_receivables_auditor",
            companies=other,
        )
        self.assertFalse(
            row.with_user(stranger)
            .with_context(allowed_company_ids=other.ids)
            .search([("id", "=", row.id)])
        )

    def test_a_merged_customer_s_rows_follow_and_a_deleted_one_s_stay(self):
        self.customer.credit_limit = 5000
        rows = self._rows(self.customer)
        other = self._customer("Águila, S.A.")
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})

        wizard._merge((self.customer | other).ids, other)

        self.assertEqual(rows.partner_id, other)
        other.unlink()
        rows.invalidate_recordset()
        self.assertFalse(rows.partner_id)
        self.assertEqual(rows.record_name, "Ferretería El Águila")
