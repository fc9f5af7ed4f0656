from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal


class PortalPolicy(CustomerPortal):
    @http.route(
        "/my/invoices/<int:invoice_id>/terms",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def acknowledge_terms(self, invoice_id, access_token=None, terms=None, **_kwargs):
        """Keep that a customer has read the terms shown on an invoice.

        Where they changed meanwhile, the page shows the new ones instead.

        :param terms: hash of the text on the customer's page.
        """
        try:
            invoice = self._document_check_access(
                "account.move", invoice_id, access_token
            )
        except (AccessError, MissingError):
            return request.redirect("/my")
        user = request.env.user
        text = invoice._receivables_public_text()
        if text and terms == invoice._receivables_public_hash():
            invoice._receivables_policy_version()._acknowledge(
                invoice.commercial_partner_id,
                name=invoice.partner_id.name if user._is_public() else user.name,
                user=None if user._is_public() else user,
                address=request.httprequest.remote_addr,
                text=text,
            )
        return request.redirect(invoice.get_portal_url())
