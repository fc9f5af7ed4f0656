import time

from werkzeug.exceptions import NotFound, TooManyRequests

from odoo.exceptions import UserError
from odoo.http import content_disposition, request, route

from odoo.addons.account_payment.controllers.payment import PaymentPortal
from odoo.addons.payment import utils as payment_utils

from ..core.attempts import AttemptLimiter
from ..core.selection import Choice
from ..core.typed_amount import plain_amount

SESSION_KEY = "payment_link_transactions"
RECEIPT = "payment_link_receipt"
PRIVATE_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'self'",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}
# Guessing is hopeless (128 bits); this only keeps it from costing us anything.
BAD_TOKENS = AttemptLimiter(limit=30, window=600)


def make_private(response):
    """Return the response with what keeps its address and content to the visitor."""
    response.headers.update(PRIVATE_HEADERS)
    return response


class PaymentLinkPage(PaymentPortal):
    """The public page of a payment link, and the payments that start there."""

    @route(
        "/pay/<string:token>",
        type="http",
        methods=["GET"],
        auth="public",
        website=True,
        multilang=False,
        sitemap=False,
    )
    def payment_link(self, token, step=None, amount=None, **_kwargs):
        """Show what is owed, or with ``step=pay`` the ways to pay what was chosen."""
        link, is_in_force = self._find_link(token)
        if not is_in_force:
            return self._render_no_link(link)
        link._note_opening()
        values = {
            "link": link,
            "token": token,
            "error": "",
            "chosen": request.httprequest.args.getlist("item", type=int),
            "typed_amount": plain_amount(amount or ""),
        }
        if step == "pay":
            try:
                values |= self._payment_values(**values)
            except UserError as error:
                values["error"] = str(error)
        if "charge" in values:
            return self._render_payment_page("payment_links.page_pay", values)
        return self._render_payment_page(
            "payment_links.page", values | self._page_values(link)
        )

    @route("/pay/<string:token>/transaction", type="jsonrpc", auth="public")
    def payment_link_transaction(
        self,
        token,
        provider_id=None,
        payment_method_id=None,
        flow=None,
        item_ids=None,
        amount=None,
        shown_total=None,
        **_ignored,
    ):
        """Create the transaction of a payer's choice; return its processing values.

        Of what core's form sends, only the choice is read: what it costs, who pays,
        in which currency and where to land is the server's business.

        :raises UserError: the choice, the amount or the way to pay is refused.
        """
        link, is_in_force = self._find_link(token)
        if not is_in_force:
            raise NotFound()
        link._lock_debtor()
        charge = link._charge(Choice(item_ids, amount, shown_total))
        link._check_nobody_pays(
            [part.item_id for part in charge.allocations], self._own_transactions()
        )
        provider = link._check_way_to_pay(provider_id, payment_method_id, charge.amount)
        transaction = self._create_transaction(
            provider_id=provider.id,
            payment_method_id=payment_method_id,
            token_id=None,
            amount=float(charge.amount),
            currency_id=link.currency_id.id,
            partner_id=link.partner_id.id,
            # A saved card would be anybody's who has the address.
            flow="redirect" if flow == "redirect" else "direct",
            tokenization_requested=False,
            landing_route="/pay/receipt",
            custom_create_values=link._transaction_values(charge),
        )
        access_token = payment_utils.generate_access_token(RECEIPT, transaction.id)
        transaction.landing_route = (
            f"/pay/receipt/{transaction.id}?access_token={access_token}"
        )
        link._quote(transaction, charge)
        # The newest few are enough to know one's own attempts.
        request.session[SESSION_KEY] = [
            *self._own_transactions()[-9:],
            transaction.id,
        ]
        return transaction._get_processing_values()

    @route(
        "/pay/<string:token>/invoice/<int:move_id>",
        type="http",
        methods=["GET"],
        auth="public",
        website=True,
        multilang=False,
        sitemap=False,
    )
    def payment_link_invoice(self, token, move_id, **_kwargs):
        """Return the PDF of an invoice that this link asks for."""
        link, is_in_force = self._find_link(token)
        if not is_in_force:
            return self._render_no_link(link)
        move = link._open_moves().filtered(lambda one: one.id == move_id)
        if not move:
            raise NotFound()
        document = move._get_invoice_legal_documents("pdf", allow_fallback=True)
        return make_private(
            request.make_response(
                document["content"],
                [
                    ("Content-Type", "application/pdf"),
                    (
                        "Content-Disposition",
                        content_disposition(
                            document["filename"], disposition_type="inline"
                        ),
                    ),
                ],
            )
        )

    # === HELPERS === #

    def _find_link(self, token):
        """Return (link in superuser mode, whether its address is in force).

        Also turns the request to the debtor's language.
        """
        link, is_in_force = request.env["payment.link"]._find_by_token(token)
        if link:
            return self._in_language(link), is_in_force
        # The peer's address: what a client writes into X-Forwarded-For counts only
        # where the server was told to stand behind a proxy.
        visitor = (request.db, request.httprequest.remote_addr)
        if BAD_TOKENS.fail(visitor, time.monotonic()):
            raise TooManyRequests()
        return link, False

    def _in_language(self, link):
        request.update_context(lang=link._page_language())
        return link.with_context(lang=request.env.lang).with_company(link.company_id)

    def _own_transactions(self):
        return request.session.get(SESSION_KEY, [])

    def _page_values(self, link):
        items = link._open_items()
        return {
            "items": items,
            "total": sum(items.values()),
            "today": link.company_id._receivables_today(),
            "credit": link._credit_in_favour(),
            "history": link._history(),
            "under_way": link._payment_under_way(
                [item.id for item in items], self._own_transactions()
            ),
        }

    def _payment_values(self, link, token, chosen, typed_amount, **_values):
        """Return what the second step shows.

        :raises UserError: what was chosen cannot be paid.
        """
        charge = link._charge(Choice(chosen, typed_amount or None))
        item_ids = [part.item_id for part in charge.allocations]
        link._check_nobody_pays(item_ids, self._own_transactions())
        providers = link._compatible_providers(charge.amount)
        return {
            "charge": charge,
            "names": {
                item.id: item.move_name
                for item in request.env["account.move.line"].sudo().browse(item_ids)
            },
            "amount": float(charge.amount),
            "currency": link.currency_id,
            "partner_id": link.partner_id.id,
            "providers_sudo": providers,
            "payment_methods_sudo": link._compatible_methods(providers),
            "tokens_sudo": request.env["payment.token"].sudo(),
            "availability_report": {},
            "show_tokenize_input_mapping": dict.fromkeys(providers.ids, False),
            "transaction_route": f"/pay/{token}/transaction",
            "landing_route": "/pay/receipt",
            "access_token": "",
        }

    def _render_payment_page(self, template, values, status=200):
        values = values | {"no_header": True, "no_footer": True}
        if link := values.get("link"):
            values["res_company"] = link.company_id
        response = request.render(template, values)
        response.status_code = status
        return make_private(response)

    def _render_no_link(self, link):
        """Return the neutral page: nothing of the debtor, how to reach the company.

        Without a link, nobody knows which company the visitor means.
        """
        values = {"company": link.company_id}
        if link:
            values["res_company"] = link.company_id
        return self._render_payment_page(
            "payment_links.page_none", values, 410 if link else 404
        )
