from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..core.incentives import financing_cost, longer_term_cost, price_cost
from .res_partner_receivables import READERS

KINDS = [
    ("term", "A better payment term"),
    ("limit", "A higher credit limit"),
    ("pricelist", "A price list"),
]
SALES_DAYS = 90


class ReceivablesReward(models.Model):
    """What a customer gets for paying on time, for how long, and what it costs.

    Granted by itself to who paid enough invoices on time and none late in the window,
    and owes nothing overdue. It applies to orders made while it lasts. A change of the
    prize is for later grants: who has it keeps what was granted.
    """

    _name = "receivables.reward"
    _inherit = "receivables.audit.mixin"
    _description = "Reward for punctual payers"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    invoice_count = fields.Integer(
        string="Invoices on time",
        required=True,
        default=6,
        help="As many invoices paid on time within the window, and none late.",
    )
    window_days = fields.Integer(string="Within days", required=True, default=180)
    tolerance_days = fields.Integer(
        string="Days of grace",
        help="So many days after the due date still count as on time.",
    )
    kind = fields.Selection(KINDS, required=True, default="term")
    payment_term_id = fields.Many2one(
        "account.payment.term", check_company=True, ondelete="restrict"
    )
    limit_percent = fields.Float(string="Higher limit (%)", digits=(16, 2))
    pricelist_id = fields.Many2one(
        "product.pricelist", check_company=True, ondelete="restrict"
    )
    price_percent = fields.Float(
        string="Expected discount (%)",
        digits=(16, 2),
        help="Of the price list against the usual one; only for the cost shown.",
    )
    valid_days = fields.Integer(
        string="Lasts days", required=True, default=90, help="After which it ends."
    )
    grant_ids = fields.One2many("receivables.reward.grant", "reward_id")
    grant_count = fields.Integer(
        string="In force", compute="_compute_grant_count", compute_sudo=False
    )
    total_cost = fields.Monetary(
        string="Expected cost",
        compute="_compute_grant_count",
        compute_sudo=False,
        groups=READERS,
        help="Of all grants in force, until they end.",
    )

    _numbers_positive = models.Constraint(
        "CHECK (invoice_count > 0 AND window_days > 0 AND valid_days > 0"
        " AND tolerance_days >= 0)",
        "Invoices, window and duration are at least 1, days of grace at least 0.",
    )
    _percents_range = models.Constraint(
        "CHECK (limit_percent BETWEEN 0 AND 100 AND price_percent BETWEEN 0 AND 100)",
        "A reward gives at most 100 %: twice the limit, or the whole price.",
    )

    @api.depends("grant_ids.state")
    def _compute_grant_count(self):
        found = {
            reward.id: (count, cost)
            for reward, count, cost in self.env["receivables.reward.grant"]._read_group(
                [("reward_id", "in", self.ids), ("state", "=", "active")],
                ["reward_id"],
                ["__count", "expected_cost:sum"],
            )
        }
        for reward in self:
            reward.grant_count, reward.total_cost = found.get(reward.id, (0, 0.0))

    @api.constrains("kind", "payment_term_id", "limit_percent", "pricelist_id")
    def _check_prize(self):
        for reward in self:
            prizes = {
                "term": reward.payment_term_id,
                "limit": reward.limit_percent > 0,
                "pricelist": reward.pricelist_id,
            }
            if not prizes[reward.kind]:
                raise ValidationError(
                    self.env._(
                        "%(reward)s gives nothing yet: choose the term, the percentage"
                        " of the limit or the price list.",
                        reward=reward.name,
                    )
                )

    @api.model
    @api.private
    def _receivables_audit_kind(self):
        """Override: what punctual payers are given."""
        return "reward"

    def action_open_grants(self):
        """Return the list of who got this reward."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "receivables_automation.receivables_reward_grant_action"
        )
        return action | {"domain": [("reward_id", "=", self.id)]}

    @api.model
    def _cron_grant(self):
        """End what is over and grant what was earned, in every company with rewards."""
        rewards = self.search([("company_id", "!=", False)])
        for company, own in rewards.grouped("company_id").items():
            own.with_company(company)._grant()

    def _grant(self):
        """Grant the rewards of one company to who earned them; return the new grants.

        A constant number of queries for each reward, however many customers there are.
        Whoever has a reward gets it again only after its end. Once taken back, it needs
        other invoices, or a manager who allows it.
        """
        today = self.company_id._receivables_today()
        grants = self.env["receivables.reward.grant"].sudo()
        grants._end_before(self.company_id, today)
        created = grants
        for reward in self:
            earned = reward._earned(today)
            for partner_id in grants._barred(reward, earned):
                del earned[partner_id]
            sales = reward._monthly_sales(list(earned), today)
            partners = self.env["res.partner"].sudo().browse(earned)
            created += grants.create(
                [
                    {
                        "reward_id": reward.id,
                        "partner_id": partner.id,
                        "date": today,
                        "until": today + timedelta(days=reward.valid_days),
                        "evidence": earned[partner.id],
                        "expected_cost": reward._cost(
                            partner, sales.get(partner.id, Decimal(0))
                        ),
                    }
                    for partner in partners
                ]
            )
        return created

    def _earned(self, today):
        """Return {partner id: ids of invoices paid on time}, of who earned it.

        An invoice counts once each of its items is settled, none of them late.
        """
        self.ensure_one()
        self.env["account.move.line"].flush_model()
        self.env["account.partial.reconcile"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
WITH recent AS (
    SELECT DISTINCT i.move_id
      FROM account_move_line c
      JOIN account_journal j
        ON j.id = c.journal_id AND j.type IN ('bank', 'cash', 'credit')
      JOIN account_partial_reconcile r ON r.credit_move_id = c.id
      JOIN account_move_line i ON i.id = r.debit_move_id
     WHERE c.company_id = %(company)s AND c.date > %(first)s AND c.date <= %(today)s
       AND i.display_type = 'payment_term' AND i.balance > 0
), item AS (
    SELECT i.move_id, p.commercial_partner_id AS partner_id, i.reconciled,
           max(c.date) > %(first)s AS is_recent,
           max(c.date) <= i.date_maturity + %(tolerance)s AS is_on_time
      FROM recent
      JOIN account_move_line i ON i.move_id = recent.move_id
      JOIN account_account a
        ON a.id = i.account_id AND a.account_type = 'asset_receivable'
      JOIN res_partner p ON p.id = i.partner_id
      LEFT JOIN (account_partial_reconcile r
                 JOIN account_move_line c ON c.id = r.credit_move_id
                 JOIN account_journal j
                   ON j.id = c.journal_id AND j.type IN ('bank', 'cash', 'credit'))
        ON r.debit_move_id = i.id
     WHERE i.display_type = 'payment_term' AND i.balance > 0
       AND i.parent_state = 'posted'
     GROUP BY i.id, p.commercial_partner_id
), invoice AS (
    SELECT partner_id, move_id,
           bool_and(reconciled AND is_on_time IS NOT FALSE) AS is_on_time,
           bool_or(reconciled AND is_recent AND NOT is_on_time) AS is_late
      FROM item GROUP BY partner_id, move_id
)
SELECT invoice.partner_id,
       array_agg(move_id ORDER BY move_id) FILTER (WHERE is_on_time)
  FROM invoice
  LEFT JOIN receivables_profile profile
    ON (profile.partner_id, profile.company_id) = (invoice.partner_id, %(company)s)
 GROUP BY invoice.partner_id
HAVING count(*) FILTER (WHERE is_on_time) >= %(count)s AND bool_or(is_late) IS NOT TRUE
   AND COALESCE(max(profile.overdue_amount), 0) = 0
                """,
                company=self.company_id.id,
                tolerance=self.tolerance_days,
                first=today - timedelta(days=self.window_days),
                today=today,
                count=self.invoice_count,
            )
        )
        return dict(rows)

    def _monthly_sales(self, partner_ids, today):
        """Return {partner id: invoiced in a month}, mean of the last days, untaxed.

        Where more was refunded than sold it is 0: a reward never brings money in.
        """
        first = today - timedelta(days=SALES_DAYS)
        groups = self.env["account.move"]._read_group(
            [
                ("company_id", "=", self.company_id.id),
                ("commercial_partner_id", "in", partner_ids),
                ("move_type", "in", ("out_invoice", "out_refund")),
                ("state", "=", "posted"),
                ("invoice_date", ">", first),
            ],
            ["commercial_partner_id"],
            ["amount_untaxed_signed:sum"],
        )
        return {
            partner.id: max(Decimal(str(amount)), Decimal(0)) * 30 / SALES_DAYS
            for partner, amount in groups
        }

    def _cost(self, partner, monthly_sales):
        """Return what the reward is expected to cost with ``partner`` until it ends."""
        # The field of the cost says who may see it.
        rate = Decimal(str(self.company_id.sudo().receivables_capital_cost))
        if self.kind == "term":
            usual, _source = partner._receivables_payment_term(self.company_id)
            extra = (
                self.payment_term_id.receivables_net_days - usual.receivables_net_days
            )
            extra = max(Decimal(str(extra)), Decimal(0))
            cost = longer_term_cost(monthly_sales, extra, rate, self.valid_days)
        elif self.kind == "limit":
            limit = partner.with_company(self.company_id).credit_limit
            more = Decimal(str(limit)) * Decimal(str(self.limit_percent)) / 100
            cost = financing_cost(more, rate, self.valid_days)
        else:
            percent = Decimal(str(self.price_percent))
            cost = price_cost(monthly_sales, percent, self.valid_days)
        return float(cost)
