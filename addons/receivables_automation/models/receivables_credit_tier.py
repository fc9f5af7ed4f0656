from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..core.credit_tiers import Tier


class ReceivablesCreditTier(models.Model):
    """Who may approve credit up to an amount.

    A company without tiers leaves any amount to its finance managers.
    """

    _name = "receivables.credit.tier"
    _description = "Approval tier of credit"
    _order = "company_id, amount_up_to, id"

    name = fields.Char(required=True, translate=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount_up_to = fields.Monetary(
        string="Up to", required=True, help="In the company's currency."
    )
    group_id = fields.Many2one(
        "res.groups",
        ondelete="restrict",
        help="Everybody of it may approve.",
    )
    user_ids = fields.Many2many("res.users", domain=[("share", "=", False)])
    active = fields.Boolean(default=True)

    _amount_positive = models.Constraint(
        "CHECK (amount_up_to > 0)", "A tier reaches up to an amount above 0."
    )
    _amount_unique = models.UniqueIndex(
        "(company_id, amount_up_to) WHERE active",
        "There is already a tier up to this amount. Add its approvers to that one.",
    )

    @api.constrains("name", "group_id", "user_ids")
    def _check_approvers(self):
        for tier in self:
            if not tier.group_id and not tier.user_ids:
                raise ValidationError(
                    self.env._(
                        "Nobody could approve in tier %s. Choose a group or users.",
                        tier.name,
                    )
                )

    @api.model
    def _tiers_of(self, company):
        """Return the pure tiers of a company; without any, its finance managers."""
        exact = company.currency_id._receivables_exact
        # Who may approve is asked by everybody who prepares.
        tiers = self.sudo().search([("company_id", "=", company.id)])
        if tiers:
            return [
                Tier(
                    tier.name,
                    exact(tier.amount_up_to),
                    frozenset((tier.user_ids | tier.group_id.all_user_ids).ids),
                )
                for tier in tiers
            ]
        group = self.env.ref("receivables_automation.group_receivables_manager").sudo()
        return [Tier(group.name, None, frozenset(group.all_user_ids.ids))]

    @api.model
    def _is_decider(self, company, user):
        """Return whether ``user`` may approve any amount, even the smallest."""
        return any(
            user.id in tier.approvers and tier.covers(Decimal(0))
            for tier in self._tiers_of(company)
        )

    @api.model
    def _refuse(self, refusal, company, amount):
        """Raise why an amount is not the user's to approve, in words.

        :param refusal: `core.credit_tiers.Refusal` of the reasons with a tier.
        :param amount: the amount for people.
        :raises UserError: no tier reaches it.
        :raises AccessError: another tier's.
        """
        tier = refusal.tier
        if refusal.reason == "over_every":
            raise UserError(
                self.env._(
                    "%(amount)s is over every approval tier of %(company)s; the"
                    " highest, %(tier)s, reaches %(limit)s. Grant less, or have the"
                    " tiers changed.",
                    amount=amount,
                    company=company.name,
                    tier=tier.name,
                    limit=self.env["receivables.credit"]._money(company)(tier.up_to),
                )
            )
        raise AccessError(
            self.env._(
                "%(amount)s is approved by %(tier)s, and you are not among them. Ask"
                " one of them.",
                amount=amount,
                tier=tier.name,
            )
        )
