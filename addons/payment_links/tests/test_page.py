from datetime import date
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.receivables_automation.models.res_company import ResCompany

from ..controllers import payment_link as controller
from ..core.attempts import AttemptLimiter
from .common import PaymentLinkHttpCase, moment


@tagged("post_install", "-at_install", "website")
class TestPage(PaymentLinkHttpCase):
    def setUp(self):
        super().setUp()
        # Other tests' bad addresses do not count here.
        self.startPatcher(
            patch.object(controller, "BAD_TOKENS", AttemptLimiter(limit=30, window=600))
        )

    def test_choosing_what_to_pay_does_not_wait_for_scripts(self):
        page = self._open(self._link()).text

        # Core holds clicks back until its scripts are here, on button and form alike.
        self.assertEqual(page.count("o_no_wait_lazy_js"), 2)

    def test_page_shows_every_open_invoice_and_the_live_total(self):
        link = self._balance_link()
        self._pay(self.customer, 50.0, [(self.items[1], 50.0)])

        page = self._open(link)

        self.assertEqual(page.status_code, 200)
        for text in (*self.invoices.mapped("name"), "550.00", self.customer.name):
            self.assertIn(text, page.text)
        self.assertEqual(page.text.count('name="item"'), 3)

    def test_page_speaks_the_debtor_s_language_without_a_prefix(self):
        if self._language() != "es_MX":
            self.env["res.lang"]._activate_lang("es_MX")
            self.customer.lang = "es_MX"
        page = self.url_open(f"/pay/{self._token(self._link())}", allow_redirects=False)

        self.assertEqual(page.status_code, 200)
        self.assertIn("Hola", page.text)
        self.assertIn("Pagar", page.text)
        self.assertRegex(page.text, r'<html[^>]* lang="es[-_]MX"')

    def test_page_keeps_its_address_to_the_visitor(self):
        link = self._link()
        link_page, dead_page = self._open(link), self.url_open("/pay/" + "x" * 32)

        for page in (link_page, dead_page):
            self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
            self.assertEqual(page.headers["Cache-Control"], "no-store")
            self.assertIn("noindex", page.headers["X-Robots-Tag"])

    def test_dead_links_say_nothing_about_the_debtor(self):
        self.company.phone = "+52 81 5550 1200"
        revoked, rotated, expired = (self._link(item) for item in self.items)
        old = {
            name: self._token(link)
            for name, link in (
                ("revoked", revoked),
                ("rotated", rotated),
                ("expired", expired),
            )
        }
        revoked.action_revoke()
        rotated.action_rotate()
        expired.expires_at = moment("2020-01-01 00:00:00")
        names = {*self.invoices.mapped("name"), self.customer.name}

        for name, token in old.items():
            with self.subTest(link=name):
                page = self.url_open(f"/pay/{token}")
                self.assertEqual(page.status_code, 410)
                self.assertIn(self.company.phone, page.text)
                self.assertFalse([one for one in names if one in page.text])

    def test_addresses_that_nobody_made_are_not_found(self):
        token = self._token(self._link())
        for wrong in (
            token[:-1] + ("A" if token[-1] != "A" else "B"),
            "A" * 32,
            "..%2F..%2Fetc%2Fpasswd",
            "%00",
            "<script>alert(1)</script>",
            "x" * 5000,
        ):
            with self.subTest(token=wrong[:40]):
                page = self.url_open(f"/pay/{wrong}")
                self.assertEqual(page.status_code, 404)
                self.assertNotIn("<script>alert", page.text)

    def test_guessing_is_slowed_down_whatever_the_client_says_about_itself(self):
        limiter = AttemptLimiter(limit=3, window=600)
        self.startPatcher(patch.object(controller, "BAD_TOKENS", limiter))
        codes = [
            self.url_open(
                f"/pay/{'A' * 31}{number}",
                headers={"X-Forwarded-For": f"10.0.0.{number}"},
            ).status_code
            for number in range(5)
        ]

        self.assertEqual(codes, [404, 404, 404, 429, 429])
        self.assertEqual(self._open(self._link()).status_code, 200)

    def test_page_is_only_read(self):
        url = f"/pay/{self._token(self._link())}"

        for method in ("POST", "PUT", "DELETE"):
            with self.subTest(method=method):
                page = self.url_open(url, method=method, data={})
                self.assertIn(page.status_code, (400, 404, 405))

    def test_opening_is_noted(self):
        link = self._link()
        self._open(link)

        self.assertTrue(link.last_opened_at)

    def test_paid_link_shows_its_history_from_the_ledger(self):
        link = self._link(self.items[:2])
        self._pay(
            self.customer, 300.0, [(self.items[0], 100.0), (self.items[1], 200.0)]
        )
        self._pay(self.customer, 300.0, [(self.items[2], 300.0)])

        [entry] = link._history()
        page = self._open(link)

        self.assertEqual(entry["amount"], 300.0)
        self.assertEqual(
            sorted(entry["settled"]),
            sorted([(self.invoices[0].name, 100.0), (self.invoices[1].name, 200.0)]),
        )
        self.assertIn("300.00", page.text)
        self.assertNotIn('name="item"', page.text)
        self.assertNotIn(self.invoices[2].name, page.text)

    def test_second_step_offers_only_what_may_take_this_amount(self):
        link = self._link()
        small = self._provider("Chica", maximum_amount=150.0)
        hidden = self._provider("Oculta", is_published=False)
        testing = self._provider("Prueba", state="test")

        def offered(*items):
            return set(
                link._compatible_providers(
                    sum(item.amount_residual for item in items)
                ).ids
            )

        self.assertEqual(offered(self.items[0]), {self.provider.id, small.id})
        self.assertEqual(offered(*self.items), {self.provider.id})
        self.company.receivables_is_sample = True
        self.assertIn(testing.id, offered(*self.items))
        self.assertNotIn(hidden.id, offered(*self.items))
        page = self._open(link, step="pay", item=self.items[:2].ids)
        self.assertIn("o_payment_form", page.text)
        self.assertIn('data-amount="300.0"', page.text)

    def test_second_step_refuses_a_choice_that_makes_no_sense(self):
        link = self._link(self.items[:2])
        for params in (
            {},
            {"item": self.items[2].id},
            {"item": "x"},
            {"item": self.items[0].id, "amount": "-5"},
            {"item": self.items[0].id, "amount": "1e9"},
            {"item": self.items[0].id, "amount": "nan"},
            {"item": self.items[0].id, "amount": "100.01"},
        ):
            with self.subTest(params=params):
                page = self._open(link, step="pay", **params)
                self.assertEqual(page.status_code, 200)
                self.assertIn("alert-warning", page.text)
                self.assertNotIn("o_payment_form", page.text)

    def test_refused_choice_is_still_there_to_be_corrected(self):
        chosen = self.items[0].id
        page = self._open(self._link(), step="pay", item=chosen, amount="1,000.50")

        self.assertEqual(page.text.count(" checked="), 1)
        self.assertIn('value="1000.50"', page.text)

    def test_pdf_of_an_invoice_only_through_its_own_link(self):
        token = self._token(self._link(self.items[0]))
        own, other = self.invoices[0], self.invoices[1]
        fake = {"filename": "f.pdf", "filetype": "pdf", "content": b"%PDF-1.4"}
        with patch.object(type(own), "_get_invoice_legal_documents", return_value=fake):
            shown = self.url_open(f"/pay/{token}/invoice/{own.id}")
            refused = self.url_open(f"/pay/{token}/invoice/{other.id}")

        self.assertEqual((shown.status_code, refused.status_code), (200, 404))
        self.assertEqual(shown.headers["Content-Type"], "application/pdf")

    def test_credit_in_favour_is_told(self):
        self._pay(self.customer, 77.0)

        self.assertIn("77.00", self._open(self._balance_link()).text)

    def test_link_made_yesterday_counts_days_by_the_company(self):
        link = self._link()
        with patch.object(
            ResCompany, "_receivables_now", return_value=moment("2026-04-01 03:00:00")
        ):
            # 21:00 of 31 March in Mexico: due today is not late.
            page = self._open(link)

        self.assertNotIn("text-danger", page.text)


class PageSpeedCase(PaymentLinkHttpCase):
    def _queries(self, url):
        # Warm caches, then count.
        self.url_open(url)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.assertEqual(self.url_open(url).status_code, 200)
        return self.env.cr.sql_log_count - before

    def _check_page_costs_as_much_as_three(self, count):
        """Compare the page of three invoices with the page of ``count``."""
        many = self._customer("Con muchas")
        self._invoices([(many, 10.0, date(2026, 3, 31))] * count)

        empty = self._queries("/web/login")
        small = self._queries(f"/pay/{self._token(self._balance_link())}")
        large = self._queries(f"/pay/{self._token(self._balance_link(many))}")

        self.assertEqual(large, small)
        self.assertLessEqual(large - empty, 25)


class TestPageSpeed(PageSpeedCase):
    def test_page_costs_the_same_for_three_and_twelve_invoices(self):
        self._check_page_costs_as_much_as_three(12)


@tagged("soak", "-standard", "post_install", "-at_install")
class TestLargePageSpeed(PageSpeedCase):
    def test_page_costs_the_same_for_three_and_eighty_invoices(self):
        self._check_page_costs_as_much_as_three(80)
