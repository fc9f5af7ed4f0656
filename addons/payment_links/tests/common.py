import base64
import os
import re
import tempfile
from datetime import date
from pathlib import Path
from unittest.mock import patch

from odoo.fields import Command, Datetime
from odoo.tests import HttpCase, tagged

from odoo.addons.receivables_automation.models.receivables_secret import VARIABLE
from odoo.addons.receivables_automation.tests.mexican_company import (
    MexicanCompanyCase,
)

SECRET = base64.b64encode(bytes(range(32))).decode()
# A moment in UTC, as the ORM writes it.
moment = Datetime.to_datetime
TOKEN = re.compile(r"/pay/([A-Za-z0-9_-]{32})")


class Refused(Exception):
    """The server refused a payment; the text is what the payer reads."""


@tagged("post_install", "-at_install")
class PaymentLinkCase(MexicanCompanyCase):
    """A customer with three invoices, a provider made of nothing, a server secret."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.secret_file = Path(folder.name) / "secret"
        cls.secret_file.write_text(f"1:{SECRET}\n")
        cls.secret_file.chmod(0o600)
        cls.startClassPatcher(patch.dict(os.environ, {VARIABLE: str(cls.secret_file)}))
        cls.company.receivables_is_sample = False
        cls.customer = cls._customer(email="pagos@aguila.example", lang=cls._language())
        due = date(2026, 3, 31)
        cls.invoices = cls._invoices(
            [(cls.customer, amount, due) for amount in (100.0, 200.0, 300.0)]
        )
        cls.items = cls.env["account.move.line"].union(
            *(cls._items(invoice) for invoice in cls.invoices)
        )
        cls.provider = cls._provider("Plata")
        cls.method = cls.provider.payment_method_ids

    @classmethod
    def _language(cls):
        installed = dict(cls.env["res.lang"].get_installed())
        return "es_MX" if "es_MX" in installed else "en_US"

    @classmethod
    def _provider(cls, name, **values):
        """Return a provider of core's bare kind: it talks to nobody."""
        form = cls.env["ir.ui.view"].create(
            {
                "name": f"{name} redirect form",
                "type": "qweb",
                "arch": '<form action="https://bank.example" method="post"/>',
            }
        )
        method = cls.env.ref("payment.payment_method_card")
        provider = cls.env["payment.provider"].create(
            {
                "name": name,
                "code": "none",
                "state": "enabled",
                "is_published": True,
                "company_id": cls.company.id,
                "redirect_form_view_id": form.id,
                "payment_method_ids": [Command.set(method.ids)],
            }
            | values
        )
        method.active = True
        return provider

    @classmethod
    def _link(cls, items=None):
        items = cls.items if items is None else items
        return cls.env["payment.link"]._for_items(items)

    @classmethod
    def _balance_link(cls, partner=None):
        return cls.env["payment.link"]._for_balance(
            cls.company, partner or cls.customer, cls.company.currency_id
        )

    @classmethod
    def _token(cls, link):
        return TOKEN.search(link._addresses()[link.id])[1]

    def _residuals(self):
        return self.invoices.mapped("amount_residual")


class PaymentLinkHttpCase(PaymentLinkCase, HttpCase):
    """The same, asked over HTTP as a visitor without a login."""

    def _open(self, link, **params):
        return self.url_open(f"/pay/{self._token(link)}", params=params)

    def _start(self, link, items=None, **values):
        """Ask for a transaction as the page does; return its processing values.

        :raises Refused: with what the payer is told.
        """
        items = self.items if items is None else items
        params = {
            "provider_id": self.provider.id,
            "payment_method_id": self.method.id,
            "flow": "redirect",
            "item_ids": items.ids,
        } | values
        answer = self.url_open(
            f"/pay/{self._token(link)}/transaction",
            json={"jsonrpc": "2.0", "method": "call", "id": 0, "params": params},
        ).json()
        if "error" in answer:
            raise Refused(answer["error"]["data"]["message"])
        return answer["result"]

    def _transaction(self, link):
        return self.env["payment.transaction"].search(
            [("payment_link_id", "=", link.id)], limit=1
        )
