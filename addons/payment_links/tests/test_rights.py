from odoo.exceptions import AccessError, UserError

from .test_settlement import SettlementCase

MODELS = (
    "payment.link",
    "payment.link.line",
    "payment.link.quote",
    "payment.link.quote.line",
    "payment.settlement",
)


class TestRights(SettlementCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        group = "receivables_automation.group_receivables_"
        cls.seller = cls._user("seller", "sales_team.group_sale_salesman")
        cls.users = {
            "collector": cls._user("collector", f"{group}user"),
            "manager": cls._user("manager", f"{group}manager"),
            "auditor": cls._user("auditor", f"{group}auditor"),
            "outsider": cls._user("outsider"),
            "portal": cls._user("portal", "base.group_portal"),
            "seller": cls.seller,
        }
        cls.own = cls._customer("Propio", user_id=cls.seller.id)
        cls.own_item = cls._items(cls._invoice(cls.own))
        cls.link = cls._link()
        cls.transaction = cls._paid(cls.link, cls.items[:1])
        cls.own_link = cls._link(cls.own_item)

    def _records(self, model, user):
        records = self.env[model].with_user(user)
        return records.with_context(allowed_company_ids=user.company_ids.ids).search([])

    def test_finance_reads_everything_and_outsiders_nothing(self):
        for model in MODELS:
            for name in ("collector", "manager", "auditor"):
                with self.subTest(model=model, user=name):
                    self.assertTrue(self._records(model, self.users[name]))
            for name in ("outsider", "portal"):
                with (
                    self.subTest(model=model, user=name),
                    self.assertRaises(AccessError),
                ):
                    self._records(model, self.users[name])

    def test_another_company_s_users_see_nothing(self):
        other = self.env["res.company"].create({"name": "Otra"})
        user = self._user(
            "foreign",
            "receivables_automation.group_receivables_manager",
            companies=other,
        )
        for model in MODELS:
            with self.subTest(model=model):
                self.assertFalse(self._records(model, user))
        link = self.link.with_user(user)
        with self.assertRaises(AccessError):
            link.with_context(allowed_company_ids=other.ids).read(["url"])

    def test_salespeople_see_their_own_customers_links_and_change_nothing(self):
        links = self._records("payment.link", self.seller)

        self.assertEqual(links, self.own_link)
        self.assertTrue(links.url)
        with self.assertRaises(AccessError):
            links.action_revoke()
        with self.assertRaises(AccessError):
            self.link.with_user(self.seller).read(["url"])

    def test_collector_who_also_sells_sees_everybody_s_links(self):
        collector = self.users["collector"]
        collector.group_ids |= self.env.ref("sales_team.group_sale_salesman")

        self.assertIn(self.link, self._records("payment.link", collector))

    def test_auditor_changes_nothing_and_reads_no_address(self):
        link = self.link.with_user(self.users["auditor"])
        settlement = self.transaction.payment_settlement_ids.with_user(link.env.user)
        for attempt in (
            link.action_revoke,
            link.action_rotate,
            lambda: link.write({"allow_partial": False}),
            lambda: link.create({"partner_id": self.customer.id}),
            settlement.action_retry,
            lambda: link.read(["url"]),
        ):
            with self.assertRaises(AccessError):
                attempt()

    def test_collector_makes_sends_and_revokes(self):
        collector = self.users["collector"]
        action = self.items[1:].with_user(collector).action_payment_link()
        link = self.env["payment.link"].with_user(collector).browse(action["res_id"])

        self.assertEqual(link.state, "active")
        self.assertTrue(link.url)
        link.action_rotate()
        wizard = self.env["payment.link.revoke"].with_user(collector)
        wizard.with_context(active_ids=link.ids).create(
            {"reason": "equivocada"}
        ).action_revoke()
        self.assertEqual(link.state, "revoked")

    def test_nobody_edits_what_the_rail_or_the_server_wrote(self):
        manager = self.users["manager"]
        quote = self.transaction.payment_link_quote_ids.with_user(manager)
        settlement = self.transaction.payment_settlement_ids.with_user(manager)
        for attempt, error in (
            (lambda: quote.write({"total": 1}), UserError),
            (lambda: quote.unlink(), AccessError),
            (lambda: settlement.write({"amount": 1}), UserError),
            (lambda: settlement.write({"state": "parked"}), UserError),
            (lambda: settlement.write({"payment_id": False}), UserError),
            (lambda: settlement.unlink(), AccessError),
        ):
            with self.assertRaises(error):
                attempt()

    def test_methods_that_hold_secrets_are_not_callable_from_outside(self):
        link = self.env["payment.link"]
        for name in ("_addresses", "_find_by_token", "_charge", "_problem"):
            method = getattr(type(link), name)
            self.assertTrue(
                name.startswith("_") and getattr(method, "_api_private", False), name
            )
