import logging

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..core.segment_explanation import DomainError, leaves
from .receivables_profile_condition import UNREADABLE, told_part

_logger = logging.getLogger(__name__)

NUMBERS = ("integer", "float", "monetary")


class ReceivablesWatchRule(models.Model):
    """A change that puts a debtor on the watch list, and what is then proposed."""

    _name = "receivables.watch.rule"
    _description = "Early-warning rule"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, copy=False)
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", ondelete="cascade", help="Empty: for every company."
    )
    kind = fields.Selection(
        [("holds", "A condition begins to hold"), ("rises", "A count rises")],
        string="Change",
        required=True,
        default="holds",
    )
    condition_domain = fields.Char(
        string="Enters when",
        default="[]",
        help="Over the facts of the debtor's profile. A condition on a fact that"
        " nothing has measured does not hold.",
    )
    release_domain = fields.Char(
        string="Leaves when",
        default="[]",
        help="Make it stricter than the opposite of the first, so that nobody comes and"
        " goes every night. Empty: when the first no longer holds.",
    )
    fact = fields.Char(
        string="Count",
        help="Name of the profile's fact of which each rise is news, such as"
        " broken_promise_count.",
    )
    least_rise = fields.Integer(default=1, help="A smaller rise is no news.")
    quiet_days = fields.Integer(
        default=90, help="So many days without another rise end the cause."
    )
    proposal = fields.Selection(
        [
            ("none", "Nothing"),
            ("limit", "A lower limit"),
            ("guarantee", "A guarantee"),
        ],
        required=True,
        default="none",
    )
    percent = fields.Integer(
        string="Lower by (%)", default=20, help="Of the credit limit."
    )
    problem = fields.Char(string="No data", compute="_compute_problem")
    watch_count = fields.Integer(
        string="On the list", compute="_compute_watch_count", compute_sudo=False
    )

    _code_company_unique = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "There is already a rule with this code."
    )
    _numbers_range = models.Constraint(
        "CHECK (least_rise >= 1 AND quiet_days >= 1 AND percent BETWEEN 1 AND 99)",
        "A rise of 1 or more, 1 quiet day or more, and a limit lower by 1 to 99 %.",
    )

    def _compute_watch_count(self):
        counts = dict(
            self.env["receivables.watch"]._read_group(
                [("rule_id", "in", self.ids), ("state", "=", "open")],
                ["rule_id"],
                ["__count"],
            )
        )
        for rule in self:
            rule.watch_count = counts.get(rule, 0)

    @api.depends("kind", "condition_domain", "release_domain", "fact")
    @api.depends_context("lang")
    def _compute_problem(self):
        for rule in self:
            part = rule._unreadable_part()
            rule.problem = False
            if part is not None:
                rule.problem = self.env._(
                    "A condition cannot be read near “%s”: it finds nobody.", part
                )
            elif unknown := rule._unknown_facts():
                rule.problem = self.env._(
                    "No data: nothing measures %(facts)s yet.",
                    facts=", ".join(sorted(unknown)),
                )

    @api.constrains("kind", "condition_domain", "release_domain", "fact")
    def _check_readable(self):
        for rule in self:
            if rule.kind == "rises" and not rule.fact:
                raise ValidationError(
                    self.env._(
                        "Rule %(rule)s watches a count, and does not say which. Name a"
                        " fact of the profile.",
                        rule=rule.name,
                    )
                )
            known = self.env["receivables.profile"]._fields
            if rule.kind == "rises" and rule.fact in known and not rule._is_count():
                raise ValidationError(
                    self.env._(
                        "Rule %(rule)s watches %(fact)s, which is no number of the"
                        " profile. Name one, such as broken_promise_count.",
                        rule=rule.name,
                        fact=rule.fact,
                    )
                )
            part = rule._unreadable_part()
            if part is not None:
                raise ValidationError(
                    self.env._(
                        "A condition of rule %(rule)s cannot be read near “%(part)s”."
                        " Correct it: each comparison needs a field of the profile, an"
                        " operator and a value of the field's kind.",
                        rule=rule.name,
                        part=part,
                    )
                )

    def _condition(self, text):
        """Return a condition as segments read theirs."""
        return self.env["receivables.segment"].new({"condition_domain": text or "[]"})

    def _unknown_facts(self):
        """Return what is asked that the profile does not have; expects one rule.

        :raises DomainError: a condition cannot be read, or the count is no number.
        """
        self.ensure_one()
        named = set()
        if self.kind == "rises":
            named.add(self.fact)
        for text in (self.condition_domain, self.release_domain):
            named |= {leaf.field for leaf in leaves(self._condition(text)._tree())}
        unknown = {name for name in named if not self._is_known(name)}
        if self.kind == "rises" and self.fact not in unknown and not self._is_count():
            raise DomainError(self.fact)
        return unknown

    def _is_count(self):
        """Return whether the fact is a number of the profile; expects one rule."""
        profile = self.env["receivables.profile"]
        field = profile._fields.get(self.fact)
        return field and field.type in NUMBERS and self.fact in profile._fact_names()

    @api.model
    def _is_known(self, path):
        """Return whether the profile has a field, or its customer one behind it."""
        model = self.env["receivables.profile"]
        for name in path.split("."):
            field = model._fields.get(name)
            if field is None:
                return False
            if not field.relational:
                break
            model = self.env[field.comodel_name]
        return True

    def _unreadable_part(self, is_asked=True):
        """Return the part of a condition that cannot be read, or None; expects one.

        :param is_asked: ask PostgreSQL too, which may refuse what the ORM accepts.
        """
        profiles = self.env["receivables.profile"].sudo()
        try:
            for domain in () if self._unknown_facts() else self._asked():
                if is_asked:
                    with self.env.cr.savepoint():
                        profiles._meeting(domain, limit=1)
                else:
                    profiles._search(domain)
        except UNREADABLE as error:
            return told_part(error)
        return None

    def _usable(self):
        """Return the rules that can be asked; the others find nobody."""
        usable = self.browse()
        for rule in self:
            if rule._unreadable_part(is_asked=False) is not None:
                rule._log_unreadable()
            elif not rule._unknown_facts():
                usable |= rule
        return usable

    def _log_unreadable(self):
        _logger.warning("Rule %s is left out: a condition cannot be read", self.code)

    def _asked(self):
        """Return the domains on profiles that judge by this rule; expects one."""
        return self._enters() & self._rises(), self._leaves()

    def _enters(self):
        """Return the domain on profiles of this rule's condition; expects one."""
        return self._condition(self.condition_domain)._domain()

    def _rises(self):
        """Return the domain of whose figure may be news; expects one."""
        if self.kind == "holds":
            return Domain.TRUE
        profiles = self.env["receivables.profile"]
        return profiles._fact_condition(self.fact, ">=", self.least_rise)

    def _leaves(self):
        """Return the domain on profiles that ends the cause; expects one."""
        if (self.release_domain or "[]").strip() == "[]":
            return ~self._enters()
        return self._condition(self.release_domain)._domain()

    def action_open_watches(self):
        """Return the debtors on the list by this rule; expects one."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "receivables_automation.receivables_watch_action"
        )
        return action | {
            "domain": [("rule_id", "=", self.id)],
            "display_name": self.name,
        }
