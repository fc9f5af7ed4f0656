from unittest.mock import patch

from odoo.addons.receivables_automation.models.receivables_sample import (
    ReceivablesSample,
)

from .common import PaymentLinkCase


class TestSample(PaymentLinkCase):
    def _tell(self):
        """Load what this add-on brings to the sample; the story is told already."""
        sample = self.env["receivables.sample"]
        with (
            patch.object(ReceivablesSample, "_ref", return_value=self.customer),
            patch.object(ReceivablesSample, "_name_records"),
        ):
            sample._create_payment_links(self.company)

    def _test_provider(self):
        provider = self._provider("De mentira", state="disabled", is_published=False)
        codes = self.env["payment.provider"]._fields["code"]
        known = [*codes.get_values(self.env), "demo"]
        self.startPatcher(patch.object(codes, "get_values", return_value=known))
        self.env.cr.execute(
            "UPDATE payment_provider SET code = 'demo' WHERE id = %s", (provider.id,)
        )
        self.env.invalidate_all()
        return provider

    def test_sample_has_a_link_to_try_and_takes_invented_money(self):
        provider = self._test_provider()

        self._tell()

        self.assertEqual(self._balance_link().amount_due, 600.0)
        self.assertEqual((provider.state, provider.is_published), ("test", True))

    def test_loading_again_switches_nothing_back_on(self):
        provider = self._test_provider()
        self.company.receivables_is_sample = True

        self.env["receivables.sample"]._load(self.company)

        self.assertEqual(provider.state, "disabled")
