from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .receivables_reward import KINDS
from .res_partner_receivables import READERS

STATES = [("active", "Granted"), ("ended", "Ended"), ("revoked", "Taken back")]


class ReceivablesRewardGrant(models.Model):
    """A reward that a customer earned, with the invoices that earned it.

    Made by `receivables.reward._grant` only; a manager can take it back with a reason.
    It keeps the prize as it was granted, whatever becomes of the reward.
    """

    _name = "receivables.reward.grant"
    _description = "Reward granted"
    _order = "date DESC, id DESC"
    _rec_name = "partner_id"

    reward_id = fields.Many2one(
        "receivables.reward", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="reward_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    kind = fields.Selection(
        KINDS, compute="_compute_prize", store=True, precompute=True
    )
    payment_term_id = fields.Many2one(
        "account.payment.term",
        compute="_compute_prize",
        store=True,
        precompute=True,
        ondelete="restrict",
    )
    limit_percent = fields.Float(
        string="Higher limit (%)",
        digits=(16, 2),
        compute="_compute_prize",
        store=True,
        precompute=True,
    )
    pricelist_id = fields.Many2one(
        "product.pricelist",
        compute="_compute_prize",
        store=True,
        precompute=True,
        ondelete="restrict",
    )
    date = fields.Date(string="Since", required=True, readonly=True)
    until = fields.Date(required=True, readonly=True)
    state = fields.Selection(
        STATES, required=True, readonly=True, default="active", index=True
    )
    evidence = fields.Json(readonly=True, help="Ids of the invoices paid on time.")
    expected_cost = fields.Monetary(
        readonly=True,
        # With the percentage it would tell the customer's limit.
        groups=READERS,
        help="Until it ends: of more credit at the company's cost of capital, of a"
        " price list by the discount expected.",
    )
    revoke_reason = fields.Char(string="Taken back because")
    revoke_user_id = fields.Many2one("res.users", string="Taken back by", readonly=True)
    allow_user_id = fields.Many2one(
        "res.users", string="Allowed again by", readonly=True, ondelete="restrict"
    )
    text = fields.Char(string="What was granted", compute="_compute_text")

    _one_active = models.UniqueIndex(
        "(reward_id, partner_id) WHERE state = 'active'",
        "The customer has this reward already.",
    )

    @api.depends("reward_id")
    def _compute_prize(self):
        # Not of the reward's own fields: their change is not for who has it already.
        for grant in self:
            reward = grant.reward_id
            grant.kind = reward.kind
            grant.payment_term_id = reward.payment_term_id
            grant.limit_percent = reward.limit_percent
            grant.pricelist_id = reward.pricelist_id

    @api.depends("reward_id", "until")
    @api.depends_context("lang")
    def _compute_text(self):
        # A salesperson may tell the customer what was granted.
        for grant in self.sudo():
            prize = {
                "term": grant.payment_term_id.name,
                "limit": self.env._(
                    "limit %(percent)g %% higher", percent=grant.limit_percent
                ),
                "pricelist": grant.pricelist_id.name,
            }[grant.kind]
            grant.text = self.env._(
                "%(reward)s: %(prize)s, until %(day)s",
                reward=grant.reward_id.name,
                prize=prize,
                day=format_date(self.env, grant.until),
            )

    def write(self, vals):
        if not self.env.su and set(vals) - {"revoke_reason"}:
            raise UserError(
                self.env._("A reward granted is evidence: it can only be taken back.")
            )
        over = self.filtered(lambda grant: grant.state != "active")
        if over and not self.env.su:
            raise UserError(
                self.env._(
                    "The reward of %(customer)s is over; what is written about its end"
                    " stays.",
                    customer=over[0].partner_id.display_name,
                )
            )
        return super().write(vals)

    def action_revoke(self):
        """Take the rewards back from now on; orders made keep what they got.

        The same invoices do not earn them again until `action_allow`.

        :raises UserError: it is over already, or nobody said why.
        """
        self.check_access("write")
        for grant in self:
            if grant.state != "active":
                raise UserError(
                    self.env._(
                        "The reward of %(customer)s is over; there is nothing to take"
                        " back.",
                        customer=grant.partner_id.display_name,
                    )
                )
            if not (grant.revoke_reason or "").strip():
                raise UserError(
                    self.env._(
                        "Write why the reward of %(customer)s is taken back, then press"
                        " again.",
                        customer=grant.partner_id.display_name,
                    )
                )
        # Only a manager comes through the check above.
        self.sudo().write({"state": "revoked", "revoke_user_id": self.env.uid})

    def action_allow(self):
        """Let the invoices that earned rewards taken back earn them again."""
        self.check_access("write")
        # Only a manager comes through the check above.
        revoked = self.sudo().filtered(lambda grant: grant.state == "revoked")
        revoked.allow_user_id = self.env.uid

    def action_open_evidence(self):
        """Return the invoices that earned the reward."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_out_invoice"
        )
        return action | {"domain": [("id", "in", self.evidence or [])], "context": {}}

    @api.model
    def _end_before(self, company, today):
        """End the grants of ``company`` whose last day is over."""
        self.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "active"),
                ("until", "<", today),
            ]
        ).write({"state": "ended"})

    @api.model
    def _barred(self, reward, earned):
        """Return the ids of customers who earned ``reward`` and do not get it now.

        They have it, or it was taken back from them and an invoice that earned it then
        is among those of ``earned``, {partner id: ids of invoices}.
        """
        grants = self.search(
            [
                ("reward_id", "=", reward.id),
                ("partner_id", "in", list(earned)),
                "|",
                ("state", "=", "active"),
                "&",
                ("state", "=", "revoked"),
                ("allow_user_id", "=", False),
            ]
        )
        return {
            grant.partner_id.id
            for grant in grants
            if grant.state == "active"
            or not set(grant.evidence or []).isdisjoint(earned[grant.partner_id.id])
        }

    @api.model
    def _in_force(self, company, partners, kind):
        """Return {commercial partner id: grant} of ``kind`` in force today.

        Of several, the first by the order of the rewards.
        """
        # The customer's terms do not depend on who writes the order.
        grants = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("partner_id", "in", partners.commercial_partner_id.ids),
                ("state", "=", "active"),
                ("until", ">=", company._receivables_today()),
                ("kind", "=", kind),
            ]
        )
        first = {}
        for grant in grants.sorted(lambda one: (one.reward_id.sequence, one.id)):
            first.setdefault(grant.partner_id.id, grant)
        return first
