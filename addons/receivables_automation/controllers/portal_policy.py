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
    def acknowledge_terms(self, invoice_id, access_token=None, **_kwargs):
        """Keep that a customer has read the terms shown on an invoice."""
        try:
            invoice = self._document_check_access(
                "account.move", invoice_id, access_token
            )
        except (AccessError, MissingError):
            return request.redirect("/my")
        user = request.env.user
        version = invoice._receivables_policy_version()
        if version.public_text:
            version._acknowledge(
                invoice.commercial_partner_id,
                name=invoice.partner_id.name if user._is_public() else user.name,
                user=None if user._is_public() else user,
                address=request.httprequest.remote_addr,
            )
        return request.redirect(invoice.get_portal_url())
