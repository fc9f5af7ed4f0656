from datetime import date
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user, tagged

NO_INVITATION = {"no_reset_password": True}


@tagged("post_install", "-at_install")
class MexicanCompanyCase(TransactionCase):
    """The database's own Mexican company while it has no entries, else a new one.

    A chart of accounts takes seconds to load: what needs no other one starts here.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Long work commits as it goes; a test takes everything back.
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.company = cls._mexican_company()
        cls.env.user.company_ids |= cls.company
        cls.env = cls.env(
            context=dict(cls.env.context, allowed_company_ids=cls.company.ids)
        )
        cls.company = cls.company.with_env(cls.env)
        cls.bank = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", cls.company.id)], limit=1
        )

    @classmethod
    def _freeze(cls, moment):
        """Let the suite's clock stand at ``moment``, UTC without zone, for the class.

        A test that needs another time patches it once more.
        """
        cls.startClassPatcher(
            patch.object(
                cls.registry["res.company"],
                "_receivables_now",
                lambda company: moment,
            )
        )

    @classmethod
    def _mexican_company(cls):
        company = cls.env.company
        has_entries = cls.env["account.move"].search_count(
            [("company_id", "=", company.id)], limit=1
        )
        if company.chart_template == "mx" and not has_entries:
            company.vat = company.vat or "EKU9003173C9"
            return company
        return cls._new_company("Escuela Kemper Urgate", "EKU9003173C9")

    @classmethod
    def _new_company(cls, name, vat):
        """Return another company with the Mexican chart of accounts."""
        company = cls.env["res.company"].create(
            {
                "name": name,
                "vat": vat,
                "country_id": cls.env.ref("base.mx").id,
                "currency_id": cls.env.ref("base.MXN").id,
            }
        )
        cls.env.user.company_ids |= company
        cls.env["account.chart.template"].try_loading("mx", company, install_demo=False)
        return company

    @classmethod
    def _user(cls, name, *groups, companies=None):
        """Return a new internal user with ``groups`` and no others."""
        companies = companies or cls.company
        return new_test_user(
            cls.env,
            f"receivables_{name}",
            # Nobody waits for an invitation.
            context=NO_INVITATION,
            groups=",".join(groups or ("base.group_user",)),
            company_id=companies[:1].id,
            company_ids=[Command.set(companies.ids)],
        )

    @classmethod
    def _customer(cls, name="Ferretería El Águila", **values):
        return cls.env["res.partner"].create(
            {"name": name, "is_company": True, "country_id": cls.env.ref("base.mx").id}
            | values
        )

    @classmethod
    def _invoice(cls, partner, amount=100.0, due=date(2026, 3, 31), **values):
        """Return a posted invoice; without tax unless ``taxes`` are given."""
        return cls._invoices([(partner, amount, due)], **values)

    @classmethod
    def _invoices(cls, rows, **values):
        """Return a posted invoice per (customer, amount, due date), made at once."""
        taxes = values.pop("taxes", cls.env["account.tax"])
        moves = (
            cls.env["account.move"]
            .with_company(cls.company)
            .create(
                [
                    {
                        "move_type": "out_invoice",
                        "partner_id": partner.id,
                        "invoice_date": min(date(2026, 3, 1), due),
                        "invoice_date_due": due,
                        "invoice_payment_term_id": False,
                        "invoice_line_ids": [
                            Command.create(
                                {
                                    "name": "Varilla",
                                    "price_unit": amount,
                                    "tax_ids": [Command.set(taxes.ids)],
                                }
                            )
                        ],
                    }
                    | values
                    for partner, amount, due in rows
                ]
            )
        )
        moves.action_post()
        return moves

    @classmethod
    def _currency(cls, code, rates):
        """Return an active currency with rates (day, pesos for one of it)."""
        currency = cls.env.ref(f"base.{code}")
        currency.active = True
        cls.env["res.currency.rate"].create(
            [
                {
                    "currency_id": currency.id,
                    "company_id": cls.company.id,
                    "name": day,
                    "inverse_company_rate": pesos,
                }
                for day, pesos in rates
            ]
        )
        return currency

    @staticmethod
    def _items(move):
        """Return the receivable items of a document or payment entry, by due date."""
        return move.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        ).sorted("date_maturity")

    @classmethod
    def _pay(cls, partner, amount, allocations=(), when=date(2026, 4, 1), **values):
        """Return a posted payment applied to ``allocations`` (item, amount)."""
        return cls._payments([(partner, amount, list(allocations), when)], **values)

    @classmethod
    def _payments(cls, rows, **values):
        """Return a posted payment per (customer, amount, allocations, day)."""
        payments = cls.env["account.payment"].with_company(cls.company)
        return payments._receivables_create_applied_batch(
            [
                (
                    {
                        "partner_id": partner.id,
                        "amount": amount,
                        "currency_id": cls.company.currency_id.id,
                        "date": when,
                        "journal_id": cls.bank.id,
                    }
                    | values,
                    allocations,
                )
                for partner, amount, allocations, when in rows
            ]
        )
