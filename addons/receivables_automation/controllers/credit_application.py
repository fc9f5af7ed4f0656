import re

from werkzeug.exceptions import NotFound

from odoo.exceptions import UserError
from odoo.http import request, route
from odoo.tools import consteq

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..core.credit_application import MAX_REFERENCES, read_form
from ..core.uploads import MAX_BYTES, MAX_FILES
from ..models.res_partner_receivables import READERS

PRIVATE_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'self'",
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}
# All files and the text around them.
MAX_CONTENT = MAX_BYTES * MAX_FILES + 2**20
PAGE = "/my/credit/<int:application_id>"
FILE = re.compile(r"file_(?P<type>\d{1,9})", re.ASCII)


class CreditApplicationPortal(CustomerPortal):
    """Where a customer applies for credit: logged in, or by the link they were sent.

    What a visitor may do is decided in `_find`.
    """

    def _prepare_home_portal_values(self, counters):
        """Override of `portal` to show the card of credit applications."""
        values = super()._prepare_home_portal_values(counters)
        if "credit_application_count" in counters:
            # Shows the card; core counts what to list, and there is one page.
            values["credit_application_count"] = int(self._may_apply_for_credit())
        return values

    @route("/my/credit", type="http", methods=["GET"], auth="user", website=True)
    def credit_applications(self, message="", **_kwargs):
        """Show the customer's applications and, if none is open, how to start one."""
        if not self._may_apply_for_credit():
            return request.redirect("/my")
        applications = self._own_applications()
        values = self._prepare_portal_layout_values() | {
            "page_name": "credit",
            "applications": applications,
            "has_open": bool(self._open_applications(applications)),
            "message": message == "open",
        }
        return self._render_application(
            "receivables_automation.portal_credit_list", values
        )

    @route("/my/credit/new", type="http", methods=["POST"], auth="user", website=True)
    def credit_application_new(self, **_kwargs):
        """Open an application of the customer and go to it, or to the open one."""
        if not self._may_apply_for_credit():
            raise NotFound()
        if self._open_applications(self._own_applications()):
            return request.redirect("/my/credit?message=open")
        # The visitor's own company, whose tables a customer has no right to.
        applications = request.env["receivables.credit.application"].sudo()
        application = applications._open_for(
            request.env.user.partner_id, request.env.company
        )
        if not application:
            return request.redirect("/my/credit?message=open")
        return request.redirect(f"/my/credit/{application.id}")

    @route(
        PAGE,
        type="http",
        methods=["GET"],
        auth="public",
        website=True,
        multilang=False,
        sitemap=False,
    )
    def credit_application(self, application_id, access_token="", **_kwargs):
        """Show an application: the form while it is a draft, else its state."""
        application = self._find_application(application_id, access_token)
        if not application:
            return request.redirect("/my/credit")
        return self._application_page(application, access_token)

    @route(
        PAGE,
        type="http",
        methods=["POST"],
        auth="public",
        website=True,
        multilang=False,
        sitemap=False,
        max_content_length=MAX_CONTENT,
    )
    def credit_application_keep(
        self, application_id, access_token="", action="save", **_kwargs
    ):
        """Keep what was typed; with ``action=send`` send it, with `add` add a row."""
        application = self._find_application(
            application_id, access_token, is_reader_enough=False
        )
        if not application:
            return request.redirect("/my/credit")
        typed = {
            name: value
            for name, value in request.httprequest.form.items()
            if name != "csrf_token"
        }
        rows = self._reference_row_count(typed)
        try:
            problems = application._keep_page(
                self._read_application(typed, application.vat or ""),
                self._uploaded_files(),
                request.httprequest.form.getlist("remove", type=int),
            )
        except UserError as error:
            return self._application_page(
                application, access_token, problems=[str(error)]
            )
        if problems:
            return self._application_page(
                application, access_token, typed, rows, problems
            )
        if action == "add":
            return self._application_page(application, access_token, row_count=rows + 1)
        if action == "send":
            problems = application._send_page(
                bool(typed.get("consent")), request.httprequest.remote_addr
            )
            if problems:
                return self._application_page(
                    application, access_token, None, rows, problems
                )
        # A reload of what follows repeats nothing.
        done = "sent" if action == "send" else "saved"
        token = f"access_token={access_token}&" if access_token else ""
        return request.redirect(f"/my/credit/{application.id}?{token}done={done}")

    def _may_apply_for_credit(self):
        user = request.env.user
        # A setting that decides on a page, not shown.
        is_on = request.env.company.sudo().receivables_portal_application
        return bool(user.share and not user._is_public() and is_on)

    def _own_applications(self):
        debtor = request.env.user.partner_id.commercial_partner_id
        # Only the visitor's own, in the company whose portal it is.
        return (
            request.env["receivables.credit.application"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", debtor.id),
                    ("company_id", "=", request.env.company.id),
                ]
            )
        )

    def _open_applications(self, applications):
        return applications.filtered(lambda one: one.state in ("draft", "review"))

    def _find_application(self, application_id, access_token, is_reader_enough=True):
        """Return the application in superuser mode, empty if it is not the visitor's.

        :param is_reader_enough: a colleague who may read it looks at it, no more.
        """
        applications = request.env["receivables.credit.application"]
        # Who may see it is decided right below.
        found = applications.sudo().browse(application_id).exists()
        if not found:
            return found
        user, token = request.env.user, found.access_token
        is_own = found._is_applicant(user)
        has_link = (
            access_token.isascii() and bool(token) and consteq(token, access_token)
        )
        if not is_reader_enough and user._is_internal():
            # What a colleague types is not the applicant's word, whatever their link.
            has_link = False
        is_reader = (
            is_reader_enough
            and user.has_groups(READERS)
            and applications.browse(application_id).has_access("read")
        )
        if not (is_own or has_link or is_reader):
            return found.browse()
        if not is_own and not is_reader and (lang := found.partner_id.lang):
            request.update_context(lang=lang)
        context = {"lang": request.env.lang}
        return found.with_context(**context).with_company(found.company_id)

    def _application_page(
        self, application, access_token, typed=None, row_count=0, problems=()
    ):
        values = self._prepare_portal_layout_values() | {
            "page_name": "credit",
            "no_breadcrumbs": bool(access_token),
            "access_token": access_token,
            "problems": problems,
            "done": request.httprequest.args.get("done", ""),
            "res_company": application.company_id,
        }
        values |= application._page_values(typed, row_count)
        return self._render_application(
            "receivables_automation.portal_credit_application", values
        )

    def _render_application(self, template, values):
        response = request.render(template, values)
        response.headers.update(PRIVATE_HEADERS)
        return response

    def _reference_row_count(self, typed):
        return sum(
            f"reference_name_{number}" in typed
            for number in range(1, MAX_REFERENCES + 1)
        )

    def _read_application(self, typed, known_vat):
        return read_form(
            typed,
            [
                {
                    name: typed.get(f"reference_{name}_{number}", "")
                    for name in ("name", "phone", "amount", "terms")
                }
                for number in range(1, MAX_REFERENCES + 1)
            ],
            known_vat,
        )

    def _uploaded_files(self):
        """Return [(document type's id, name, content)] of the files sent."""
        files = []
        for name, upload in request.httprequest.files.items(multi=True):
            asked = FILE.fullmatch(name)
            if upload.filename and asked:
                # One byte more than allowed is enough to refuse it.
                content = upload.read(MAX_BYTES + 1)
                files.append((int(asked["type"]), upload.filename, content))
        return files
