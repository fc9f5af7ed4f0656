from datetime import date

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_amount, format_date, formatLang

from ..core.segment_explanation import explain, would_change

# Facts that only ever become more: no advice may ask for less of the past.
ONLY_GROW = frozenset({"invoice_count", "paid_invoice_count", "broken_promise_count"})
MOST_ADVICE = 3


class ReceivablesProfile(models.Model):
    _inherit = "receivables.profile"

    segment_explanation = fields.Html(
        string="Why this segment",
        compute="_compute_segment_explanation",
        sanitize=False,
    )

    @api.depends("segment_id", "refreshed_at")
    @api.depends_context("lang")
    def _compute_segment_explanation(self):
        facts = self.sudo()._facts()
        segments = (
            self.env["receivables.segment"].sudo().search(Domain.TRUE)._usable_trees()
        )
        for profile in self:
            own = facts.get(profile.sudo())
            profile.segment_explanation = own and profile._explained(segments, own)

    def _explained(self, segments, facts):
        """Return the conditions of this debtor's segment and what would change it."""
        own = [
            (segment, tree)
            for segment, tree in segments
            if not segment.company_id or segment.company_id == self.company_id
        ]
        # The judge answers about this debtor's own row only.
        judge = self.sudo()._judge
        now = self.sudo().segment_id
        lines = []
        for segment, tree in own:
            if segment == now:
                lines = [
                    self._line_in_words(line) for line in explain(tree, facts, judge)
                ]
        advice = []
        if self.segment_source != "manual":
            found = would_change(own, now, facts, only_grow=ONLY_GROW, judge=judge)
            advice = [
                self._advice_in_words(segment, changes)
                for segment, changes in found[:MOST_ADVICE]
            ]
        return self.env["ir.qweb"]._render(
            "receivables_automation.receivables_segment_explanation",
            {"profile": self, "segment": now, "lines": lines, "advice": advice},
        )

    def _judge(self, leaf):
        """Return whether a condition that facts cannot answer holds for this debtor."""
        value = list(leaf.value) if isinstance(leaf.value, tuple) else leaf.value
        return bool(self.filtered_domain(Domain(leaf.field, leaf.operator, value)))

    def _line_in_words(self, line):
        """Return {level, text, had, held} of one line of an explanation."""
        if line.leaf is None:
            text = self.env._("One of:") if line.is_any else self.env._("All of:")
            return {"level": line.level, "text": text, "had": "", "held": line.held}
        leaf = line.leaf
        if leaf.field not in self._fact_names():
            text = f"{leaf.field} {leaf.operator} {leaf.value}"
            return {"level": line.level, "text": text, "had": "", "held": line.held}
        if leaf.value is None or leaf.value is False:
            words = (
                self.env._("%(fact)s: not measured")
                if leaf.operator == "="
                else self.env._("%(fact)s: measured")
            )
            text = words % {"fact": self._fact_label(leaf.field)}
        else:
            text = self._operator_words()[leaf.operator] % {
                "fact": self._fact_label(leaf.field),
                "value": self._value_in_words(leaf.field, leaf.value),
            }
        had = self._value_in_words(leaf.field, line.had)
        return {"level": line.level, "text": text, "had": had, "held": line.held}

    def _operator_words(self):
        return {
            "=": self.env._("%(fact)s is %(value)s"),
            "!=": self.env._("%(fact)s is not %(value)s"),
            "in": self.env._("%(fact)s is one of %(value)s"),
            "not in": self.env._("%(fact)s is none of %(value)s"),
            "<": self.env._("%(fact)s is below %(value)s"),
            "<=": self.env._("%(fact)s is at most %(value)s"),
            ">": self.env._("%(fact)s is above %(value)s"),
            ">=": self.env._("%(fact)s is at least %(value)s"),
        }

    def _advice_in_words(self, segment, changes):
        """Return "Would move to Punctual if … fell from 12 to 3." as markup."""
        parts = [self._change_in_words(change) for change in changes]
        joined = parts[0]
        for part in parts[1:]:
            joined = self.env._("%(one)s and %(other)s", one=joined, other=part)
        return Markup(
            self.env._("Would move to <b>%(segment)s</b> if %(changes)s.")
        ) % {"segment": segment.name, "changes": joined}

    def _change_in_words(self, change):
        values = {
            "fact": self._fact_label(change.field),
            "had": self._value_in_words(change.field, change.had),
            "wanted": self._value_in_words(change.field, change.wanted),
        }
        is_ordered = isinstance(change.had, int | float | date) and isinstance(
            change.wanted, int | float | date
        )
        if not is_ordered:
            return self.env._("“%(fact)s” were %(wanted)s", **values)
        if change.wanted < change.had:
            return self.env._("“%(fact)s” fell from %(had)s to %(wanted)s", **values)
        return self.env._("“%(fact)s” rose from %(had)s to %(wanted)s", **values)

    def _fact_label(self, name):
        return self._fields[name]._description_string(self.env)

    def _value_in_words(self, name, value):
        """Return a fact's value as people read it."""
        if value is None or value is False:
            return self.env._("not measured")
        if isinstance(value, tuple | list):
            return ", ".join(self._value_in_words(name, one) for one in value)
        if isinstance(value, date):
            return format_date(self.env, value)
        if self._fields[name].type == "monetary":
            return format_amount(self.env, value, self.currency_id)
        if name.endswith("_ratio"):
            return self.env._(
                "%(number)s %%", number=formatLang(self.env, 100 * value, 0)
            )
        if isinstance(value, int | float):
            digits = 0 if float(value).is_integer() else 1
            # One more digit where rounding would hide the difference.
            if round(value, digits) != value:
                digits = 2
            return formatLang(self.env, value, digits)
        return str(value)

    def action_explain_segment(self):
        """Return the dialog "Why?" of this debtor; expects one."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._(
                "Why %(customer)s is in its segment",
                customer=self.partner_id.display_name,
            ),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [
                (
                    self.env.ref(
                        "receivables_automation.receivables_profile_view_form_explanation"
                    ).id,
                    "form",
                )
            ],
            "target": "new",
        }
