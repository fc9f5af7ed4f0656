from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import clean_context


class ReceivablesDispute(models.Model):
    """How a case ends: accepted with a credit note to post, rejected or withdrawn."""

    _inherit = "receivables.dispute"

    def action_accept(self):
        """Return the dialog that accepts this case; expects one."""
        return self._action_close("accepted", self.env._("Accept dispute"))

    def action_reject(self):
        """Return the dialog that rejects this case; expects one."""
        return self._action_close("rejected", self.env._("Reject dispute"))

    def action_withdraw(self):
        """Return the dialog that withdraws this case; expects one."""
        return self._action_close("withdrawn", self.env._("Withdraw dispute"))

    def _action_close(self, state, title):
        self.ensure_one()
        self._check_may_close(state)
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "receivables.dispute.close",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_dispute_id": self.id,
                "default_state": state,
                "default_amount": self.amount,
            },
        }

    def _check_may_close(self, state):
        """Refuse a salesperson who answers: they only take a case back.

        :raises AccessError: says who may.
        """
        self.check_access("write")
        if state != "withdrawn" and not self.env.user.has_group(
            "receivables_automation.group_receivables_user"
        ):
            raise AccessError(
                self.env._("Only collectors and finance managers answer a case.")
            )

    def _close(self, state, answer, amount=None):
        """End these cases with an ``answer`` to the customer.

        Accepted, ``amount`` of it or all, proposes a credit note as a draft.

        :raises UserError: no answer, a closed case, or an amount above the disputed.
        :raises AccessError: a salesperson who does more than withdraw.
        """
        self._check_may_close(state)
        if not (answer or "").strip():
            raise UserError(self.env._("Write what the customer is answered."))
        for dispute in self:
            if dispute.state not in ("open", state):
                raise UserError(
                    self.env._(
                        "The case %(case)s is closed already.",
                        case=dispute.display_name,
                    )
                )
            dispute._check_accepted(state, amount)
        closed = self.filtered(lambda dispute: dispute.state == "open")
        for dispute in closed:
            accepted = 0
            if state == "accepted":
                accepted = dispute.amount if amount is None else amount
            dispute._move(
                state,
                resolution=answer.strip(),
                amount_accepted=accepted,
                closed_on=dispute.company_id._receivables_today(),
                closed_by_id=self.env.uid,
            )
        # The owner's task is done, whoever did it.
        closed.sudo().activity_unlink(["mail.mail_activity_data_todo"])
        if state == "accepted":
            closed._propose_credit_notes()
        closed._note_change()

    def _check_accepted(self, state, amount):
        """Refuse to accept nothing, or more than was disputed; expects one.

        :raises UserError: names the amounts.
        """
        if state != "accepted" or amount is None:
            return
        compare = self.currency_id.compare_amounts
        if compare(amount, 0) <= 0 or compare(amount, self.amount) > 0:
            raise UserError(
                self.env._(
                    "%(accepted)s cannot be accepted of %(case)s: it is about"
                    " %(amount)s. Write an amount above 0 and up to that; to accept"
                    " nothing, reject it.",
                    accepted=self.currency_id.format(amount),
                    case=self.display_name,
                    amount=self.currency_id.format(self.amount),
                )
            )

    def _propose_credit_notes(self):
        """Draft the credit note of what was accepted, and keep it with the case.

        Core's own reversal makes it; nothing is posted. An opening entry has no lines
        to credit: whoever answers for the books corrects it.
        """
        for dispute in self:
            # Defaults of the dialog are not those of an invoice.
            dispute = dispute.with_context(clean_context(self.env.context))
            document = dispute.move_id
            if document.move_type == "entry":
                continue
            # A collector may accept a case; the draft is for whoever invoices.
            wizard = (
                dispute.env["account.move.reversal"]
                .sudo()
                .with_company(dispute.company_id)
                .with_context(active_model="account.move", active_ids=document.ids)
                .create(
                    {
                        "reason": dispute.reason_id.name,
                        "journal_id": document.journal_id.id,
                        "date": dispute.company_id._receivables_today(),
                    }
                )
            )
            wizard.reverse_moves()
            note = wizard.new_move_ids
            dispute.sudo().credit_note_id = note
            dispute._reduce_to_accepted(note)

    def _reduce_to_accepted(self, note):
        """Bring a draft credit note down to what was accepted; expects one case.

        Each line keeps its taxes and takes its share; what rounding leaves goes to the
        last. A person sees the draft before it is posted.
        """
        total, wanted = note.amount_total, self.amount_accepted
        currency = note.currency_id
        if currency.is_zero(total - wanted):
            return
        lines = note.invoice_line_ids.filtered(
            lambda line: line.display_type == "product"
        )
        worth = {
            line: line.price_unit * line.quantity * (1 - line.discount / 100)
            for line in lines
        }
        prices = {
            line: currency.round(value * wanted / total)
            for line, value in worth.items()
        }
        self._write_prices(note, prices)
        if missing := currency.round(wanted - note.amount_total):
            last = lines.sorted(lambda line: abs(prices[line]))[-1:]
            share = prices[last] / last.price_total if last.price_total else 1
            prices[last] = currency.round(prices[last] + missing * share)
            self._write_prices(note, prices)

    def _write_prices(self, note, prices):
        note.write(
            {
                "invoice_line_ids": [
                    Command.update(
                        line.id, {"quantity": 1, "discount": 0, "price_unit": price}
                    )
                    for line, price in prices.items()
                ]
            }
        )

    def action_mark_corrected(self):
        """Have what is left of these cases' entries told again: they are corrected.

        :raises AccessError: a salesperson, who answers no case.
        """
        self._check_may_close("accepted")
        done = self.filtered("is_to_correct")
        # Nobody writes how a case ends but its own methods.
        done.sudo().write({"is_corrected": True})
        done._note_change()

    def action_open_credit_note(self):
        """Return the credit note proposed for this case; expects one."""
        self.ensure_one()
        return self.credit_note_id.get_formview_action()
