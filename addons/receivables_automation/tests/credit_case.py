from datetime import date, datetime, time

from odoo.fields import Command

from .mexican_company import MexicanCompanyCase

TODAY = date(2026, 6, 30)


class CreditCase(MexicanCompanyCase):
    """A customer with a limit of 1,000 and a policy that stops what goes over it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.classPatch(
            cls.registry["res.company"],
            "_receivables_now",
            lambda company: datetime.combine(TODAY, time(18)),
        )
        cls.customer = cls._customer(credit_limit=1000)
        cls.product = cls.env["product.product"].create(
            {"name": "Varilla", "type": "service", "invoice_policy": "order"}
        )
        cls.policy = cls.env["receivables.policy"].create({"name": "Mayoreo"})
        cls.company.receivables_policy_id = cls.policy

    def _on(self, day):
        """Move the suite's clock from noon of `TODAY` to another day."""
        now = datetime.combine(day, time(18))
        self.patch(
            self.registry["res.company"], "_receivables_now", lambda company: now
        )

    @classmethod
    def _order(cls, amount=100.0, partner=None, quantity=1, **values):
        return cls.env["sale.order"].create(
            {
                "partner_id": (partner or cls.customer).id,
                "company_id": cls.company.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": cls.product.id,
                            "product_uom_qty": quantity,
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
            | values
        )

    @classmethod
    def _draft(cls, amount=100.0, partner=None, **values):
        return cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": (partner or cls.customer).id,
                "invoice_date": TODAY,
                "invoice_payment_term_id": False,
                "invoice_date_due": TODAY,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Varilla",
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
            | values
        )

    @classmethod
    def _set_rules(cls, *rules, **terms):
        """Replace the rules of the policy in force."""
        cls.policy.write(
            {
                "rule_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {"on_order": "block", "on_invoice": "block"} | rule
                        )
                        for rule in rules
                    ),
                ]
            }
            | terms
        )

    def _exposure(self, partner=None, company=None):
        partner = partner or self.customer
        found = self.env["receivables.credit"]._exposures(
            company or self.company, partner
        )
        return found.get(partner.id)

    def _fresh(self, record=None):
        """Return a record, the customer by default, with nothing cached."""
        self.env.invalidate_all()
        return record or self.customer

    @classmethod
    def _transaction(cls, amount, order=None, invoice=None, state="done", **values):
        """Return a transaction of the customer at a provider, not processed yet."""
        document = order or invoice
        provider = cls.env["payment.provider"].search(
            [("code", "=", "custom")], limit=1
        )
        provider = provider or cls.env["payment.provider"].search([], limit=1)
        method = (
            cls.env["payment.method"]
            .with_context(active_test=False)
            .search([], limit=1)
        )
        return cls.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "reference": f"T{document._name}{document.id}{amount}{state}",
                "amount": amount,
                "currency_id": document.currency_id.id,
                "partner_id": document.partner_id.id,
                "state": state,
                "sale_order_ids": [Command.set(order.ids if order else [])],
                "invoice_ids": [Command.set(invoice.ids if invoice else [])],
            }
            | values
        )
