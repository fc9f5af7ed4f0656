import logging
from ast import literal_eval
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..core.relative_day import day_of
from ..core.segment_explanation import (
    COMPARE,
    DomainError,
    Leaf,
    compare,
    leaves,
    parse_domain,
)
from .receivables_profile_condition import UNREADABLE, told_part

_logger = logging.getLogger(__name__)

# A value of each type of fact, to try a comparison on.
SAMPLES = {
    "integer": 0,
    "float": 0.0,
    "monetary": 0.0,
    "date": date(2026, 1, 1),
    "boolean": False,
    "char": "",
    "selection": "",
}


class ReceivablesSegment(models.Model):
    """A kind of debtor; a debtor is in the first one whose condition it meets."""

    _name = "receivables.segment"
    _description = "Debtor segment"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, copy=False)
    sequence = fields.Integer(
        default=100, help="A debtor is in the first segment whose condition holds."
    )
    active = fields.Boolean(default=True)
    color = fields.Integer()
    company_id = fields.Many2one(
        "res.company", ondelete="cascade", help="Empty: for every company."
    )
    description = fields.Text(translate=True)
    condition_domain = fields.Char(
        string="Condition",
        required=True,
        default="[]",
        help="Over the facts of the debtor's profile. A condition on a fact that"
        " nothing has measured yet does not hold.",
    )
    dunning_plan_id = fields.Many2one(
        "receivables.dunning.plan",
        string="Dunning plan",
        check_company=True,
        help="What these debtors are told, and when. Empty: the company's usual plan.",
    )
    profile_count = fields.Integer(
        string="Debtors", compute="_compute_profile_count", compute_sudo=False
    )

    _code_company_unique = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "There is already a segment with this code."
    )

    def _compute_profile_count(self):
        counts = dict(
            self.env["receivables.profile"]._read_group(
                [
                    ("segment_id", "in", self.ids),
                    ("company_id", "in", self.env.companies.ids),
                ],
                ["segment_id"],
                ["__count"],
            )
        )
        for segment in self:
            segment.profile_count = counts.get(segment, 0)

    @api.constrains("condition_domain")
    def _check_condition_domain(self):
        profiles = self.env["receivables.profile"].sudo()
        for segment in self:
            try:
                with self.env.cr.savepoint():
                    profiles._meeting(segment._domain(), limit=1)
            except UNREADABLE as error:
                raise ValidationError(
                    self.env._(
                        "The condition of segment %(segment)s cannot be read near"
                        " “%(part)s”. Correct it: each comparison needs a field of the"
                        " profile, an operator and a value of the field's kind.",
                        segment=segment.name,
                        part=told_part(error) or segment.condition_domain,
                    )
                ) from error

    def _tree(self):
        """Return the condition as a tree of `core/segment_explanation.py`.

        Relative dates ("today -30d") become dates, by the calendar of the company in
        use. Expects one segment.

        :raises DomainError: the condition cannot be read.
        """
        self.ensure_one()
        try:
            domain = literal_eval(self.condition_domain or "[]")
        except (SyntaxError, ValueError) as error:
            raise DomainError(self.condition_domain) from error
        if not isinstance(domain, list | tuple):
            raise DomainError(self.condition_domain)
        profile = self.env["receivables.profile"]
        names = set(profile._fact_names())
        terms = [self._read_term(profile, names, term) for term in domain]
        tree = parse_domain(terms)
        for leaf in leaves(tree):
            if leaf.field in names:
                compare(
                    SAMPLES[profile._fields[leaf.field].type], leaf.operator, leaf.value
                )
        return tree

    @api.model
    def _read_term(self, profile, names, term):
        """Return a term with its value in the kind of its field."""
        if not isinstance(term, list | tuple) or len(term) != 3:
            return term
        name, sign, value = term
        field = profile._fields.get(name)
        if field and not (field.store or field.search):
            raise DomainError(name)
        # False asks of every kind whether it is measured.
        if not field or value is None or value is False:
            return term
        is_list = isinstance(value, list | tuple | set)
        values = tuple(value) if is_list else (value,)
        if field.type == "date":
            today = self.env.company._receivables_today()
            values = tuple(
                day_of(one, today) if isinstance(one, str) else one for one in values
            )
        if name in names:
            kind = type(SAMPLES[field.type])
            is_fitting = (sign in ("in", "not in")) == is_list and all(
                type(one) in (int, float) if kind in (int, float) else type(one) is kind
                for one in values
            )
            if not is_fitting:
                raise DomainError(term)
        return name, sign, values if is_list else values[0]

    def _domain(self):
        """Return the condition as a domain; an empty fact meets no comparison."""
        profile = self.env["receivables.profile"]
        names = set(profile._fact_names())

        def build(node):
            if not isinstance(node, Leaf):
                parts = [build(child) for child in node.children]
                return Domain.OR(parts) if node.is_any else Domain.AND(parts)
            name, sign, value = node.field, node.operator, node.value
            if name not in names or sign not in COMPARE:
                return Domain(name, sign, value)
            if value is None or value is False:
                return profile._fact_measured(name, sign == "!=")
            return profile._fact_condition(name, sign, value)

        return build(self._tree())

    def _usable_trees(self):
        """Return [(segment, tree)] in order, without conditions that cannot be read.

        A condition can outlive the field it names, when a module is taken away: then
        its segment is left out, and the others go on.
        """
        usable = []
        profiles = self.env["receivables.profile"].sudo()
        for segment in self.sorted(lambda one: (one.sequence, one.id)):
            try:
                profiles._search(segment._domain())
                usable.append((segment, segment._tree()))
            except UNREADABLE:
                segment._log_unreadable()
        return usable

    def _log_unreadable(self):
        _logger.warning(
            "Segment %s is left out: its condition cannot be read", self.code
        )

    def action_reclassify(self):
        """Put every debtor of the companies in use in its segment again."""
        self.check_access("write")
        profiles = self.env["receivables.profile"].sudo()
        profiles = profiles.search([("company_id", "in", self.env.companies.ids)])
        profiles._classify(is_at_once=True)

    def action_open_profiles(self):
        """Return the debtors of this segment; expects one."""
        self.ensure_one()
        action = self.env["receivables.profile"].action_customers()
        return action | {
            "domain": [("segment_id", "=", self.id)],
            "context": {},
            "display_name": self.name,
        }
