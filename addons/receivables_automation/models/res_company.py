from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    receivables_is_sample = fields.Boolean(
        string="Sample company",
        readonly=True,
        copy=False,
        help="Filled with invented customers and invoices, to try things out.",
    )

    def _receivables_load_sample(self):
        """Fill this company with the sample story; expects one company.

        Without effect the second time. See `receivables.sample`.

        :raises UserError: the company already has journal entries of its own.
        """
        self.ensure_one()
        self.env["receivables.sample"]._load(self)
