import psycopg2

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

# What a condition may raise when it is read or asked: anybody may have written it.
UNREADABLE = (
    AttributeError,
    KeyError,
    NotImplementedError,
    OverflowError,
    TypeError,
    UserError,
    ValueError,
    psycopg2.DataError,
    psycopg2.NotSupportedError,
    psycopg2.ProgrammingError,
)
COMPARISONS = {
    "=": SQL("="),
    "!=": SQL("!="),
    "<": SQL("<"),
    "<=": SQL("<="),
    ">": SQL(">"),
    ">=": SQL(">="),
}


def told_part(error):
    """Return the piece of a condition that an error of `UNREADABLE` names."""
    return str(error).partition("\n")[0][:200]


class ReceivablesProfile(models.Model):
    """Conditions of segments and rules, asked of the profiles that are stored."""

    _inherit = "receivables.profile"

    @api.model
    def _meeting(self, domain, limit=None):
        """Return the ids of the profiles that meet a condition, in order.

        :raises Exception: one of `UNREADABLE`.
        """
        return self._search(domain, order="id", limit=limit).get_result_ids()

    @api.model
    def _meeting_each(self, domains):
        """Return for each condition the ids of the profiles that meet it.

        None for one that PostgreSQL refuses: it spoils neither the others nor what was
        done before.
        """
        try:
            with self.env.cr.savepoint():
                return [self._meeting(domain) for domain in domains]
        except UNREADABLE:
            if len(domains) == 1:
                return [None]
        # One of them is wrong, which is rare: then each is asked by itself.
        return [found for one in domains for found in self._meeting_each([one])]

    @api.model
    def _fact_condition(self, name, sign, value):
        """Return the domain of a comparison of a stored fact, exactly as it is written.

        The ORM would round the value to the field's digits; the explanation, which
        compares the same, does not. An empty fact meets no comparison.
        """

        def to_sql(model, alias, query):
            fact = model._field_to_sql(alias, name, query)
            if sign == "in":
                return SQL("%s = ANY(%s)", fact, list(value))
            if sign == "not in":
                # Of an empty list even what is empty would be no member.
                known = SQL("%s IS NOT NULL", fact)
                return SQL("(%s AND %s != ALL(%s))", known, fact, list(value))
            return SQL("%s %s %s", fact, COMPARISONS[sign], value)

        return Domain.custom(to_sql=to_sql)

    @api.model
    def _fact_measured(self, name, is_measured):
        """Return the domain of the profiles of which a fact is measured, or is not."""
        test = SQL("IS NOT NULL") if is_measured else SQL("IS NULL")
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s %s", model._field_to_sql(alias, name, query), test
            )
        )
