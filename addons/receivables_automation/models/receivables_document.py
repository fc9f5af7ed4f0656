from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.misc import format_date


class ReceivablesDocument(models.Model):
    """A paper that a customer handed in, until it expires."""

    _name = "receivables.document"
    _inherit = "receivables.paper.mixin"
    _description = "Customer document"
    _order = "expires_on, id"
    _rec_name = "type_id"
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    type_id = fields.Many2one(
        "receivables.document.type",
        string="Document",
        required=True,
        check_company=True,
        ondelete="restrict",
    )
    received_on = fields.Date(
        default=lambda self: self.env.company._receivables_today(), required=True
    )
    expires_on = fields.Date(help="Last day on which it counts. Empty: it stays valid.")
    file = fields.Binary(attachment=True)
    file_name = fields.Char()
    is_expired = fields.Boolean(compute="_compute_is_expired")

    @api.depends("expires_on", "company_id")
    def _compute_is_expired(self):
        for document in self:
            today = (document.company_id or self.env.company)._receivables_today()
            document.is_expired = (
                document.expires_on and document.expires_on < today
            ) or False

    @api.constrains("received_on", "expires_on")
    def _check_dates(self):
        for document in self:
            if document.expires_on and document.expires_on < document.received_on:
                raise ValidationError(
                    self.env._(
                        "%(document)s of %(customer)s expires on %(day)s, before it was"
                        " received. Correct one of the dates.",
                        document=document.type_id.name,
                        customer=document.partner_id.display_name,
                        day=format_date(self.env, document.expires_on),
                    )
                )
