from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.misc import formatLang

from ..core.credit_rules import Rule

EFFECT = [("none", "Nothing"), ("warn", "Warn"), ("block", "Block")]
KINDS = [
    ("over_limit", "Amount over the limit"),
    ("oldest_age", "Age of the oldest item"),
    ("broken_promises", "Broken promises"),
    ("documents", "Documents missing or expired"),
    ("instructions", "Payment instructions missing"),
    ("fact", "Fact of the debtor's profile"),
]


class ReceivablesPolicyRule(models.Model):
    """One consequence of a credit policy: when, and what then."""

    _name = "receivables.policy.rule"
    _description = "Rule of a credit policy"
    _order = "sequence, id"

    version_id = fields.Many2one(
        "receivables.policy.version", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    kind = fields.Selection(KINDS, string="Condition", required=True)
    fact = fields.Selection(
        selection="_selection_fact", help="Figure of the debtor's profile."
    )
    sign = fields.Selection(
        [(">=", "at least"), ("<=", "at most")], default=">=", required=True
    )
    threshold = fields.Float(
        digits=(16, 2),
        help="Amount beyond the limit, days after due date and tolerance, or how many;"
        " with 0, the first one counts.",
    )
    on_order = fields.Selection(
        EFFECT, string="On confirming an order", required=True, default="warn"
    )
    on_invoice = fields.Selection(
        EFFECT, string="On posting an invoice", required=True, default="none"
    )
    problem = fields.Char(compute="_compute_problem")

    _threshold_positive = models.Constraint(
        "CHECK (threshold >= 0 OR kind = 'fact')",
        "The threshold of a rule cannot be below zero.",
    )

    @api.model
    def _selection_fact(self):
        profile = self.env["receivables.profile"]
        return [
            (name, profile._fields[name]._description_string(self.env))
            for name in profile._fact_names()
            if profile._fields[name].type in ("integer", "float", "monetary")
        ]

    @api.depends("kind", "fact", "sign", "threshold", "on_order", "on_invoice")
    @api.depends_context("lang")
    def _compute_display_name(self):
        def label(rule, name):
            return str(rule._fields[name].convert_to_export(rule[name], rule))

        for rule in self:
            figure = formatLang(self.env, rule.threshold)
            if rule.kind == "fact":
                condition = f"{label(rule, 'fact')} {label(rule, 'sign')} {figure}"
            else:
                condition = f"{label(rule, 'kind')} ({figure})"
            rule.display_name = self.env._(
                "%(condition)s → order: %(order)s, invoice: %(invoice)s",
                condition=condition,
                order=label(rule, "on_order"),
                invoice=label(rule, "on_invoice"),
            )

    @api.depends("kind", "fact")
    def _compute_problem(self):
        known = dict(self._selection_fact())
        for rule in self:
            is_gone = rule.kind == "fact" and rule.fact not in known
            rule.problem = is_gone and self.env._(
                "The profile has no “%(fact)s”: this rule never holds.",
                fact=rule.fact or "",
            )

    @api.constrains("kind", "fact")
    def _check_fact(self):
        for rule in self:
            if rule.kind == "fact" and not rule.fact:
                raise ValidationError(
                    self.env._(
                        "A rule of policy %(policy)s compares a fact but names none."
                        " Choose the fact, or another condition.",
                        policy=rule.version_id.policy_id.name or "",
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Override: rules are added to drafts only."""
        rules = super().create(vals_list)
        rules.version_id._check_draft()
        return rules

    def write(self, vals):
        """Override: only the rules of a draft are changed."""
        self.version_id._check_draft()
        result = super().write(vals)
        self.version_id._check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        self.version_id._check_draft()

    def _rule(self):
        """Return the pure rule of this row; expects one."""
        self.ensure_one()
        return Rule(
            key=str(self.id),
            kind=self.kind,
            threshold=Decimal(str(self.threshold)),
            on_order=self.on_order,
            on_invoice=self.on_invoice,
            fact=self.fact or "" if self.kind == "fact" else "",
            sign=self.sign,
        )
