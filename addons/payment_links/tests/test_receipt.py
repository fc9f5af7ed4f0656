from odoo.tests import tagged

from .common import TOKEN, PaymentLinkHttpCase
from .test_settlement import SettlementCase


@tagged("post_install", "-at_install", "website")
class TestReceipt(PaymentLinkHttpCase, SettlementCase):
    def _pay_here(self, link, items=None, **values):
        """Pay with this browser; return the transaction."""
        self._start(link, items, **values)
        return self._transaction(link)

    def _confirm(self, transaction):
        transaction._set_done()
        transaction._post_process()
        return transaction

    def test_payer_lands_on_what_was_paid_settled_and_remains(self):
        link = self._balance_link()
        transaction = self._confirm(self._pay_here(link, self.items[:2]))

        page = self.url_open(transaction.landing_route)

        self.assertEqual(page.status_code, 200)
        for text in (
            *self.invoices[:2].mapped("name"),
            transaction.reference,
            "300.00",
            "/pdf?access_token=",
        ):
            self.assertIn(text, page.text)
        self.assertNotIn(self.invoices[2].name, page.text)
        self.assertEqual(TOKEN.findall(page.text), [self._token(link)])
        self.assertEqual(page.headers["Cache-Control"], "no-store")

    def test_somebody_with_the_receipt_alone_does_not_get_the_link(self):
        transaction = self._confirm(self._pay_here(self._link()))
        self.opener.cookies.clear()

        page = self.url_open(transaction.landing_route)

        self.assertEqual(page.status_code, 200)
        self.assertFalse(TOKEN.findall(page.text))

    def test_another_key_or_another_payment_shows_nothing(self):
        mine = self._confirm(self._pay_here(self._link()))
        core = self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "amount": 5.0,
                "currency_id": self.company.currency_id.id,
                "partner_id": self.customer.id,
            }
        )
        key = mine.landing_route.partition("=")[2]
        for path in (
            f"/pay/receipt/{mine.id}",
            f"/pay/receipt/{mine.id}?access_token=x",
            f"/pay/receipt/{core.id}?access_token={key}",
            f"/pay/receipt/{mine.id}/pdf?access_token={key[:-1]}",
            f"/pay/receipt/0?access_token={key}",
        ):
            with self.subTest(path=path):
                page = self.url_open(path)
                self.assertEqual(page.status_code, 404)
                self.assertNotIn(mine.reference, page.text)

    def test_receipt_says_when_money_is_on_its_way_or_did_not_come(self):
        transaction = self._pay_here(self._link())
        url = transaction.landing_route
        texts = {self.url_open(url).text}
        transaction._set_pending()
        texts.add(self.url_open(url).text)
        transaction._set_canceled()
        texts.add(self.url_open(url).text)

        self.assertEqual(len(texts), 3)
        self.assertFalse([text for text in texts if "/pdf?access_token=" in text])
