from datetime import timedelta

from odoo import models
from odoo.fields import Command

from ..core import sample_credit as told


class ReceivablesSample(models.AbstractModel):
    _inherit = "receivables.sample"

    def _tell(self, company):
        """Override: limits are there before debtors are judged, rewards come after."""
        # Whoever loads the sample need not decide about credit.
        sample = self.sudo()
        sample._create_policies(company)
        sample._create_tiers(company)
        sample._create_guarantees(company)
        sample._create_quotations(company)
        sample._create_applications(company)
        result = super()._tell(company)
        sample._create_reward(company)
        return result

    def _create_policies(self, company):
        """Give credit up to a limit, to one customer none, and set the limits."""
        since = company._receivables_today() - timedelta(days=told.POLICIES_SINCE)
        # Core's own term, which an accountant may have deleted.
        term = self.env.ref("account.account_payment_term_30days", False)
        wholesale, cash = self.env["receivables.policy"].create(
            [
                {
                    "name": told.WHOLESALE,
                    "company_id": company.id,
                    "date_from": since,
                    "payment_term_id": term and term.id,
                    "limit_formula": told.LIMIT_FORMULA,
                    "review_months": 6,
                    "public_text": told.PUBLIC_TEXT,
                    "criterion_ids": [
                        Command.create({"name": name}) for name in told.CRITERIA
                    ],
                },
                {
                    "name": told.CASH,
                    "company_id": company.id,
                    "date_from": since,
                    "credit": "cash_only",
                },
            ]
        )
        company.receivables_policy_id = wholesale
        for key in told.CASH_ONLY:
            self._ref(f"partner_{key}").receivables_policy_id = cash
        for key, limit in told.LIMITS.items():
            self._ref(f"partner_{key}").credit_limit = float(limit)

    def _assign(self, salesperson, collector):
        """Override: the salesperson made the quotations, one of which is stopped."""
        result = super()._assign(salesperson, collector)
        orders = self.env["sale.order"].search(
            [
                ("partner_id", "in", self._customers(told.QUOTATIONS).ids),
                ("state", "in", ("draft", "sent")),
            ]
        )
        orders.user_id = salesperson
        return result

    def _customers(self, rows):
        """Return the customers of some rows of the story; one may be deleted."""
        partners = self.env["res.partner"]
        for one in rows:
            partners |= self._ref(f"partner_{one.customer}") or partners
        return partners

    def _create_tiers(self, company):
        self.env["receivables.credit.tier"].create(
            [
                {
                    "name": one.name,
                    "company_id": company.id,
                    "amount_up_to": float(one.up_to),
                    "group_id": self.env.ref(f"receivables_automation.{one.group}").id,
                }
                for one in told.TIERS
            ]
        )

    def _create_guarantees(self, company):
        today = company._receivables_today()
        self.env["receivables.guarantee"].create(
            [
                {
                    "name": one.number,
                    "partner_id": self._ref(f"partner_{one.customer}").id,
                    "company_id": company.id,
                    "currency_id": company.currency_id.id,
                    "amount": float(one.amount),
                    "starts_on": today - timedelta(days=one.starts),
                    "expires_on": today - timedelta(days=one.ends),
                }
                for one in told.GUARANTEES
            ]
        )

    def _create_quotations(self, company):
        self.env["sale.order"].create(
            [
                {
                    "partner_id": self._ref(f"partner_{one.customer}").id,
                    "company_id": company.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self._product(one.what).id,
                                "price_unit": float(one.net),
                                "tax_ids": [
                                    Command.set(company.account_sale_tax_id.ids)
                                ],
                            }
                        )
                    ],
                }
                for one in told.QUOTATIONS
            ]
        )

    def _product(self, name):
        """Return the product called ``name``, made where there is none."""
        products = self.env["product.product"]
        return products.search([("name", "=", name)], limit=1) or products.create(
            {"name": name}
        )

    def _create_applications(self, company):
        for one in told.APPLICATIONS:
            partner = self._ref(f"partner_{one.customer}")
            application = self.env["receivables.credit.application"].create(
                {
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "legal_name": partner.name,
                    "vat": partner.vat,
                    "contact_name": one.contact,
                    "email": partner.child_ids[:1].email,
                    "phone": one.references[0].phone,
                    "address": partner.city,
                    "business": one.business,
                    "limit_requested": float(one.limit),
                    "policy_id": company.receivables_policy_id.id,
                    "reference_ids": [
                        Command.create(
                            {
                                "name": reference.name,
                                "phone": reference.phone,
                                "amount": float(reference.amount),
                                "terms": reference.terms,
                            }
                        )
                        for reference in one.references
                    ],
                }
            )
            application._move(
                "review", sent_on=company._receivables_today(), data_request=False
            )

    def _create_reward(self, company):
        reward = told.REWARD
        term = self.env["account.payment.term"].create(
            {
                "name": reward.term,
                "company_id": company.id,
                "line_ids": [
                    Command.create(
                        {
                            "value": "percent",
                            "value_amount": 100,
                            "nb_days": reward.term_days,
                        }
                    )
                ],
            }
        )
        self.env["receivables.reward"].create(
            {
                "name": reward.name,
                "company_id": company.id,
                "invoice_count": reward.invoices,
                "window_days": reward.within_days,
                "payment_term_id": term.id,
                "valid_days": reward.valid_days,
            }
        )._grant()
