from datetime import datetime, time, timedelta

from .mexican_company import MexicanCompanyCase


class ProfileCase(MexicanCompanyCase):
    """A debtor whose profile can be asked for on any day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
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
