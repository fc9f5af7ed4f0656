from datetime import date

from markupsafe import Markup

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_amount, format_date, formatLang

from ..core.segment_explanation import explain, one_change, reasons, telling_digits
from .receivables_profile_condition import UNREADABLE

# Facts that only ever become more: no advice may ask for less of the past.
ONLY_GROW = frozenset(
    {
        "broken_promise_count",
        "cancelled_cfdi_count",
        "days_since_first_invoice",
        "disputed_count",
        "invoice_count",
        "paid_invoice_count",
        "plan_request_count",
        "promised_count",
        "reminder_bounce_count",
        "reminder_count",
        "returned_payment_count",
    }
)
# Facts below zero of which make sense: early is late by less than no day.
ANY_SIGN = frozenset({"days_late_avg", "days_late_median", "late_trend_days"})
MOST_ADVICE = 3


class ReceivablesProfile(models.Model):
    _inherit = "receivables.profile"

    def _explain_segment(self):
        """Return why this debtor is in its segment, and what would change that.

        A dict: `lines` of the segment's condition, each a dict of `level`, `text`,
        `had`, `held`, `evidence` (the records behind a condition that holds, or None);
        `reasons`, those that make it hold; `advice`, sentences as markup. Expects one
        profile.
        """
        self.ensure_one()
        self.check_access("read")
        profile = self.sudo()
        facts = profile._facts()[profile]
        own = profile._usable_segments(profile.company_id)
        now = profile.segment_id
        told = {"lines": [], "reasons": [], "advice": profile._advice(own, facts)}
        for _segment, tree in (one for one in own if one[0] == now):
            whole = explain(tree, facts, profile._judge)
            told["lines"] = [profile._line_in_words(line) for line in whole]
            # The records behind a condition are looked up once.
            known = {
                line.leaf: words
                for line, words in zip(whole, told["lines"], strict=True)
                if line.leaf
            }
            told["reasons"] = [
                known[line.leaf] | {"level": line.level}
                if line.leaf
                else profile._line_in_words(line)
                for line in explain(
                    reasons(tree, facts, profile._judge), facts, profile._judge
                )
            ]
        return told

    def _advice(self, segments, facts):
        """Return what would change the segment, the smallest change first."""
        if self.segment_source == "manual":
            return []
        found = one_change(
            segments,
            self.segment_id or None,
            facts,
            only_grow=ONLY_GROW,
            limits=self._fact_limits(),
            judge=self._judge,
        )
        if not found:
            return [
                self.env._(
                    "No change of a single fact would lead to another segment: several"
                    " would have to change together."
                )
            ]
        return [
            self._advice_in_words(segment, change)
            for segment, change in found[:MOST_ADVICE]
        ]

    @api.model
    def _fact_limits(self):
        """Return {fact: (least, largest)} that it can have; None for no bound."""
        limits = {}
        for name in self._fact_names():
            if self._fields[name].type not in ("integer", "float", "monetary"):
                continue
            is_share = name.endswith("_ratio") and name != "late_size_ratio"
            if name not in ANY_SIGN:
                limits[name] = (0, 1 if is_share else None)
        return limits

    def _judge(self, leaf):
        """Return whether a condition that facts cannot answer holds for this debtor."""
        value = list(leaf.value) if isinstance(leaf.value, tuple) else leaf.value
        own = self.with_company(self.company_id)
        try:
            return bool(own.filtered_domain(Domain(leaf.field, leaf.operator, value)))
        except UNREADABLE:
            return False

    def _line_in_words(self, line):
        """Return one line of an explanation in words, with the records behind it."""
        told = {"level": line.level, "held": line.held, "had": "", "evidence": None}
        leaf = line.leaf
        if leaf is None:
            text = self.env._("One of:") if line.is_any else self.env._("All of:")
            return told | {"text": text}
        if leaf.field not in self._fact_names():
            return told | {"text": f"{leaf.field} {leaf.operator} {leaf.value}"}
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
                "value": self._value_in_words(leaf.field, leaf.value, line.had),
            }
        return told | {
            "text": text,
            "had": self._value_in_words(leaf.field, line.had, leaf.value),
            "evidence": self._evidence(leaf) if line.held else None,
        }

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

    def _advice_in_words(self, segment, change):
        """Return "Would move to Punctual if … fell from 12 to 3." as markup."""
        values = {
            "segment": segment.name if segment else self.env._("no segment"),
            "change": self._change_in_words(change),
            "days": self.company_id.receivables_segment_days,
        }
        if values["days"] > 1:
            text = self.env._(
                "Would move to <b>%(segment)s</b> if %(change)s, once %(days)s days'"
                " figures say so."
            )
        else:
            text = self.env._("Would move to <b>%(segment)s</b> if %(change)s.")
        return Markup(text) % values

    def _change_in_words(self, change):
        values = {
            "fact": self._fact_label(change.field),
            "had": self._value_in_words(change.field, change.had, change.wanted),
            "wanted": self._value_in_words(change.field, change.wanted, change.had),
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

    def _value_in_words(self, name, value, beside=None):
        """Return a fact's value as people read it.

        :param beside: the value, or values, that it is compared with: a number has as
            many decimals as it takes to see the difference.
        """
        if value is None or value is False:
            return self.env._("not measured")
        if isinstance(value, tuple | list):
            return ", ".join(self._value_in_words(name, one, beside) for one in value)
        if isinstance(value, date):
            return format_date(self.env, value)
        if self._fields[name].type == "monetary":
            return format_amount(self.env, value, self.currency_id)
        if not isinstance(value, int | float):
            return str(value)
        others = beside if isinstance(beside, tuple | list) else [beside]
        compared = [value, *(one for one in others if type(one) in (int, float))]
        if name.endswith("_ratio"):
            digits = telling_digits([100 * one for one in compared])
            return self.env._(
                "%(number)s %%", number=formatLang(self.env, 100 * value, digits)
            )
        digits = 0 if float(value).is_integer() else 1
        # One more digit where rounding would hide the difference.
        if round(value, digits) != value:
            digits = 2
        return formatLang(self.env, value, telling_digits(compared, digits))

    def action_explain_segment(self):
        """Return the dialog "Why?" of this debtor; expects one."""
        self.ensure_one()
        return self.env["receivables.segment.explanation"]._open(self)
