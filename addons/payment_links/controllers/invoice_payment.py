import math

from odoo.exceptions import AccessError, MissingError, ValidationError
from odoo.http import request, route

from odoo.addons.account_payment.controllers.payment import PaymentPortal


class InvoicePayment(PaymentPortal):
    """Core's own ways to pay an invoice: what the browser says is checked there too.

    Core takes the browser's provider and amount as they come.
    """

    @route()
    def invoice_transaction(self, invoice_id, access_token, **kwargs):
        """Override of `account_payment` to check invoice, amount and provider."""
        try:
            invoice = self._document_check_access(
                "account.move", invoice_id, access_token
            )
        except (AccessError, MissingError):
            # Core says what is wrong with the address.
            return super().invoice_transaction(invoice_id, access_token, **kwargs)
        if invoice.is_sale_document(include_receipts=True):
            if not invoice._has_to_be_paid():
                raise ValidationError(invoice._get_online_payment_error())
            self._check_browser_values(invoice, invoice.partner_id, **kwargs)
        return super().invoice_transaction(invoice_id, access_token, **kwargs)

    @route()
    def overdue_invoices_transaction(self, payment_reference, **kwargs):
        """Override of `account_payment` to check amount and provider."""
        if not request.env.user._is_public():
            invoices = request.env["account.move"].search(
                self._get_overdue_invoices_domain()
            )
            self._check_browser_values(
                invoices.sudo(), request.env.user.partner_id, **kwargs
            )
        return super().overdue_invoices_transaction(payment_reference, **kwargs)

    def _check_browser_values(
        self,
        invoices,
        partner,
        provider_id=None,
        payment_method_id=None,
        token_id=None,
        amount=None,
        flow=None,
        **_kwargs,
    ):
        """Refuse an amount that is not owed, or a way to pay that core did not offer.

        :raises ValidationError: says which.
        """
        env = request.env
        if not invoices:
            raise ValidationError(env._("There is nothing to pay."))
        currency = invoices[0].currency_id
        company = invoices[0].company_id
        owed = sum(invoices.mapped("amount_residual"))
        is_number = isinstance(amount, (int, float)) and math.isfinite(amount)
        if (
            not is_number
            or currency.compare_amounts(amount, 0) <= 0
            or currency.compare_amounts(amount, owed) > 0
        ):
            raise ValidationError(
                env._(
                    "The amount has to be above zero and at most %(owed)s.",
                    owed=currency.format(owed),
                )
            )
        payer = partner if env.user._is_public() else env.user.partner_id
        providers = (
            env["payment.provider"]
            # The visitor reads no provider; only whether it may be used is told.
            .sudo()
            ._get_compatible_providers(
                company.id, payer.id, amount, currency_id=currency.id
            )
            .filtered(
                lambda one: one.code != "demo" or company.sudo().receivables_is_sample
            )
        )
        if flow == "token":
            token = env["payment.token"].sudo().browse(token_id).exists()
            is_offered = token.provider_id in providers
        else:
            provider = providers.filtered(lambda one: one.id == provider_id)
            methods = (
                env["payment.method"]
                .sudo()
                ._get_compatible_payment_methods(
                    provider.ids, payer.id, currency_id=currency.id
                )
            )
            is_offered = bool(provider) and payment_method_id in methods.ids
        if not is_offered:
            raise ValidationError(
                env._(
                    "This way to pay is not available. Reload the page and choose"
                    " another one."
                )
            )
