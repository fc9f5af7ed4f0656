from collections import defaultdict

from markupsafe import Markup

from odoo import models
from odoo.tools import format_amount, format_date

from ..core.dunning_plan import DUE_DATE


class ReceivablesDunningMailer(models.AbstractModel):
    """Writes the messages of many notices at once.

    The words come from a step's mail template, the table, total and button from one
    layout. What a text can hold are simple fields, so that no template is compiled per
    message.
    """

    _name = "receivables.dunning.mailer"
    _description = "Writer of dunning notices"

    def _write_letters(self, notices, is_preview=False):
        """Return {notice id: (subject, HTML body)}, in the debtors' languages.

        For a preview, nothing is stored.
        """
        letters = {}
        groups = defaultdict(list)
        for notice in notices:
            lang = self._lang(notice)
            groups[lang, notice.company_id, self._template(notice)].append(notice.id)
        for (lang, company, template), ids in groups.items():
            group = (
                notices.browse(ids)
                .with_prefetch(notices._prefetch_ids)
                .with_context(lang=lang)
                .with_company(company)
            )
            writer = self.with_context(lang=lang)
            letters |= writer._write_group(group, template, is_preview)
        return letters

    def _lang(self, notice):
        """Return the code of the language that the debtor reads."""
        known = dict(self.env["res.lang"].get_installed())
        for partner in (
            notice.recipient_id,
            notice.partner_id,
            notice.company_id.partner_id,
        ):
            if partner.lang in known:
                return partner.lang
        return self.env.lang or "en_US"

    def _template(self, notice):
        """Return the text of a notice: the step's, or the one for a first contact.

        That one speaks of an old debt, so it serves first contacts after the due date,
        and old items that come along with a step that only looks ahead.
        """
        step = notice.step_id
        first = step.plan_id.first_contact_template_id
        if step.anchor == DUE_DATE and step.offset_days > 0:
            is_first = notice.is_first_contact
        else:
            days = notice.line_ids.move_line_id.mapped("date_maturity")
            is_first = any(day and day < notice.date for day in days)
        return first if is_first and first else step.template_id

    def _write_group(self, notices, template, is_preview):
        """Return {notice id: (subject, body)} of one language, company and text."""
        # A collector sends what a manager wrote, and need not see mail templates.
        template = template.sudo().with_context(lang=self.env.lang)
        subjects = template._render_field("subject", notices.ids)
        texts = template._render_field("body_html", notices.ids)
        urls = self.env["account.move.line"]._receivables_payment_urls(
            {notice.id: notice.line_ids.move_line_id for notice in notices},
            is_preview,
        )
        dates = {}
        terms = self._terms(notices)
        return {
            notice.id: (
                subjects[notice.id],
                self._write_body(
                    notice,
                    texts[notice.id],
                    urls[notice.id],
                    terms.get(notice.id),
                    dates,
                ),
            )
            for notice in notices
        }

    def _write_body(self, notice, text, url, terms, dates):
        """Return the body: text, itemised debt, total, button, terms and who writes."""
        company = notice.company_id
        return self.env["ir.qweb"]._render(
            "receivables_automation.dunning_notice_mail",
            {
                "text": Markup(text),
                "rows": self._rows(notice, dates),
                "total": notice.amount_text,
                "as_of": notice.date_text,
                "url": url,
                "terms": terms,
                "is_partly_told": self._is_partly_told(notice),
                "company": company,
                "user": notice.user_id,
                "lang": self.env.lang,
            },
        )

    def _rows(self, notice, dates):
        """Return the rows of the table: folio, date, due date and balance as texts."""

        def in_words(day):
            if day not in dates:
                dates[day] = format_date(self.env, day, date_format="d MMM y")
            return dates[day]

        rows = []
        for line in notice.line_ids:
            item = line.move_line_id
            rows.append(
                (
                    item.move_id.name,
                    in_words(item.move_id.invoice_date or item.date),
                    in_words(item.date_maturity) if item.date_maturity else "",
                    format_amount(self.env, line.amount_due, line.currency_id),
                )
            )
        return rows
