import logging
from ast import literal_eval
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.date_utils import parse_date

from ..core.segment_explanation import (
    COMPARE,
    DomainError,
    Leaf,
    compare,
    leaves,
    parse_domain,
)

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
        for segment in self:
            try:
                domain = segment._domain()
                domain.validate(self.env["receivables.profile"])
            except (DomainError, ValueError, TypeError) as error:
                raise ValidationError(
                    self.env._(
                        "The condition of segment %(segment)s cannot be read near"
                        " “%(part)s”. Correct it: each comparison needs a field of the"
                        " profile, an operator and a value of the field's kind.",
                        segment=segment.name,
                        part=str(error)[:200] or segment.condition_domain,
                    )
                ) from error

    def _tree(self):
        """Return the condition as a tree of `core/segment_explanation.py`.

        Relative dates ("today -30d") become dates. Expects one segment.

        :raises DomainError: the condition cannot be read.
        """
        self.ensure_one()
        try:
            domain = literal_eval(self.condition_domain or "[]")
        except (SyntaxError, ValueError) as error:
            raise DomainError(self.condition_domain) from error
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
        if not isinstance(term, list | tuple) or len(term) != 3 or term[0] not in names:
            return term
        field, operator, value = term
        kind = profile._fields[field].type
        if kind == "date" and isinstance(value, str):
            moment = parse_date(value, self.env)
            return field, operator, fields.Date.to_date(moment)
        if kind in ("integer", "float", "monetary"):
            values = value if isinstance(value, list | tuple) else [value]
            if not all(isinstance(one, int | float) for one in values):
                raise DomainError(term)
        return field, operator, value

    def _domain(self):
        """Return the condition as a domain; an empty fact meets no comparison."""
        names = set(self.env["receivables.profile"]._fact_names())

        def build(node):
            if not isinstance(node, Leaf):
                parts = [build(child) for child in node.children]
                return Domain.OR(parts) if node.is_any else Domain.AND(parts)
            if node.field not in names or node.operator not in COMPARE:
                return Domain(node.field, node.operator, node.value)
            if node.value is None or node.value is False:
                return _is_null(node.field, node.operator == "=")
            value = list(node.value) if isinstance(node.value, tuple) else node.value
            leaf = Domain(node.field, node.operator, value)
            return leaf & _is_null(node.field, False)

        return build(self._tree())

    def _usable_trees(self):
        """Return [(segment, tree)] in order, without conditions that cannot be read.

        A condition can outlive the field it names, when a module is taken away: then
        its segment is left out, and the others go on.
        """
        usable = []
        for segment in self.sorted(lambda one: (one.sequence, one.id)):
            try:
                segment._domain().validate(self.env["receivables.profile"])
                usable.append((segment, segment._tree()))
            except (DomainError, ValueError, TypeError):
                _logger.warning(
                    "Segment %s is left out: its condition cannot be read", segment.code
                )
        return usable

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


def _is_null(field, is_null):
    """Return the domain of rows where a stored fact is, or is not, measured."""
    test = SQL("IS NULL") if is_null else SQL("IS NOT NULL")
    return Domain.custom(
        to_sql=lambda model, alias, query: SQL(
            "%s %s", SQL.identifier(alias, field), test
        )
    )
