from .credit_case import CreditCase

GROUP = "receivables_automation.group_receivables_{}".format


class TestPartnerMerge(CreditCase):
    """Customers that become one keep what was decided and proved for each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # May merge and account, but has no right to credit.
        cls.admin = cls._user(
            "merge_admin",
            "base.group_system",
            "base.group_partner_manager",
            "account.group_account_manager",
        )
        cls.manager = cls._user("merge_manager", GROUP("manager"))
        cls.other = cls._customer("Águila, S.A.")

    def _merge(self, gone, stays, su=False):
        self.env.flush_all()
        stays = stays.with_user(self.admin).sudo(su)
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard = wizard.with_user(self.admin).create({})
        wizard._merge((gone | stays).ids, stays)
        self.env.invalidate_all()

    def _rows(self, **values):
        domain = [("res_model", "=", "res.partner"), ("res_id", "=", self.other.id)]
        domain += [(name, "=", value) for name, value in values.items()]
        return self.env["receivables.audit"].search(domain, order="id")

    def test_who_has_no_right_to_credit_merges_customers_that_have_it(self):
        self.customer.receivables_policy_id = self.policy
        gone = self.customer

        self._merge(self.customer, self.other, su=True)

        self.assertFalse(gone.exists())
        self.assertEqual(self.other.credit_limit, 1000)
        self.assertEqual(self.other.receivables_policy_id, self.policy)

    def test_a_limit_and_a_policy_taken_over_stand_in_the_log(self):
        self.customer.receivables_policy_id = self.policy

        self._merge(self.customer, self.other)

        limit = self._rows(kind="limit")
        self.assertEqual((limit.before, limit.after), ("0.00 MXN", "1000.00 MXN"))
        self.assertEqual((limit.action, limit.user_id), ("write", self.admin))
        self.assertEqual(limit.company_id, self.company)
        self.assertIn("Ferretería El Águila", limit.reason)
        policy = self._rows(kind="policy")
        self.assertEqual((policy.before, policy.after), ("", "Mayoreo"))

    def test_what_is_taken_over_in_every_company_stands_in_the_log(self):
        dollars = self.env.ref("base.USD").id
        branch = self.env["res.company"].create({"name": "B", "currency_id": dollars})
        self.customer.with_company(branch).credit_limit = 77
        self.other.credit_limit = 500

        self._merge(self.customer, self.other)

        self.assertEqual(self.other.with_company(branch).credit_limit, 77)
        self.assertEqual(self.other.credit_limit, 500)
        self.assertEqual(self._rows(company_id=branch.id).after, "77.00 USD")

    def test_a_zero_of_its_own_that_core_fills_stands_in_the_log_once(self):
        self.env["ir.default"].set(
            "res.partner", "credit_limit", 5000, company_id=self.company.id
        )
        self.other.credit_limit = 0
        before = self._rows()

        self._merge(self.customer, self.other, su=True)

        row = self._rows() - before
        self.assertEqual((row.before, row.after), ("0.00 MXN", "1000.00 MXN"))
        self.assertIn("Merged with", row.reason)

    def test_a_limit_taken_over_is_put_back(self):
        self._merge(self.customer, self.other)

        action = self.other.with_user(self.manager).action_receivables_put_back_limit()

        self.assertTrue(action["context"]["default_is_without_limit"])

    def test_what_was_decided_for_who_is_gone_is_not_put_back(self):
        self.other.credit_limit = 500
        self.other.credit_limit = 600
        self.customer.credit_limit = 2000

        self._merge(self.customer, self.other)

        action = self.other.with_user(self.manager).action_receivables_put_back_limit()
        self.assertEqual(action["context"]["default_limit_new"], 500)

    def test_a_contact_leaves_no_row(self):
        contact = self._customer("Pagos", parent_id=self.other.id, is_company=False)
        gone = self._customer("Pagos y más", is_company=False, credit_limit=9)

        self._merge(gone, contact)

        self.assertFalse(
            self.env["receivables.audit"].search([("res_id", "=", contact.id)])
        )

    def test_acknowledgments_of_both_stay_once_for_each_version(self):
        versions = []
        for text in ("Uno", "Dos", "Tres"):
            self.policy.public_text = text
            versions.append(self.policy.version_id)
            self.policy.version_id._acknowledge(self.customer, "Beto")
        versions[0]._acknowledge(self.other, "Ana")

        self._merge(self.customer, self.other)

        kept = self.other.receivables_acknowledgment_ids.sorted("id")
        self.assertEqual(len(kept), len(set(versions)))
        names = {one.version_id: one.name for one in kept}
        self.assertEqual(names[versions[0]], "Ana")
        self.assertEqual(names[versions[-1]], "Beto")
