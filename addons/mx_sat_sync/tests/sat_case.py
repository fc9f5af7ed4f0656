import io
import zipfile
from datetime import date
from decimal import Decimal

from odoo.tests import tagged

from odoo.addons.receivables_automation.tests.mexican_company import MexicanCompanyCase

from .cfdi_builder import Paid, Pay, build

CUSTOMER = "CPÑ050617TR8"


def uuid_of(number):
    """Return the fiscal folio of the test's document ``number``."""
    return f"{number:08X}-1111-4222-8333-444455556666"


def zipped(*files):
    """Return a ZIP of (name, bytes)."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return content.getvalue()


@tagged("post_install", "-at_install")
class SatCase(MexicanCompanyCase):
    """A Mexican company that imports CFDI which the test writes itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rfc = cls.company.vat

    @classmethod
    def _cfdi(cls, number, kind="I", **values):
        """Return a CFDI of this company with the folio ``uuid_of(number)``."""
        values = {
            "issuer": cls.rfc,
            "receiver": CUSTOMER,
            "stamps": (uuid_of(number),),
            "Folio": str(number),
        } | values
        return build(kind, **values)

    @classmethod
    def _complement(cls, number, amount, *paid, when="2026-11-12", **values):
        """Return a complement of one payment; ``paid`` are (number, amount)."""
        documents = tuple(
            Paid(
                uuid=uuid_of(other),
                before=Decimal(part),
                paid=Decimal(part),
                after=Decimal(0),
            )
            for other, part in paid
        )
        attributes = {"FechaPago": f"{when}T12:00:00"} | values.pop("attributes", {})
        pay = Pay(Decimal(amount), documents=documents, attributes=attributes)
        return cls._cfdi(number, "P", payments=(pay,), **values)

    @classmethod
    def _import(cls, *contents, company=None):
        """Import each content as a file; return the documents."""
        return cls.env["mx.sat.document"].import_files(
            [(f"{at}.xml", content) for at, content in enumerate(contents)],
            company or cls.company,
        )

    def _customer_of(self, rfc=CUSTOMER):
        return self.env["res.partner"].search([("vat", "=", rfc)])

    def _ledger(self):
        """Return the posted journal items, as what must not hang on any order."""
        self.env.flush_all()
        self.env.invalidate_all()
        lines = self.env["account.move.line"].search(
            [("company_id", "=", self.company.id), ("parent_state", "=", "posted")]
        )
        return sorted(
            (
                line.date,
                line.date_maturity or date.min,
                line.account_id.code,
                line.partner_id.id,
                line.currency_id.name,
                line.amount_currency,
                line.balance,
                line.amount_residual,
            )
            for line in lines
        )
