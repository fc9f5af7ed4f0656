from datetime import date, datetime, time, timedelta

from odoo import fields

from .mexican_company import MexicanCompanyCase


class DunningCase(MexicanCompanyCase):
    """A Mexican company on a Wednesday noon, a customer with an email, a collector."""

    TODAY = date(2026, 4, 15)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls.env.ref(
            "receivables_automation.receivables_dunning_plan_standard"
        )
        cls.collector = cls._user(
            "collector", "receivables_automation.group_receivables_user"
        )
        cls.customer = cls._customer(email="pagos@aguila.example", lang="en_US")
        cls.company.email = "cobranza@aceros.example"
        cls.company.partner_id.tz = "America/Mexico_City"
        cls._freeze(datetime.combine(cls.TODAY, time(18)))

    def _at(self, moment):
        """Freeze the suite's clock at ``moment``, text in UTC."""
        now = fields.Datetime.to_datetime(moment)
        self.patch(
            self.registry["res.company"], "_receivables_now", lambda company: now
        )

    def _on(self, day):
        """Freeze the suite's clock at noon in Mexico of a day."""
        self._at(f"{day} 18:00:00")

    @classmethod
    def _due(cls, days, partner=None, amount=100.0, **values):
        """Return a posted invoice that is ``days`` past its due date today."""
        return cls._due_each([(days, partner or cls.customer, amount)], **values)

    @classmethod
    def _due_each(cls, rows, **values):
        """Return an invoice per (days past its due date today, customer, amount)."""
        return cls._invoices(
            [
                (partner, amount, cls.TODAY - timedelta(days=days))
                for days, partner, amount in rows
            ],
            **values,
        )

    def _run(self, day=None, company=None):
        """Return a new run, of today by default."""
        company = company or self.company
        return (
            self.env["receivables.dunning.run"]
            .with_company(company)
            .create({"company_id": company.id, "date": day or self.TODAY})
        )

    def _preview(self, day=None, company=None):
        run = self._run(day, company)
        run.action_preview()
        return run

    def _execute(self, day=None, company=None):
        run = self._preview(day, company)
        run.action_execute()
        return run

    def _reasons(self, run):
        """Return {document: reason} of what a run left alone."""
        return {skip.move_id: skip.reason for skip in run.skip_ids}
