from odoo import api, fields, models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    payment_link_id = fields.Many2one(
        "payment.link", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    payment_link_quote_ids = fields.One2many(
        "payment.link.quote", "transaction_id", readonly=True
    )
    payment_settlement_ids = fields.One2many(
        "payment.settlement", "transaction_id", readonly=True
    )

    # What holds reminders is looked for in every batch of a dunning run.
    _in_process_idx = models.Index(
        "(provider_id) WHERE payment_id IS NULL"
        " AND state IN ('pending', 'authorized', 'done')"
    )

    @api.model
    def _compute_reference_prefix(self, separator, **values):
        """Override of `account_payment`: a link's number, not fifty invoices' names."""
        if link_id := values.get("payment_link_id"):
            return self.env["payment.link"].browse(link_id).name
        return super()._compute_reference_prefix(separator, **values)

    def _create_child_transaction(
        self, amount, is_refund=False, **custom_create_values
    ):
        """Override of `payment`: what is captured later is the link's payment too."""
        if self.payment_link_id and not is_refund:
            custom_create_values.setdefault("payment_link_id", self.payment_link_id.id)
        return super()._create_child_transaction(
            amount, is_refund=is_refund, **custom_create_values
        )

    def _set_done(self, *, state_message=None, extra_allowed_states=()):
        """Override of `payment`: keep at once what came, and never lose late money.

        A voucher that is paid after we gave it up is paid.
        """
        ours = self.filtered("payment_link_id")
        done = super(PaymentTransaction, self - ours)._set_done(
            state_message=state_message, extra_allowed_states=extra_allowed_states
        )
        if ours:
            came = super(PaymentTransaction, ours)._set_done(
                state_message=state_message,
                extra_allowed_states=(*extra_allowed_states, "cancel"),
            )
            self.env["payment.settlement"].sudo()._receive(came)
            done |= came
        return done

    def _post_process(self):
        """Override of `account_payment`: never post a draft because somebody paid.

        An invoice that went back to draft after its quote is being corrected; the money
        is kept as the customer's credit.
        """
        for transaction in self.filtered("payment_link_id"):
            drafts = transaction.invoice_ids.filtered(lambda one: one.state == "draft")
            if drafts:
                transaction.invoice_ids -= drafts
        return super()._post_process()

    def _create_payment(self, **extra_create_values):
        """Override of `account_payment`: apply exactly what was quoted, once.

        Empty while a person or a later try has to decide; the settlement says why.
        """
        self.ensure_one()
        if self.operation == "refund" and self.source_transaction_id.payment_link_id:
            payment = super()._create_payment(**extra_create_values)
            self.env["payment.settlement"].sudo()._returned(self)
            return payment
        if not self.payment_link_id:
            return super()._create_payment(**extra_create_values)
        settlement = self.env["payment.settlement"].sudo()._receive(self)
        settlement._process()
        return self.payment_id

    def _get_invoices_to_notify(self):
        """Override of `account_payment`: the link's own history tells it once."""
        if self.payment_link_id:
            return self.env["account.move"]
        return super()._get_invoices_to_notify()

    def _log_message_on_linked_documents(self, message):
        """Override of `payment` to log on the link."""
        result = super()._log_message_on_linked_documents(message)
        if self.payment_link_id:
            self.payment_link_id.sudo()._message_log(body=message)
        return result
