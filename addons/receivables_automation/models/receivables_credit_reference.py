from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .res_partner_receivables import READERS

VERDICTS = [("good", "Good"), ("bad", "Bad"), ("none", "Not checked")]


class ReceivablesCreditReference(models.Model):
    """A supplier that gives an applicant credit, and what it says of them."""

    _name = "receivables.credit.reference"
    _description = "Commercial reference"
    _order = "application_id, id"

    application_id = fields.Many2one(
        "receivables.credit.application",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="application_id.company_id", store=True)
    currency_id = fields.Many2one(related="application_id.currency_id")
    name = fields.Char(string="Supplier", required=True)
    phone = fields.Char()
    amount = fields.Monetary(string="Credit granted")
    terms = fields.Char(help="As the applicant says: 30 days, cash…")
    verdict = fields.Selection(
        VERDICTS, required=True, default="none", copy=False, groups=READERS
    )
    note = fields.Char(string="What they said", copy=False, groups=READERS)
    checked_by_id = fields.Many2one(
        "res.users", string="Checked by", readonly=True, copy=False, groups=READERS
    )
    checked_on = fields.Date(readonly=True, copy=False, groups=READERS)

    @api.constrains("amount")
    def _check_amount(self):
        for reference in self:
            if reference.amount < 0:
                raise ValidationError(
                    self.env._(
                        "The credit that %(reference)s grants cannot be %(amount)s."
                        " Write 0 if it grants none.",
                        reference=reference.name,
                        amount=reference.amount,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Override: references are added while nothing is decided."""
        references = super().create(
            [self._with_checker(dict(vals)) for vals in vals_list]
        )
        references.application_id._check_undecided()
        return references

    def write(self, vals):
        """Override to keep who checked a reference, and when.

        A verdict is about what the reference said then: it goes with it.

        :raises UserError: a reference would move to another application.
        """
        self.application_id._check_undecided()
        self._check_stays(vals)
        before = {one: one._said() for one in self}
        result = super().write(self._with_checker(dict(vals)))
        if "verdict" not in vals:
            # Whoever corrects a reference need not be allowed to judge it.
            self.sudo().filtered(
                lambda one: one.verdict != "none" and one._said() != before[one]
            ).write({"verdict": "none"})
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        self.application_id._check_undecided()

    def _check_stays(self, vals):
        """Refuse to move references to another application."""
        for reference in self:
            own = reference.application_id.id
            if vals.get("application_id", own) != own:
                raise UserError(
                    self.env._(
                        "%(reference)s is a reference of %(application)s and stays"
                        " there. Write it anew in the other application.",
                        reference=reference.name,
                        application=reference.application_id.display_name,
                    )
                )

    def _said(self):
        """Return what the applicant says here, to compare; expects one reference."""
        exact = self.currency_id._receivables_exact
        texts = self.name or "", self.phone or "", self.terms or ""
        return *texts, exact(self.amount)

    @api.model
    def _with_checker(self, vals):
        """Return values with who gave the verdict in them, today; none without one."""
        for name in ("checked_by_id", "checked_on"):
            vals.pop(name, None)
        if "verdict" in vals:
            is_checked = vals["verdict"] in ("good", "bad")
            vals["checked_by_id"] = self.env.uid if is_checked else False
            vals["checked_on"] = (
                self.env.company._receivables_today() if is_checked else False
            )
        return vals
