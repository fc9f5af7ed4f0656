from odoo import fields, models

from ..core.rfc import normalise_rfc


class ResCompany(models.Model):
    _inherit = "res.company"

    mx_sat_sale_journal_id = fields.Many2one(
        "account.journal",
        string="Journal of CFDI",
        domain="[('type', '=', 'sale'), ('company_id', '=', id)]",
        help="For invoices and credit notes from SAT. Empty: the first sales journal.",
    )
    mx_sat_bank_journal_id = fields.Many2one(
        "account.journal",
        string="Journal of payment complements",
        domain="[('type', 'in', ('bank', 'cash')), ('company_id', '=', id)]",
        help="For payments whose account is none of the journals'. Empty: the first"
        " bank journal.",
    )

    def _mx_sat_rfcs(self):
        """Return the RFCs under which this company issues and receives; expects one."""
        self.ensure_one()
        return {normalise_rfc(self.sudo().vat)} - {""}

    def _mx_sat_lock(self):
        """Let no other transaction import into this company until this one ends.

        Two at a time would both make a customer or a tax that is missing. An update, as
        a mere lock would let the second read what was there before the first; it fails
        and is tried again.
        """
        self.ensure_one()
        self.env.cr.execute(
            "UPDATE res_company SET write_uid = write_uid WHERE id = %s", (self.id,)
        )
