from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.misc import format_date


class ReceivablesGuarantee(models.Model):
    """What secures a customer's debt up to an amount and a day."""

    _name = "receivables.guarantee"
    _inherit = "receivables.paper.mixin"
    _description = "Guarantee"
    _order = "expires_on, id"

    name = fields.Char(string="Reference", required=True)
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
    kind = fields.Selection(
        [
            ("note", "Promissory note"),
            ("surety", "Personal surety"),
            ("insurance", "Credit insurance"),
            ("deposit", "Deposit"),
            ("other", "Other"),
        ],
        required=True,
        default="note",
    )
    amount = fields.Monetary(required=True)
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
    )
    usable_share = fields.Float(
        string="Usable (%)",
        required=True,
        default=100.0,
        help="How much of the amount counts: what could be collected of it.",
    )
    starts_on = fields.Date(
        required=True, default=lambda self: self.env.company._receivables_today()
    )
    expires_on = fields.Date(help="Last day on which it counts. Empty: it stays valid.")
    active = fields.Boolean(default=True)
    is_usable = fields.Boolean(compute="_compute_is_usable")
    problem = fields.Char(string="Why not", compute="_compute_is_usable")

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "The amount of a guarantee must be above zero."
    )
    _usable_share_range = models.Constraint(
        "CHECK (usable_share >= 0 AND usable_share <= 100)",
        "The usable part of a guarantee is from 0 to 100 %.",
    )

    @api.depends("starts_on", "expires_on", "active", "currency_id", "company_id")
    @api.depends_context("lang")
    def _compute_is_usable(self):
        for company, guarantees in self.grouped("company_id").items():
            company = company or self.env.company
            today = company._receivables_today()
            unrated = guarantees.currency_id._receivables_unrated(company, today)
            for guarantee in guarantees:
                is_in_force = bool(
                    guarantee.active
                    and guarantee.starts_on
                    and guarantee.starts_on <= today
                    and (not guarantee.expires_on or today <= guarantee.expires_on)
                )
                is_unrated = guarantee.currency_id in unrated
                guarantee.is_usable = is_in_force and not is_unrated
                guarantee.problem = (
                    is_in_force
                    and is_unrated
                    and self.env._(
                        "%(guarantee)s does not count: there is no rate of %(currency)s"
                        " on %(day)s. Write one among the currencies.",
                        guarantee=guarantee.name or "",
                        currency=guarantee.currency_id.name,
                        day=format_date(self.env, today),
                    )
                )

    def _usable_amount(self):
        """Return what counts of a guarantee, in its currency; expects one."""
        self.ensure_one()
        return self.amount * self.usable_share / 100

    @api.constrains("starts_on", "expires_on")
    def _check_dates(self):
        for guarantee in self:
            if guarantee.expires_on and guarantee.expires_on < guarantee.starts_on:
                raise ValidationError(
                    self.env._(
                        "Guarantee %(guarantee)s expires on %(day)s, before it starts."
                        " Correct one of the dates.",
                        guarantee=guarantee.name,
                        day=format_date(self.env, guarantee.expires_on),
                    )
                )
