from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..core.credit_application import review_day

# Customers with a limit of their own, and when a person last decided on it. Who has an
# approved application with a day of review comes to review by that one.
DECIDED = """
SELECT p.id, %(policy)s, COALESCE(max(a.date), p.create_date)
  FROM res_partner p
  LEFT JOIN receivables_audit a
    ON a.partner_id = p.id AND a.company_id = %(company)s AND a.kind = 'limit'
   AND a.field_name = 'credit_limit'
 WHERE p.active AND p.commercial_partner_id = p.id
   AND %(limit)s > 0 AND %(limit)s <> %(usual)s
   AND NOT EXISTS (
       SELECT
         FROM receivables_credit_application application
        WHERE application.partner_id = p.id AND application.company_id = %(company)s
          AND application.state = 'approved' AND application.review_on IS NOT NULL
   )
 GROUP BY p.id
"""


class ReceivablesLimitReview(models.Model):
    """A customer whose limit nobody has looked at for the period of its policy.

    It is open until somebody changes the limit or keeps it, which the audit log tells;
    so one person is told once, however often the job runs.
    """

    _name = "receivables.limit.review"
    _description = "Limit to review"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "state DESC, due_on, id"
    _rec_name = "partner_id"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    state = fields.Selection(
        [("open", "To review"), ("closed", "Reviewed")],
        required=True,
        readonly=True,
        default="open",
        index=True,
    )
    due_on = fields.Date(string="Review on", required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="Told to",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Who had a task for it: who evaluates applications, else the collector.",
    )
    closed_on = fields.Date(string="Reviewed on", readonly=True)
    credit_limit = fields.Monetary(
        string="Limit", compute="_compute_credit_limit", compute_sudo=False
    )
    exposure = fields.Monetary(
        string="Used today", compute="_compute_credit_limit", compute_sudo=False
    )
    last_change = fields.Char(compute="_compute_last_change", compute_sudo=False)

    _one_open = models.UniqueIndex(
        "(company_id, partner_id) WHERE state = 'open'",
        "The limit of this customer waits for a review already.",
    )

    @api.depends("partner_id", "company_id")
    def _compute_credit_limit(self):
        for company, reviews in self.grouped("company_id").items():
            partners = reviews.partner_id.with_company(company)
            by_id = {partner.id: partner for partner in partners}
            for review in reviews:
                partner = by_id[review.partner_id.id]
                review.credit_limit = partner.credit_limit
                review.exposure = partner.receivables_exposure

    @api.depends("partner_id", "company_id")
    @api.depends_context("lang")
    def _compute_last_change(self):
        for review in self:
            review.last_change = review.partner_id._receivables_last_limit_text(
                review.company_id
            )

    # === TIME ===

    @api.model
    def _evaluate(self, company):
        """Bring the reviews of one company to today, and tell of the new ones.

        A constant number of queries; a second run changes nothing and tells nobody.
        """
        # Reviews are the same for whoever has them computed.
        reviews = self.sudo().with_context(
            tracking_disable=True, mail_create_nosubscribe=True
        )
        due = reviews._due(company)
        waiting = reviews.search(
            [("company_id", "=", company.id), ("state", "=", "open")]
        )
        over = waiting.filtered(lambda one: one.partner_id.id not in due)
        known = set(waiting.partner_id.ids)
        over._close()
        waiting = (waiting - over) | reviews.create(
            [
                {"company_id": company.id, "partner_id": partner_id, "due_on": day}
                for partner_id, day in due.items()
                if partner_id not in known
            ]
        )
        waiting.filtered(lambda one: not one.user_id)._tell(company)

    @api.model
    def _due(self, company):
        """Return {customer id: day of review}, of those whose day has come."""
        today = company._receivables_today()
        months_of = self._months(company, today)
        if not any(months_of.values()):
            return {}
        partners = self.env["res.partner"].with_company(company)
        partners.flush_model()
        self.env["receivables.audit"].flush_model()
        self.env["receivables.credit.application"].flush_model()
        limit = partners._field_to_sql("p", "credit_limit")
        usual = partners._fields["credit_limit"].get_company_dependent_fallback(
            partners
        )
        query = SQL(
            DECIDED,
            policy=partners._field_to_sql("p", "receivables_policy_id"),
            company=company.id,
            limit=limit,
            usual=usual or 0,
        )
        due = {}
        for partner_id, policy_id, moment in self.env.execute_query(query):
            # A policy of its own that is archived gives way to the company's.
            months = months_of.get(policy_id, months_of[None])
            day = review_day(company._receivables_day(moment), months)
            if day and day <= today:
                due[partner_id] = day
        return due

    @api.model
    def _months(self, company, today):
        """Return {policy id: months between reviews}; None is the company's usual."""
        policies = self.env["receivables.policy"].search(
            [("company_id", "=", company.id)]
        )
        months = dict.fromkeys(policies.ids, 0) | {
            policy.id: version.review_months if version.credit == "limit" else 0
            for policy, version in policies._versions_on(today).items()
        }
        return months | {None: months.get(company.receivables_policy_id.id, 0)}

    def _tell(self, company):
        """Give whoever evaluates one task for each of these; later if nobody does."""
        evaluators = {}
        for application in self.env["receivables.credit.application"].search(
            [
                ("company_id", "=", company.id),
                ("partner_id", "in", self.partner_id.ids),
                ("user_id", "!=", False),
            ],
            order="id",
        ):
            evaluators[application.partner_id.id] = application.user_id
        todo = self.env.ref("mail.mail_activity_data_todo")
        model_id = self.env["ir.model"]._get_id(self._name)
        tasks, told = [], defaultdict(self.browse)
        for review in self:
            debtor = review.partner_id.with_company(company)
            users = [evaluators.get(debtor.id), debtor.receivables_collector_id]
            user = next((one for one in users if one and self._may(one, company)), None)
            if not user:
                continue
            told[user] |= review
            own = review.with_context(lang=user.lang)
            tasks.append(
                {
                    "activity_type_id": todo.id,
                    "automated": True,
                    "res_model_id": model_id,
                    "res_id": review.id,
                    "date_deadline": review.due_on,
                    "user_id": user.id,
                    "summary": own.env._(
                        "Periodic review of the limit: %(customer)s",
                        customer=own.partner_id.display_name,
                    ),
                }
            )
        # A task is read in Odoo; an email for each would be noise.
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            tasks
        )
        for user, reviews in told.items():
            reviews.user_id = user

    @api.model
    def _may(self, user, company):
        """Return whether a user can open what they would be told of."""
        return (
            user.active
            and company in user.company_ids
            and user.has_group("receivables_automation.group_receivables_user")
        )

    @api.model
    def _end(self, company, customers):
        """Close what waits for these customers: somebody has looked at their limits."""
        # Nobody writes reviews but the job and this method.
        self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("partner_id", "in", customers.ids),
                ("state", "=", "open"),
            ]
        )._close()

    def _close(self):
        """Close these, and the tasks that told of them."""
        for company, reviews in self.grouped("company_id").items():
            reviews.write(
                {"state": "closed", "closed_on": company._receivables_today()}
            )
        self.activity_unlink(["mail.mail_activity_data_todo"])

    @api.model
    def _searched(self, domain, operator, value):
        """Return (reviews, whether their customers are those that do NOT meet it).

        Of a condition on the day of review, which a customer may not have.
        """
        is_without = operator == "in" and False in value
        condition = Domain("due_on", "not in" if is_without else operator, value)
        wanted = domain & condition & Domain("state", "=", "open")
        return self.search(wanted), is_without

    # === ACTIONS ===

    def action_review(self):
        """Return the dialog in which the limit is changed or kept; expects one."""
        self.ensure_one()
        customer = self.partner_id.with_company(self.company_id)
        return customer.action_receivables_change_limit()
