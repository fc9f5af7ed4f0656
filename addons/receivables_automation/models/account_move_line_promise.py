from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from .account_move_dunning import WITH_SALES

# The first to end of the live promises about each item.
PROMISED = """
SELECT DISTINCT ON (item.id)
       item.id, promise.currency_id, 'promised', 'receivables.promise', promise.id,
       promise.date_promised, promise.amount
  FROM item
  JOIN receivables_promise_item promised ON promised.line_id = item.id
  JOIN receivables_promise promise ON promise.id = promised.promise_id
  JOIN res_partner debtor ON debtor.id = item.partner_id
 WHERE promise.state = 'open'
   AND promise.partner_id = debtor.commercial_partner_id
   AND promise.currency_id = item.currency_id
   AND promise.last_day >= %(day)s
 ORDER BY item.id, promise.last_day, promise.id
"""


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    receivables_promise_ids = fields.Many2many(
        "receivables.promise",
        "receivables_promise_item",
        "line_id",
        "promise_id",
        string="Promises",
        # What was promised of an invoice is not promised of its copy.
        copy=False,
        groups=WITH_SALES,
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Override: an item that an invoice gets anew is promised as its others are."""
        lines = super().create(vals_list)
        for move, items in lines._receivables_rebuilt().items():
            # Whoever corrects an invoice need not see what was promised of it.
            promises = move.sudo().line_ids.receivables_promise_ids
            promises._take_items(items)
        return lines

    def unlink(self):
        """Override: what was promised of a deleted item is of the invoice's others."""
        for move, items in self._receivables_rebuilt().items():
            # Whoever corrects an invoice need not see what was promised of it.
            promises = items.sudo().receivables_promise_ids
            if promises:
                others = (move.line_ids - self).filtered(
                    lambda line: line.account_type == "asset_receivable"
                )
                promises._take_items(others)
        return super().unlink()

    def _receivables_rebuilt(self):
        """Return {document: its receivable items} of those posted before."""
        return self.filtered(
            lambda line: (
                line.move_id.posted_before and line.account_type == "asset_receivable"
            )
        ).grouped("move_id")

    @api.private
    def _receivables_hold_queries(self, date):
        """Override: until its last day a promise holds its items."""
        self.env["receivables.promise"].flush_model()
        return [
            *super()._receivables_hold_queries(date),
            SQL(PROMISED, day=date),
        ]

    @api.private
    def _receivables_hold_text(self, code, record, day, amount):
        """Override: what was promised, by when."""
        if code != "promised":
            return super()._receivables_hold_text(code, record, day, amount)
        return self.env._(
            "The customer promised %(amount)s by %(day)s.",
            amount=amount,
            day=format_date(self.env, day),
        )

    def action_receivables_promise(self):
        """Return the form of a new promise about these items.

        :raises UserError: of several customers, companies or currencies, or settled.
        """
        self.check_access("read")
        items = self.filtered(
            lambda item: item.amount_residual_currency > 0 and not item.reconciled
        )
        if not items:
            raise UserError(
                self.env._(
                    "Choose at least one item that is still owed, and try again."
                )
            )
        for names, what in (
            (
                items.partner_id.commercial_partner_id.mapped("display_name"),
                self.env._("customer"),
            ),
            (items.company_id.mapped("name"), self.env._("company")),
            (items.currency_id.mapped("name"), self.env._("currency")),
        ):
            if len(names) > 1:
                raise UserError(
                    self.env._(
                        "A promise is about one %(what)s; the items chosen are of"
                        " %(names)s. Choose those of one.",
                        what=what,
                        names=", ".join(names),
                    )
                )
        return self.env["receivables.promise"]._action_new(
            items.company_id, items.partner_id.commercial_partner_id, items
        )
