from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class ReceivablesPromise(models.Model):
    """What cannot be promised, each with the record, the value and the way out."""

    _inherit = "receivables.promise"

    def _check_items(self):
        """Refuse items that are not this customer's open debt; expects one promise.

        :raises UserError: names the item.
        """
        self.ensure_one()
        # Which item is wrong is said by its number only.
        promise = self.sudo()
        for item in promise.move_line_ids:
            names = {
                "document": item.move_id.name or item.move_id.display_name,
                "customer": promise.partner_id.display_name,
            }
            if item.account_id.account_type != "asset_receivable":
                raise UserError(
                    self.env._(
                        "%(document)s is not something that a customer owes. Choose"
                        " items of the list Receivables.",
                        **names,
                    )
                )
            if (
                item.partner_id.commercial_partner_id != promise.partner_id
                or item.company_id != promise.company_id
            ):
                raise UserError(
                    self.env._(
                        "%(document)s is not owed by %(customer)s to %(company)s."
                        " Record a promise for each customer and company.",
                        company=promise.company_id.name,
                        **names,
                    )
                )
            if item.currency_id != promise.currency_id:
                raise UserError(
                    self.env._(
                        "%(document)s is owed in %(other)s, the promise is in"
                        " %(currency)s. Record a promise for each currency.",
                        other=item.currency_id.name,
                        currency=promise.currency_id.name,
                        **names,
                    )
                )
            if (
                item.parent_state != "posted"
                or item.reconciled
                or item.currency_id.compare_amounts(item.amount_residual_currency, 0)
                <= 0
            ):
                raise UserError(
                    self.env._(
                        "%(document)s has nothing left to pay. Take it out of the"
                        " promise.",
                        **names,
                    )
                )
        if not promise.move_line_ids:
            raise UserError(
                self.env._(
                    "%(customer)s owes nothing in %(currency)s to %(company)s, so there"
                    " is nothing to promise.",
                    customer=promise.partner_id.display_name,
                    currency=promise.currency_id.name,
                    company=promise.company_id.name,
                )
            )

    def _check_made(self):
        """Refuse a day before the promise was made, and one made tomorrow; expects one.

        What was promised last week may be recorded today: the ledger judges it at once.

        :raises UserError: names the day.
        """
        self.ensure_one()
        today = self.company_id._receivables_today()
        if self.made_on > today:
            raise UserError(
                self.env._(
                    "The promise of %(customer)s cannot have been made on %(day)s,"
                    " which is still to come.",
                    day=format_date(self.env, self.made_on),
                    customer=self.partner_id.display_name,
                )
            )
        if self.made_on == today:
            self._check_days()
        elif self.date_promised < self.made_on:
            raise UserError(
                self.env._(
                    "%(customer)s cannot have promised on %(made)s to pay by %(day)s,"
                    " which is before. Correct one of the days.",
                    made=format_date(self.env, self.made_on),
                    day=format_date(self.env, self.date_promised),
                    customer=self.partner_id.display_name,
                )
            )

    def _check_days(self):
        """Refuse a day that has passed; expects one.

        :raises UserError: names the day.
        """
        self.ensure_one()
        if self.date_promised < self.company_id._receivables_today():
            raise UserError(
                self.env._(
                    "%(day)s has passed: %(customer)s cannot promise to pay by then."
                    " Choose today or a later day.",
                    day=format_date(self.env, self.date_promised),
                    customer=self.partner_id.display_name,
                )
            )

    @api.model
    def _check_positive(self, amount, debtor, currency):
        """Refuse an amount of 0 or less.

        :raises UserError: names the amount.
        """
        if currency.compare_amounts(amount, 0) <= 0:
            raise UserError(
                self.env._(
                    "%(amount)s cannot be promised by %(customer)s. Write an amount"
                    " above 0.",
                    amount=currency.format(amount),
                    customer=debtor.display_name,
                )
            )

    def _check_amount(self):
        """Refuse more than is owed and not promised yet; expects one.

        :raises UserError: names the amounts, and the promise that stands in the way.
        """
        self.ensure_one()
        currency = self.currency_id
        promised = self.amount - self.amount_received
        # Whether it fits does not depend on which promises the user sees.
        items = self.sudo().move_line_ids
        owed = sum(items.mapped("amount_residual_currency"))
        if currency.compare_amounts(promised, owed) > 0:
            raise UserError(
                self.env._(
                    "%(customer)s owes %(owed)s of this; %(amount)s is more. Write at"
                    " most what is owed.",
                    customer=self.partner_id.display_name,
                    owed=currency.format(owed),
                    amount=currency.format(self.amount),
                )
            )
        others = self.sudo().search(
            [
                ("id", "!=", self.id),
                ("state", "=", "open"),
                ("move_line_ids", "in", items.ids),
            ]
        )
        all_owed = sum(
            (items | others.move_line_ids).mapped("amount_residual_currency")
        )
        all_promised = promised + sum(others.mapped("amount_missing"))
        if others and currency.compare_amounts(all_promised, all_owed) > 0:
            raise UserError(
                self.env._(
                    "%(customer)s has promised this already: %(promise)s. With"
                    " %(amount)s more it would be %(total)s, and %(owed)s is owed."
                    " Change or cancel that promise first.",
                    customer=self.partner_id.display_name,
                    promise=others[:1].display_name,
                    amount=currency.format(promised),
                    total=currency.format(all_promised),
                    owed=currency.format(all_owed),
                )
            )
