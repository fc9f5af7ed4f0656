import base64
import logging
from datetime import timedelta

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import file_open

from ..core.sample_story import COMPANY, MAIL_DOMAIN, USD_RATES, story

_logger = logging.getLogger(__name__)

# A module name that no add-on has: so no update takes the sample for stale data.
XMLID_MODULE = "receivables_sample"
UNCONFIGURED_NAMES = {"My Company", "Mi empresa", "Mi compañía", "YourCompany"}


class ReceivablesSample(models.AbstractModel):
    """Loads the sample story through the same documents that a user would make.

    What goes beyond the ledger is told by `_tell`, which satellites extend too.
    """

    _name = "receivables.sample"
    _description = "Sample company"

    def _load(self, company):
        """Fill ``company`` with the story, dated around its today; at most once.

        :raises UserError: the company has journal entries of its own, or its
            chart of accounts is missing.
        """
        if company.receivables_is_sample:
            _logger.info("The sample company is loaded already in %s.", company.id)
            return
        self._check_empty(company)
        self = self.with_company(company).with_context(
            lang="es_MX", tracking_disable=True, mail_create_nosubscribe=True
        )
        today = company._receivables_today()
        self._set_company(company)
        self._create_mail_server()
        self._set_rates(company, today)
        customers = self._create_customers()
        invoices = self._create_invoices(customers, today)
        self._create_payments(invoices, today)
        self._create_credits(customers, today)
        self._tell(company)
        company.receivables_is_sample = True

    def _tell(self, company):
        """Add to the ledger of ``company`` what was decided and agreed; extended."""

    def _check_empty(self, company):
        if not company.chart_template:
            raise UserError(
                self.env._(
                    "%(company)s has no chart of accounts. Choose one under Settings ›"
                    " Invoicing and try again.",
                    company=company.name,
                )
            )
        # Another company's entries do not count, whatever the user may see.
        if (
            self.env["account.move"]
            .sudo()
            .search_count([("company_id", "=", company.id)], limit=1)
        ):
            raise UserError(
                self.env._(
                    "%(company)s already has journal entries. Load the sample company"
                    " in another database: ./cobranza sample NAME",
                    company=company.name,
                )
            )

    def _ref(self, key):
        """Return the sample's record ``key``, or None."""
        return self.env.ref(f"{XMLID_MODULE}.{key}", raise_if_not_found=False)

    def _name_records(self, records_by_key):
        self.env["ir.model.data"]._update_xmlids(
            [
                {"xml_id": f"{XMLID_MODULE}.{key}", "record": record, "noupdate": True}
                for key, record in records_by_key.items()
            ]
        )

    def _set_company(self, company):
        """Give an unconfigured company its name and address; keep a real one's."""
        state = self.env["res.country.state"].search(
            [
                ("country_id", "=", self.env.ref("base.mx").id),
                ("code", "=", COMPANY["state_code"]),
            ],
            limit=1,
        )
        values = {key: COMPANY[key] for key in COMPANY if key != "state_code"}
        with file_open(
            "receivables_automation/static/img/sample_logo.png", "rb"
        ) as logo:
            values["logo"] = base64.b64encode(logo.read())
        if company.vat or company.name not in UNCONFIGURED_NAMES:
            values = {key: value for key, value in values.items() if not company[key]}
        company.write(values | {"state_id": company.state_id.id or state.id})

    def _create_mail_server(self):
        """Make the outgoing server of the sample's own addresses: a local catcher."""
        if self._ref("mail_server"):
            return
        server = self.env["ir.mail_server"].create(
            {
                "name": "Sample company: local mail catcher",
                "from_filter": MAIL_DOMAIN,
                "smtp_host": "127.0.0.1",
                "smtp_port": 8025,
                "smtp_encryption": "none",
                "sequence": 100,
            }
        )
        self._name_records({"mail_server": server})

    def _remove_mail_server(self):
        """Remove the catcher's server again; without effect where there is none."""
        if server := self._ref("mail_server"):
            server.unlink()

    def _set_rates(self, company, today):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        rate = self.env["res.currency.rate"]
        if rate.search_count(
            [("currency_id", "=", dollar.id), ("company_id", "=", company.id)], limit=1
        ):
            return
        rate.create(
            [
                {
                    "currency_id": dollar.id,
                    "company_id": company.id,
                    "name": today - timedelta(days=days),
                    "inverse_company_rate": float(pesos),
                }
                for days, pesos in USD_RATES
            ]
        )

    def _create_customers(self):
        """Return {key: customer} with the contact who pays as its child."""
        mexico = self.env.ref("base.mx")
        states = {
            state.code: state.id
            for state in self.env["res.country.state"].search(
                [("country_id", "=", mexico.id)]
            )
        }
        people = story().customers
        partners = self.env["res.partner"].create(
            [
                {
                    "name": person.name,
                    "vat": person.vat,
                    "is_company": person.is_company,
                    "city": person.city,
                    "state_id": states.get(person.state_code),
                    "country_id": mexico.id,
                    "lang": "es_MX",
                    "email": f"contacto@{person.domain}" if person.payables else False,
                    "customer_rank": 1,
                    "supplier_rank": int(person.is_vendor),
                    "child_ids": [
                        Command.create(
                            {
                                "name": person.payables,
                                "type": "invoice",
                                "email": f"pagos@{person.domain}",
                                "lang": "es_MX",
                            }
                        )
                    ]
                    if person.payables and person.is_company
                    else [],
                }
                for person in people
            ]
        )
        customers = {
            person.key: partner
            for person, partner in zip(people, partners, strict=True)
        }
        self._name_records(
            {f"partner_{key}": partner for key, partner in customers.items()}
        )
        return customers

    def _create_invoices(self, customers, today):
        """Return [(story's invoice, posted invoice)], in the order of the calendar."""
        told = story().invoices
        currencies = {
            code: self.env.ref(f"base.{code}").id
            for code in {invoice.currency for invoice in told}
        }
        moves = self.env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": customers[invoice.customer].id,
                    "invoice_date": today - timedelta(days=invoice.issued),
                    "invoice_date_due": today - timedelta(days=invoice.due),
                    "invoice_payment_term_id": False,
                    "currency_id": currencies[invoice.currency],
                    "invoice_line_ids": [self._line(invoice.what, invoice.net)],
                }
                for invoice in told
            ]
        )
        moves.action_post()
        return list(zip(told, moves, strict=True))

    def _line(self, what, net):
        return Command.create(
            {
                "name": what,
                "price_unit": float(net),
                "tax_ids": [Command.set(self.env.company.account_sale_tax_id.ids)],
            }
        )

    def _create_payments(self, invoices, today):
        """Register what came in, each payment on its day and its invoice."""
        bank = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.env.company.id)], limit=1
        )
        arrivals = [
            (days, share, move)
            for invoice, move in invoices
            for days, share in invoice.payments
        ]
        orders = []
        for days, share, move in sorted(arrivals, key=lambda arrival: -arrival[0]):
            amount = move.currency_id.round(move.amount_total * float(share))
            item = move.line_ids.filtered(
                lambda line: line.account_id.account_type == "asset_receivable"
            )
            values = {
                "partner_id": move.partner_id.id,
                "amount": amount,
                "currency_id": move.currency_id.id,
                "date": today - timedelta(days=days),
                "journal_id": bank.id,
                "memo": move.name,
            }
            orders.append((values, [(item, amount)]))
        self.env["account.payment"]._receivables_create_applied_batch(orders)

    def _create_credits(self, customers, today):
        for credit in story().open_credits:
            date = today - timedelta(days=credit.issued)
            if credit.is_credit_note:
                move = self.env["account.move"].create(
                    {
                        "move_type": "out_refund",
                        "partner_id": customers[credit.customer].id,
                        "invoice_date": date,
                        "invoice_line_ids": [self._line(credit.what, credit.net)],
                    }
                )
                move.action_post()
            else:
                payment = self.env["account.payment"].create(
                    {
                        "payment_type": "inbound",
                        "partner_type": "customer",
                        "partner_id": customers[credit.customer].id,
                        "amount": float(credit.net),
                        "date": date,
                        "memo": credit.what,
                    }
                )
                payment.action_post()

    def _assign(self, salesperson, collector):
        """Give the story's customers their collector, and some a salesperson."""
        for person in story().customers:
            partner = self._ref(f"partner_{person.key}")
            if not partner:
                continue
            partner.receivables_collector_id = collector
            if person.is_assigned:
                partner.user_id = salesperson
