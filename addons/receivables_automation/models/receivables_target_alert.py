from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ..core.watch import is_missed, rotation_days

# Credit sales of so many days give the pace by which rotation is measured.
SALES_DAYS = 90
# What is owed and overdue, and what was sold, by policy; 0 is without one.
FIGURES = """
WITH debtor AS (
    SELECT p.id AS partner_id, COALESCE(own.id, %(usual)s, 0) AS policy_id
      FROM res_partner p
      LEFT JOIN receivables_policy own
        ON own.id = (p.receivables_policy_id ->> %(company)s::text)::int
       AND own.company_id = %(company)s AND own.active
), owed AS (
    SELECT debtor.policy_id, sum(open_amount) AS owed, sum(overdue_amount) AS overdue
      FROM receivables_profile profile
      JOIN debtor USING (partner_id)
     WHERE profile.company_id = %(company)s
     GROUP BY debtor.policy_id
), sold AS (
    SELECT debtor.policy_id, sum(line.balance) AS sold
      FROM account_move_line line
      JOIN debtor USING (partner_id)
     WHERE line.company_id = %(company)s
       AND line.account_id = ANY(%(accounts)s)
       AND line.parent_state = 'posted'
       AND line.display_type = 'payment_term'
       AND line.date > %(since)s AND line.date <= %(today)s
     GROUP BY debtor.policy_id
)
SELECT policy_id, COALESCE(owed, 0)::text, COALESCE(overdue, 0)::text,
       COALESCE(sold, 0)::text
  FROM owed
  FULL JOIN sold USING (policy_id)
"""


class ReceivablesTargetAlert(models.Model):
    """A target of a company or policy that was missed: told once per crossing."""

    _name = "receivables.target.alert"
    _description = "Missed target"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "is_live DESC, crossed_on DESC, id DESC"
    _rec_name = "kind"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    policy_id = fields.Many2one(
        "receivables.policy",
        readonly=True,
        ondelete="cascade",
        help="Empty: the target of the whole company.",
    )
    kind = fields.Selection(
        [
            ("overdue_share", "Overdue share (%)"),
            ("rotation", "Rotation (days)"),
        ],
        string="Target",
        required=True,
        readonly=True,
    )
    target = fields.Float(string="At most", readonly=True, digits=(16, 1))
    value = fields.Float(
        string="Was", readonly=True, digits=(16, 1), help="When it was crossed."
    )
    owed = fields.Float(readonly=True)
    base = fields.Float(
        readonly=True, help="What was overdue, or what was sold in 90 days."
    )
    arithmetic = fields.Char(compute="_compute_arithmetic")
    crossed_on = fields.Date(required=True, readonly=True)
    met_on = fields.Date(string="Met again on", readonly=True)
    is_live = fields.Boolean(string="Missed now", readonly=True)

    _live_once = models.UniqueIndex(
        "(company_id, COALESCE(policy_id, 0), kind) WHERE is_live",
        "This target is known to be missed.",
    )

    @api.depends("kind", "owed", "base", "value")
    @api.depends_context("lang")
    def _compute_arithmetic(self):
        for alert in self:
            money = alert.company_id.currency_id.format
            values = {
                "owed": money(alert.owed),
                "base": money(alert.base),
                "value": f"{alert.value:.1f}",
            }
            if alert.kind == "rotation":
                alert.arithmetic = self.env._(
                    "%(owed)s owed ÷ %(base)s sold in 90 days × 90 = %(value)s days",
                    **values,
                )
            else:
                alert.arithmetic = self.env._(
                    "%(base)s overdue ÷ %(owed)s owed = %(value)s %%", **values
                )

    @api.model
    def _evaluate(self, companies):
        """Note the targets of these companies that are missed, or met again.

        Two queries per company. A second run tells nobody.
        """
        alerts = self.sudo()
        for company in companies.sudo():
            alerts._evaluate_company(company)

    def _evaluate_company(self, company):
        policies = self.env["receivables.policy"].search(
            [("company_id", "=", company.id)]
        )
        aims = [(company, policies[:0])] + [(policy, policy) for policy in policies]
        aims = [
            (holder, policy)
            for holder, policy in aims
            if holder.receivables_target_overdue_share
            or holder.receivables_target_rotation_days
        ]
        live = {
            (alert.policy_id, alert.kind): alert
            for alert in self.search(
                [("company_id", "=", company.id), ("is_live", "=", True)]
            )
        }
        figures = self._figures(company) if aims else {}
        missed = set()
        for holder, policy in aims:
            for kind, target, value, owed, base in self._measured(
                holder, figures, policy
            ):
                key = (policy, kind)
                if not is_missed(value, Decimal(str(target)), key in live, owed):
                    continue
                missed.add(key)
                if key not in live:
                    self._cross(company, policy, kind, target, value, owed, base)
        today = company._receivables_today()
        for key, alert in live.items():
            if key not in missed:
                alert.write({"is_live": False, "met_on": today})
                alert.activity_unlink(["mail.mail_activity_data_todo"])

    def _figures(self, company):
        """Return {policy id: (owed, overdue, sold)}; 0 is without a policy."""
        for model in ("account.move.line", "receivables.profile", "res.partner"):
            self.env[model].flush_model()
        today = company._receivables_today()
        return {
            policy: (Decimal(owed), Decimal(overdue), Decimal(sold))
            for policy, owed, overdue, sold in self.env.execute_query(
                SQL(
                    FIGURES,
                    company=company.id,
                    usual=company.receivables_policy_id.id or None,
                    accounts=self.env["account.move.line"]._receivables_accounts().ids,
                    since=today - timedelta(days=SALES_DAYS),
                    today=today,
                )
            )
        }

    @api.model
    def _measured(self, holder, figures, policy):
        """Return [(kind, target, value, owed, base)] of a company or a policy."""
        some = [row for key, row in figures.items() if not policy or key == policy.id]
        owed, overdue, sold = (
            sum((row[place] for row in some), Decimal(0)) for place in range(3)
        )
        share = 100 * overdue / owed if owed > 0 else None
        return [
            (
                "overdue_share",
                holder.receivables_target_overdue_share,
                share,
                owed,
                overdue,
            ),
            (
                "rotation",
                holder.receivables_target_rotation_days,
                rotation_days(owed, sold, SALES_DAYS),
                owed,
                sold,
            ),
        ]

    def _cross(self, company, policy, kind, target, value, owed, base):
        """Note a target that has just been crossed, and tell the finance managers."""
        alert = self.create(
            {
                "company_id": company.id,
                "policy_id": policy.id,
                "kind": kind,
                "target": target,
                "value": float(value),
                "owed": float(owed),
                "base": float(base),
                "crossed_on": company._receivables_today(),
                "is_live": True,
            }
        )
        group = self.env.ref("receivables_automation.group_receivables_manager")
        managers = group.all_user_ids.filtered(
            lambda user: user.active and company in user.company_ids
        )
        for user in managers:
            mine = alert.with_context(lang=user.lang, mail_activity_quick_update=True)
            label = dict(alert._fields["kind"]._description_selection(mine.env))[kind]
            mine.activity_schedule(
                "mail.mail_activity_data_todo",
                alert.crossed_on,
                summary=mine.env._(
                    "%(target)s of %(whom)s: %(value)s, at most %(most)s",
                    target=label,
                    whom=policy.name or company.name,
                    value=f"{alert.value:.1f}",
                    most=f"{target:.1f}",
                ),
                user_id=user.id,
            )
