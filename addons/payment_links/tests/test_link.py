from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import ConcurrencyError, UserError, ValidationError
from odoo.fields import Command
from odoo.tools import mute_logger

from odoo.addons.receivables_automation.models.res_company import ResCompany

from .common import PaymentLinkCase, moment


class TestLink(PaymentLinkCase):
    def test_link_asks_for_the_live_balance_of_its_invoices(self):
        link = self._link()
        self._pay(self.customer, 50.0, [(self.items[1], 50.0)])

        self.assertEqual(link.state, "active")
        self.assertEqual(link.amount_due, 550.0)

    def test_same_scope_gives_the_same_link_in_any_order(self):
        link = self._link()

        self.assertEqual(self._link(self.items[::-1]), link)
        self.assertNotEqual(self._link(self.items[:1]), link)

    def test_the_database_refuses_a_second_live_link_for_the_same(self):
        link = self._link()
        twin = link.copy()

        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            twin.action_activate()

    def test_balance_link_is_one_per_debtor_and_asks_for_everything(self):
        contact = self.env["res.partner"].create(
            {"name": "Lucía", "parent_id": self.customer.id}
        )
        link = self._balance_link(contact)
        self._invoice(self.customer, 1000.0)

        self.assertEqual(self._balance_link(), link)
        self.assertEqual(link.partner_id, self.customer)
        self.assertEqual(link.amount_due, 1600.0)

    def test_amounts_of_many_links_cost_no_more_queries(self):
        links = self.env["payment.link"]
        for _ in range(8):
            customer = self._customer()
            item = self._items(self._invoice(customer))
            links |= self._link(item) | self._balance_link(customer)

        def queries(some):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.mapped("amount_due")
            return self.env.cr.sql_log_count - before

        queries(links)
        self.assertLessEqual(queries(links), queries(links[:2]) + 1)

    def test_drafts_other_customers_and_other_currencies_are_refused(self):
        draft = self.invoices[0].copy()
        other = self._items(self._invoice(self._customer("Otra")))
        dollars = self.env.ref("base.USD")
        dollars.active = True
        foreign = self._items(self._invoice(self.customer, currency_id=dollars.id))
        for item in (self._items(draft), other, foreign):
            with (
                self.subTest(item=item.display_name),
                self.assertRaises(ValidationError),
            ):
                self.env["payment.link"].create(
                    {
                        "partner_id": self.customer.id,
                        "line_ids": [Command.create({"move_line_id": item.id})],
                    }
                )
        for items in (self.items | other, self.items | foreign, draft.line_ids[:0]):
            with self.assertRaises(UserError):
                self._link(items)

    def test_nothing_owed_gives_no_link(self):
        self._pay(self.customer, 100.0, [(self.items[0], 100.0)])

        with self.assertRaises(UserError):
            self._link(self.items[0])
        with self.assertRaises(UserError):
            self.items[0].action_payment_link()

    def test_states_follow_the_ledger_there_and_back(self):
        link = self._link(self.items[0])
        payment = self._pay(self.customer, 100.0, [(self.items[0], 100.0)])
        self.assertEqual(link.state, "paid")

        payment.move_id.line_ids.remove_move_reconcile()

        self.assertEqual(link.state, "active")
        self.assertEqual(link.amount_due, 100.0)

    def test_balance_link_stays_active_at_zero(self):
        link = self._balance_link()
        self._pay(
            self.customer,
            600.0,
            [(item, item.amount_residual) for item in self.items],
        )
        link._follow_ledger()

        self.assertEqual((link.state, link.amount_due), ("active", 0.0))

    def test_link_expires_by_the_clock_but_not_a_paid_one(self):
        paid, due = self._link(self.items[0]), self._link(self.items[1])
        self._pay(self.customer, 100.0, [(self.items[0], 100.0)])
        (paid | due).expires_at = moment("2026-06-01 00:00:00")

        with (
            patch.object(
                ResCompany,
                "_receivables_now",
                return_value=moment("2026-06-01 00:00:00"),
            ),
            self.enter_registry_test_mode(),
        ):
            self.env.ref("payment_links.ir_cron_follow_ledger").method_direct_trigger()

        self.assertEqual((paid | due).mapped("state"), ["paid", "expired"])

    def test_new_links_expire_as_the_company_says(self):
        self.company.payment_link_days = 10
        with patch.object(
            ResCompany, "_receivables_now", return_value=moment("2026-06-01 00:00:00")
        ):
            link = self._link()

        self.assertEqual(link.expires_at, moment("2026-06-11 00:00:00"))
        self.company.payment_link_days = 0
        self.assertFalse(self._link(self.items[0]).expires_at)

    def test_revoking_is_final_and_a_new_link_takes_over(self):
        link = self._link()
        link.action_revoke("wrong person")

        self.assertEqual((link.state, link.revoke_reason), ("revoked", "wrong person"))
        self.assertFalse(link.url)
        link.action_revoke()
        with self.assertRaises(UserError):
            link.action_activate()
        with self.assertRaises(UserError):
            link.action_rotate()
        renewed = self.env["payment.link"].browse(link.action_renew()["res_id"])
        self.assertNotEqual(renewed, link)
        self.assertEqual(renewed.line_ids.move_line_id, self.items)

    def test_an_active_link_s_scope_and_inner_fields_are_sealed(self):
        manager = self._user("m", "receivables_automation.group_receivables_manager")
        link = self._link().with_user(manager)
        for values in (
            {"state": "revoked"},
            {"generation": 7},
            {"partner_id": self._customer().id},
            {"mode": "balance"},
            {"line_ids": [Command.clear()]},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                link.write(values)
        with self.assertRaises(ValidationError):
            link.line_ids[0].amount_cap = 5.0
        link.expires_at = moment("2030-01-01 00:00:00")
        with self.assertRaises(UserError):
            link.create({"partner_id": self.customer.id, "state": "active"})
        with self.assertRaises(UserError):
            link.unlink()

    def test_cap_is_what_the_link_takes_in_all(self):
        link = self.env["payment.link"].create(
            {
                "partner_id": self.customer.id,
                "line_ids": [
                    Command.create(
                        {"move_line_id": self.items[2].id, "amount_cap": 120.0}
                    )
                ],
            }
        )
        link.action_activate()
        self.assertEqual(link.amount_due, 120.0)
        self._pay(self.customer, 250.0, [(self.items[2], 250.0)])

        self.assertEqual(link.amount_due, 50.0)

    def test_merging_customers_keeps_every_link_and_one_in_force(self):
        twin = self._customer("Ferretería El Águila (otra)")
        self._invoice(twin, 40.0)
        kept, given_up = self._balance_link(), self._balance_link(twin)
        self.env.flush_all()

        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((twin | self.customer).ids, self.customer)

        self.assertEqual((kept | given_up).mapped("state"), ["active", "revoked"])
        self.assertEqual((kept | given_up).partner_id, self.customer)
        self.assertEqual(kept.amount_due, 640.0)

    def test_invoice_and_open_items_lead_to_their_link(self):
        link = self._link(self.items[0])

        self.assertEqual(self.invoices[0].action_payment_link()["res_id"], link.id)
        self.assertEqual(self.items[0].action_payment_link()["res_id"], link.id)
        self.assertEqual(self.invoices[0].payment_link_ids, link)
        self.assertFalse(self.invoices[1].payment_link_ids)

    def test_preview_of_a_message_makes_no_link(self):
        items = {1: self.items[0]}
        ledger = self.env["account.move.line"]

        addresses = ledger._receivables_payment_urls(items, is_preview=True)

        self.assertEqual(addresses, {1: "#"})
        self.assertFalse(self._balance_links())
        made = ledger._receivables_payment_urls(items)
        self.assertEqual(self._balance_links().address_placeholder, made[1])
        self.assertEqual(ledger._receivables_payment_urls(items, True), made)

    def test_items_of_a_contact_share_the_link_of_its_company(self):
        contact = self.env["res.partner"].create(
            {"name": "Compras", "parent_id": self.customer.id}
        )
        revenue = self.invoices[0].invoice_line_ids.account_id
        entry = self.env["account.move"].create(
            {
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": contact.id,
                            "balance": balance,
                        }
                    )
                    for account, balance in (
                        (self.items[0].account_id, 50),
                        (revenue, -50),
                    )
                ]
            }
        )
        entry.action_post()
        ledger = self.env["account.move.line"]

        both = entry.line_ids[0] | self.items[0]
        made = ledger._receivables_payment_urls({1: entry.line_ids[0], 2: both})

        self.assertEqual(made[1], made[2])
        self.assertEqual(ledger._receivables_payment_urls({1: both}), {1: made[1]})
        self.assertEqual(len(self._balance_links()), 1)

    def test_link_that_another_makes_at_this_moment_is_looked_for_again(self):
        self._balance_link()
        links = self.env["payment.link"]
        debtor = (self.customer, self.company.currency_id)

        # As a transaction that began before the other one ended sees it.
        with (
            patch.object(type(links), "_known_for_balances", return_value={}),
            mute_logger("odoo.sql_db"),
            self.assertRaises(ConcurrencyError),
        ):
            links._for_balances(self.company, [debtor])

        self.assertEqual(len(self._balance_links()), 1)
        self.assertEqual(list(links._for_balances(self.company, [debtor])), [debtor])

    def _balance_links(self):
        return self.env["payment.link"].search(
            [("partner_id", "=", self.customer.id), ("mode", "=", "balance")]
        )

    def test_links_of_many_debtors_are_made_with_as_many_queries_as_of_few(self):
        def debtors(count):
            partners = [self._customer(f"Customer {number}") for number in range(count)]
            return [(partner, self.company.currency_id) for partner in partners]

        links = self.env["payment.link"]
        links._for_balances(self.company, debtors(1))
        counts = []
        for size in (5, 25):
            asked = debtors(size)
            self.env.flush_all()
            before = self.cr.sql_log_count
            made = links._for_balances(self.company, asked)
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)

            self.assertEqual(list(made), asked)
            self.assertEqual(links._for_balances(self.company, asked), made)
        self.assertEqual(counts[0], counts[1])
