from datetime import timedelta

from odoo.exceptions import AccessError

from .profile_case import TODAY, FrozenProfileCase

MODELS = (
    "receivables.policy",
    "receivables.profile",
    "receivables.profile.currency",
    "receivables.segment",
    "receivables.segment.history",
)


class TestProfileAccess(FrozenProfileCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        group = "receivables_automation.group_receivables_{}".format
        cls.collector = cls._user("collector", group("user"))
        cls.manager = cls._user("manager", group("manager"))
        cls.auditor = cls._user("auditor", group("auditor"))
        cls.seller = cls._user("seller", "sales_team.group_sale_salesman")
        cls.outsider = cls._user("outsider")
        cls.portal = cls._user("portal", "base.group_portal")
        cls.other_company = cls.env["res.company"].create({"name": "Otra"})
        cls.foreigner = cls._user(
            "foreigner", group("manager"), companies=cls.other_company
        )
        cls.customer.user_id = cls.seller
        cls.colleague_s = cls._customer("De un colega")
        cls.policy = cls.env["receivables.policy"].create({"name": "General"})
        due = TODAY - timedelta(days=10)
        cls._invoices([(one, 100, due) for one in (cls.customer, cls.colleague_s)])
        cls.profiles._refresh()
        cls.rows = {
            model: cls.env[model].search([("company_id", "=", cls.company.id)])
            for model in MODELS
            if model != "receivables.segment"
        }
        cls.rows["receivables.segment"] = cls.env["receivables.segment"].create(
            {"name": "Own", "code": "own", "company_id": cls.company.id}
        )

    def test_collector_manager_and_auditor_read_everything(self):
        for user in (self.collector, self.manager, self.auditor):
            for model, rows in self.rows.items():
                with self.subTest(user=user.login, model=model):
                    self.assertTrue(rows)
                    seen = self.env[model].with_user(user).search([])
                    self.assertLessEqual(rows, seen)
                    rows.with_user(user).read(["display_name"])

    def test_outsider_and_portal_user_read_nothing(self):
        for user in (self.outsider, self.portal):
            for model, rows in self.rows.items():
                with (
                    self.subTest(user=user.login, model=model),
                    self.assertRaises(AccessError),
                ):
                    rows.with_user(user).read(["display_name"])

    def test_another_company_s_manager_reads_nothing(self):
        for model, rows in self.rows.items():
            theirs = rows.with_user(self.foreigner).with_context(
                allowed_company_ids=self.other_company.ids
            )
            with self.subTest(model=model):
                self.assertFalse(rows & theirs.search([]))
                with self.assertRaises(AccessError):
                    theirs.read(["display_name"])

    def test_salesperson_reads_own_customers_only(self):
        for model in ("receivables.profile", "receivables.profile.currency"):
            rows = self.rows[model]
            owner = rows if model == "receivables.profile" else rows.profile_id
            self.assertEqual(owner.partner_id, self.customer | self.colleague_s)
            seen = self.env[model].with_user(self.seller).search([]) & rows
            owner = seen if model == "receivables.profile" else seen.profile_id
            self.assertEqual(owner.sudo().partner_id, self.customer)
        for model in ("receivables.policy", "receivables.segment.history"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.seller).search([])

    def test_salesperson_opens_the_sheet_and_nobody_else_s(self):
        mine = self._profile(refresh=False).with_user(self.seller)
        mine.web_read(
            {"open_amount": {}, "segment_id": {"fields": {"display_name": {}}}}
        )
        mine.action_open_items()
        self.assertEqual(mine.action_explain_segment()["target"], "new")
        self.assertEqual(
            self.customer.with_user(self.seller).receivables_open_amount, 100
        )

        other = self._profile(self.colleague_s, refresh=False).with_user(self.seller)
        with self.assertRaises(AccessError):
            other.read(["open_amount"])
        with self.assertRaises(AccessError):
            other.action_explain_segment()
        seen = self.colleague_s.with_user(self.seller)
        self.assertFalse(seen.receivables_profile_id)
        self.assertEqual(seen.receivables_open_amount, 0)

    def test_a_collector_who_also_sells_reads_every_profile(self):
        self.seller.group_ids |= self.env.ref(
            "receivables_automation.group_receivables_user"
        )

        seen = self.profiles.with_user(self.seller).search([])

        self.assertLessEqual(self.rows["receivables.profile"], seen)

    def test_nobody_writes_profiles_or_history(self):
        for model in (
            "receivables.profile",
            "receivables.profile.currency",
            "receivables.segment.history",
        ):
            for user in (self.manager, self.collector, self.auditor):
                row = self.rows[model][:1].with_user(user)
                with self.subTest(model=model, user=user.login):
                    for operation in ("write", "create", "unlink"):
                        self.assertFalse(row.has_access(operation), operation)

    def test_only_a_manager_decides_on_segments_and_policies(self):
        for model in ("receivables.segment", "receivables.policy"):
            for user in (self.collector, self.auditor):
                with self.subTest(model=model), self.assertRaises(AccessError):
                    self.rows[model].with_user(user).write({"name": "changed"})
            self.rows[model].with_user(self.manager).write({"name": "changed"})

    def test_fields_of_the_contact_are_for_our_groups(self):
        names = [
            name
            for name in self.env["res.partner"]._fields
            if name.startswith("receivables_")
        ]
        self.assertIn("receivables_segment_id", names)
        visible = self.env["res.partner"].with_user(self.outsider).fields_get(names)
        self.assertFalse(visible)
        for user in (self.collector, self.auditor):
            visible = self.env["res.partner"].with_user(user).fields_get(names)
            self.assertEqual(set(visible), set(names))

    def test_outsider_cannot_ask_for_a_computation(self):
        for method in ("action_customers", "action_refresh"):
            with self.assertRaises(AccessError):
                getattr(self.profiles.with_user(self.outsider), method)()

    def test_the_list_of_changed_debtors_is_nobody_s_reading(self):
        for user in (self.collector, self.manager, self.outsider):
            self.assertFalse(
                self.env["receivables.profile.stale"].with_user(user).has_access("read")
            )

    def test_the_first_look_at_an_empty_list_computes_it(self):
        self.rows["receivables.profile"].unlink()

        action = self.profiles.with_user(self.collector).action_customers()

        self.assertEqual(action["res_model"], "receivables.profile")
        self.assertEqual(self._profile(refresh=False).open_amount, 100)

    def test_a_bar_of_the_ageing_opens_its_items(self):
        profile = self._profile(refresh=False).with_user(self.collector)
        items = self.env["account.move.line"].with_user(self.collector)
        for bucket, count in (("amount_1_30", 1), ("amount_31_60", 0), (None, 1)):
            action = profile.with_context(receivables_bucket=bucket).action_open_items()
            self.assertEqual(len(items.search(action["domain"])), count, bucket)
