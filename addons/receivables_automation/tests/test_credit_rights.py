from contextlib import contextmanager

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command

from .credit_case import CreditCase


class TestCreditRights(CreditCase):
    """Who gives a customer credit: finance managers, by whichever door."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The first may write contacts, and sees limits in core's own form.
        cls.collector = cls._user(
            "rights_collector",
            "receivables_automation.group_receivables_user",
            "base.group_partner_manager",
            "account.group_account_invoice",
        )
        cls.manager = cls._user(
            "rights_manager",
            "receivables_automation.group_receivables_manager",
            "base.group_partner_manager",
        )

    @contextmanager
    def _refuses(self, error, text):
        """Expect an error, and nothing of what was written before it."""
        with self.assertRaisesRegex(error, text), self.env.cr.savepoint():
            yield

    def _refused(self, **values):
        with self._refuses(AccessError, "Only finance managers change"):
            self._as_collector().write(values)

    def _as_collector(self):
        return self.customer.with_user(self.collector).with_context(lang="en_US")

    def test_a_collector_changes_neither_limit_nor_policy(self):
        self._refused(credit_limit=5000)
        self._refused(credit_limit=0)
        self._refused(receivables_policy_id=self.policy.id)
        self._refused(use_partner_credit_limit=False)

        self.assertEqual(self.customer.credit_limit, 1000)

    def test_what_stays_as_it_is_is_no_change(self):
        self._as_collector().write({"credit_limit": 1000, "phone": "81 5550 0000"})

        self.assertEqual(self.customer.phone, "81 5550 0000")

    def test_a_new_customer_has_no_credit_of_its_own(self):
        partners = self.env["res.partner"].with_user(self.collector)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            partners.create({"name": "Con límite", "credit_limit": 9})

        usual = partners.create({"name": "Sin límite", "credit_limit": 0})

        self.assertEqual(usual.credit_limit, 0)

    def test_a_contact_takes_its_company_s_limit_whoever_adds_it(self):
        contact = (
            self.env["res.partner"]
            .with_user(self.collector)
            .create({"name": "Compras", "parent_id": self.customer.id})
        )

        self.assertEqual(contact.commercial_partner_id.credit_limit, 1000)

    def test_a_finance_manager_changes_both(self):
        self.customer.with_user(self.manager).write(
            {"credit_limit": 5000, "receivables_policy_id": self.policy.id}
        )

        self.assertEqual(self.customer.credit_limit, 5000)

    # === CONTACTS ===

    def _contact(self, **values):
        return self.env["res.partner"].create(
            {"name": "Rosa", "parent_id": self.customer.id} | values
        )

    def _log(self, partner):
        self.env.flush_all()
        return self.env["receivables.audit"].search([("partner_id", "=", partner.id)])

    def test_a_contact_that_becomes_a_customer_leaves_its_company_s_credit(self):
        other = self.env["res.company"].create({"name": "Otra"})
        self.customer.with_company(other).credit_limit = 77
        for move in ({"parent_id": False}, {"is_company": True}):
            contact = self._contact()
            self.assertEqual(contact.credit_limit, 1000)

            contact.with_user(self.collector).write(move)

            self.assertEqual(self._fresh(contact).commercial_partner_id, contact)
            self.assertEqual(contact.credit_limit, 0)
            self.assertEqual(contact.with_company(other).credit_limit, 0)
            here, there = self._log(contact).sorted("company_id")
            self.assertEqual((here.company_id, there.company_id), (self.company, other))
            self.assertEqual((here.before, here.after), ("1000.00 MXN", "0.00 MXN"))
            self.assertEqual(here.user_id, self.collector)
            self.assertIn("starts anew", here.reason)

    def test_a_customer_does_not_lose_its_credit_by_becoming_a_contact(self):
        other = self._customer("Otra")
        for move in (
            {"parent_id": other.id, "is_company": False},
            {"parent_id": other.id, "company_type": "person"},
        ):
            self._refused(**move)
            self.assertEqual(self.customer.commercial_partner_id, self.customer)
        plain = self._customer("Sin límite propio")
        plain.with_user(self.collector).write(move)
        self.assertEqual(plain.commercial_partner_id, other)

        self.customer.with_user(self.manager).write(move)

        self.assertEqual(self._fresh(self.customer).commercial_partner_id, other)

    def test_no_limit_is_a_decision_where_new_customers_have_one(self):
        defaults = self.env["ir.default"]
        defaults.set("res.partner", "credit_limit", 5000, company_id=self.company.id)
        partners = self.env["res.partner"].with_user(self.collector)
        for values, given in (
            ({"credit_limit": 0}, {}),
            ({}, {"default_credit_limit": 777}),
            ({}, {"default_receivables_policy_id": self.policy.id}),
        ):
            with (
                self.subTest(values=values, context=given),
                self._refuses(AccessError, "."),
            ):
                partners.with_context(**given).create({"name": "Nueva"} | values)

        self.assertEqual(partners.create({"name": "Nueva"}).credit_limit, 5000)

    def test_through_the_form_of_its_company_too(self):
        contact, other = self._contact(), self._contact(name="Luis")
        self._as_collector().write(
            {
                "child_ids": [
                    Command.update(contact.id, {"company_type": "company"}),
                    Command.unlink(other.id),
                ]
            }
        )

        self.assertEqual(self._fresh(contact).credit_limit, 0)
        self.assertEqual((contact | other).commercial_partner_id, contact | other)
        self.assertEqual(other.credit_limit, 0)

    def test_who_is_left_behind_by_a_deleted_company_starts_anew(self):
        contact = self._contact()
        self.customer.with_user(self.collector).unlink()

        self.assertEqual(self._fresh(contact).commercial_partner_id, contact)
        self.assertEqual(contact.credit_limit, 0)

    def test_a_contact_only_repeats_its_company_whoever_writes(self):
        contact = self._contact()
        for user in (self.collector, self.manager):
            as_user = contact.with_user(user)
            as_user.write({"credit_limit": 1000})
            for values in (
                {"credit_limit": 9000},
                {"receivables_policy_id": self.policy.id},
                {"credit_limit": 9000, "function": "Compras"},
            ):
                with self._refuses(UserError, "is a contact of Ferretería"):
                    as_user.write(values)
            with self._refuses(UserError, "is a contact of Ferretería"):
                as_user.create(
                    {
                        "name": "Luis",
                        "parent_id": self.customer.id,
                        "credit_limit": 9000,
                    }
                )

    def test_a_move_and_a_limit_in_one_call_are_a_new_customer_s_decision(self):
        values = {"is_company": True, "credit_limit": 5000}
        refused, contact = self._contact(), self._contact()

        with self._refuses(AccessError, "Only finance managers change"):
            refused.with_user(self.collector).write(values)
        contact.with_user(self.manager).write(values)

        self.assertEqual(self._fresh(contact).credit_limit, 5000)
        self.assertEqual(
            self._log(contact).mapped(lambda row: (row.before, row.after)),
            [("0.00 MXN", "5000.00 MXN"), ("1000.00 MXN", "0.00 MXN")],
        )

    def test_merging_a_company_into_a_contact_is_such_a_decision_too(self):
        contact, double = self._contact(), self._customer("Rosa")
        merges = self.env["base.partner.merge.automatic.wizard"]
        merge = merges.with_user(self.collector).with_context(lang="en_US").create({})

        with self._refuses(AccessError, "Only finance managers change"):
            merge._merge((contact | double).ids, contact.with_env(merge.env))

        self.assertEqual(contact.commercial_partner_id, self.customer)

    def test_what_moves_among_companies_or_stays_a_company_keeps_its_limit(self):
        self.customer.with_user(self.collector).write(
            {"is_company": True, "parent_id": self._customer("Grupo").id}
        )
        self.assertEqual(self._fresh().credit_limit, 1000)

        self._as_collector().parent_id = False

        self.assertEqual(self._fresh().credit_limit, 1000)

    # === TIERS ===

    def _tier(self, amount=5000):
        self.env["receivables.credit.tier"].create(
            {
                "name": "Gerencia",
                "amount_up_to": amount,
                "user_ids": [Command.set(self.manager.ids)],
                "company_id": self.company.id,
            }
        )

    def _write_as_manager(self, **values):
        self._fresh().with_user(self.manager).with_context(lang="en_US").write(values)

    def test_the_tier_holds_for_whatever_writes_a_raise(self):
        self._tier()
        cash, free = self.env["receivables.policy"].create(
            [
                {"name": "Contado", "credit": "cash_only"},
                {"name": "Abierto", "credit": "unlimited"},
            ]
        )
        for values in (
            {"credit_limit": 5000.01},
            {"credit_limit": 0},
            {"use_partner_credit_limit": False},
            {"receivables_policy_id": free.id},
        ):
            with self._refuses(UserError, "over every approval tier"):
                self._write_as_manager(**values)

        self._write_as_manager(credit_limit=5000)
        self._write_as_manager(receivables_policy_id=cash.id, credit_limit=0)
        with self._refuses(UserError, "over every approval tier"):
            self._write_as_manager(receivables_policy_id=False)
        with self._refuses(UserError, "over every approval tier"):
            self._write_as_manager(credit_limit=400000)
        self._write_as_manager(receivables_policy_id=False, credit_limit=4000)
        self.assertEqual(self.customer.credit_limit, 4000)

    def test_lowering_needs_no_tier(self):
        self.customer.credit_limit = 0
        self._tier()

        self._write_as_manager(credit_limit=400000)
        self._write_as_manager(credit_limit=300000)

        self.assertEqual(self.customer.credit_limit, 300000)

    def test_a_new_customer_gets_no_more_than_the_tier(self):
        self._tier()
        self.policy.credit = "cash_only"
        partners = self.env["res.partner"].with_user(self.manager)

        with self._refuses(UserError, "over every approval tier"):
            partners.with_context(lang="en_US").create(
                {"name": "Nueva", "credit_limit": 400000}
            )
        self.assertTrue(partners.create({"name": "Nueva", "credit_limit": 5000}))

    def test_many_customers_are_raised_with_the_queries_of_one(self):
        self._tier()
        counts = []
        for number in (1, 40):
            partners = self.env["res.partner"].create(
                [{"name": f"Cliente {one}", "credit_limit": 5} for one in range(number)]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            given = partners._receivables_credit_values({"credit_limit": 10.0})
            as_manager = partners.with_user(self.manager)
            before = self.env.cr.sql_log_count
            as_manager._receivables_check_credit(
                [
                    (partner, partner._receivables_credit_values(partner), given)
                    for partner in partners
                ]
            )
            counts.append(self.env.cr.sql_log_count - before)

        self.assertLessEqual(counts[1], counts[0])

    # === POLICIES ===

    def test_a_policy_of_another_company_is_refused(self):
        other = self.env["res.company"].create({"name": "Otra"})
        foreign = self.env["receivables.policy"].create(
            {"name": "De Otra", "company_id": other.id}
        )
        with self._refuses(ValidationError, "De Otra is of Otra"):
            self.customer.with_context(lang="en_US").receivables_policy_id = foreign

        self.customer.with_company(other).receivables_policy_id = foreign

        self.assertFalse(self.customer.receivables_policy_id)
