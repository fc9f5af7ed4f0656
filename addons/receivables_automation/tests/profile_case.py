from datetime import date, datetime, time, timedelta

from .mexican_company import MexicanCompanyCase

TODAY = date(2026, 6, 30)


class ProfileCase(MexicanCompanyCase):
    """A debtor whose profile can be asked for on any day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Most tests look at one day.
        cls.company.receivables_segment_days = 1
        cls.profiles = cls.env["receivables.profile"]
        cls.customer = cls._customer()

    def _on(self, day):
        """Freeze the suite's clock at noon of ``day`` in Mexico."""
        now = datetime.combine(day, time(18))
        self.patch(
            self.registry["res.company"], "_receivables_now", lambda company: now
        )

    def _profile(self, partner=None, refresh=True):
        """Return the debtor's profile, computed anew."""
        partner = partner or self.customer
        if refresh:
            self.profiles._refresh(partner)
        return self.profiles.search(
            [("company_id", "=", self.company.id), ("partner_id", "=", partner.id)]
        )

    def _paid(self, due, late, partner=None, amount=100.0):
        """Return an invoice due on ``due`` that was paid ``late`` days after it."""
        partner = partner or self.customer
        invoice = self._invoice(partner, amount, due)
        when = due + timedelta(days=late)
        self._pay(partner, amount, [(self._items(invoice), amount)], when)
        return invoice


class FrozenProfileCase(ProfileCase):
    """The same debtor on `TODAY`."""

    def setUp(self):
        super().setUp()
        self._on(TODAY)

    def _due(self, days_overdue, amount=100.0, **values):
        due = TODAY - timedelta(days=days_overdue)
        return self._invoice(self.customer, amount, due, **values)

    def _dollars(self, rate=20.0):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": dollar.id,
                "company_id": self.company.id,
                "name": date(2026, 1, 1),
                "inverse_company_rate": rate,
            }
        )
        return dollar

    def _credit_note(self, invoice, amount, when):
        note = self._invoice(
            self.customer,
            amount,
            when,
            move_type="out_refund",
            invoice_date=when,
            invoice_date_due=when,
        )
        (self._items(invoice) | self._items(note)).reconcile()
        return note
