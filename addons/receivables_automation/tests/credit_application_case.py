from odoo.fields import Command

from .credit_case import CreditCase

REFERENCES = [
    {"name": f"Proveedor {number}", "phone": "81 5550 0000", "amount": 30000.0}
    for number in (1, 2, 3)
]


class CreditApplicationCase(CreditCase):
    """A policy with a formula and a checklist, two tiers, and a user of each group."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.write(
            {
                "limit_formula": "min(references, payment_capacity) + guarantees",
                "review_months": 6,
                "criterion_ids": [
                    Command.create({"name": "Referencias"}),
                    Command.create({"name": "Visita", "is_required": False}),
                ],
            }
        )
        groups = {
            "collector": "receivables_automation.group_receivables_user",
            "manager": "receivables_automation.group_receivables_manager",
            "director": "receivables_automation.group_receivables_manager",
            "auditor": "receivables_automation.group_receivables_auditor",
            "seller": "sales_team.group_sale_salesman",
        }
        cls.users = {
            name: cls._user(f"application_{name}", group)
            for name, group in groups.items()
        }
        cls.env["receivables.credit.tier"].create(
            [
                {
                    "name": "Gerencia",
                    "amount_up_to": 50000,
                    "user_ids": [Command.set(cls.users["manager"].ids)],
                    "company_id": cls.company.id,
                },
                {
                    "name": "Dirección",
                    "amount_up_to": 500000,
                    "user_ids": [Command.set(cls.users["director"].ids)],
                    "company_id": cls.company.id,
                },
            ]
        )
        cls.prospect = cls._customer(
            "Aceros del Norte",
            email="compras@aceros.example",
            user_id=cls.users["seller"].id,
        )

    def _as(self, name, record):
        return record.with_user(self.users[name])

    def _application(self, by="collector", partner=None, **values):
        """Return a complete draft, as the user ``by`` has it."""
        return (
            self.env["receivables.credit.application"]
            .with_user(self.users[by])
            .create(
                {
                    "partner_id": (partner or self.prospect).id,
                    "vat": "ANO010203AB0",
                    "contact_name": "Rosa Pérez",
                    "phone": "81 5550 1200",
                    "address": "Av. Juárez 10",
                    "limit_requested": 40000,
                    "reference_ids": [Command.create(row) for row in REFERENCES],
                }
                | values
            )
        )

    def _evaluated(self, amount=40000, by="collector", **values):
        """Return an application under review that only waits for its approval."""
        application = self._application(by=by, **values)
        application.action_send()
        application = self._as("collector", application)
        application.check_ids.filtered("is_required").is_done = True
        application.limit_approved = amount
        return application
