from datetime import date, timedelta
from decimal import Decimal

from odoo import models
from odoo.tools import SQL, format_date

from ..core import dunning_notices, dunning_plan
from ..core.dunning_batch import Batch, HeldNotice, Skipped

# Rows of one fetch: enough to make queries rare, few enough to stay small in memory.
BATCH_LINES = 30_000
# A week and its days before: who was contacted often enough lately.
CONTACT_DAYS = 7

# The debt as it stands, a customer's items one after the other, with what was sent.
OPEN_ITEMS = """
SELECT line.id, COALESCE(p.commercial_partner_id, line.partner_id), line.currency_id,
       line.amount_residual_currency::text, line.date_maturity,
       COALESCE(line.invoice_date, line.date), history.sent
  FROM account_move_line line
  LEFT JOIN res_partner p ON p.id = line.partner_id
  LEFT JOIN LATERAL (
       SELECT json_agg(json_build_array(
                  sent.step_id, sent.offset_days, sent.occurrence, sent.date,
                  sent.anchor)) AS sent
         FROM receivables_dunning_notice_line sent
        WHERE sent.move_line_id = line.id AND sent.is_live
  ) history ON TRUE
 WHERE line.account_id = ANY(%(accounts)s)
   AND line.company_id = %(company)s
   AND line.parent_state = 'posted'
   AND line.reconciled IS NOT TRUE
   AND line.amount_residual_currency > 0
   AND (%(only)s::int[] IS NULL OR line.id = ANY(%(only)s))
 ORDER BY 2, line.id
"""


class ReceivablesDunningPlanner(models.AbstractModel):
    """Brings the ledger to the pure planner, and decides what the ledger knows."""

    _name = "receivables.dunning.planner"
    _description = "Dunning planner"

    def _plan(self, company, day):
        """Yield a `Batch` for some customers at a time, until all are planned.

        Reads everything with one query that is fetched bit by bit, so that memory
        does not grow with the ledger.
        """
        self.env.flush_all()
        known = self._known(company, day)
        for rows in self._customers_rows(company):
            yield self._plan_rows(company, day, rows, known)

    def _explain(self, item, day):
        """Return why an open item is or is not chased on a day, in the user's words.

        A dict: ``verdict`` one sentence, ``holds`` texts, ``steps`` dicts with name,
        due_on, reason. Computed again from the ledger and what was sent.
        """
        labels = self.env["receivables.dunning.skip"]._labels()
        company = item.company_id
        self.env.flush_all()
        rows = self.env.execute_query(self._open_items_query(company, item.ids))
        if not rows:
            return {
                "verdict": labels[dunning_plan.Reason.SETTLED],
                "holds": [],
                "steps": [],
            }
        holds = [text for _, text, _ in item._receivables_hold_reasons(day)[item.id]]
        plans = self.env["receivables.dunning.plan"]._of_debtors(
            company, item.partner_id.commercial_partner_id
        )
        known = {"plans": plans}
        decisions = self._decide_rows(company, day, rows, known)
        if not decisions:
            [(_line_id, reason)] = known["undecided"]
            return {"verdict": labels[reason], "holds": holds, "steps": []}
        [decision] = decisions
        [planner] = known["planners"].values()
        steps = planner.steps
        plan_steps = self.env["receivables.dunning.step"].browse(
            step.id for step in steps
        )
        return {
            "verdict": self._told(item, day)
            or self._verdict(decision, holds, steps, day),
            "holds": holds,
            "steps": [
                {
                    "name": step.name,
                    "due_on": each.due_on and format_date(self.env, each.due_on),
                    "reason": labels.get(each.reason) or self.env._("Fires"),
                }
                for step, each in zip(
                    plan_steps,
                    dunning_plan.explain(decision.item, steps, day),
                    strict=True,
                )
            ],
        }

    def _told(self, item, day):
        """Return in which live notice of a day an item is; '' if in none."""
        line = self.env["receivables.dunning.notice.line"].search(
            [
                ("move_line_id", "=", item.id),
                ("date", "=", day),
                ("is_live", "=", True),
            ],
            limit=1,
        )
        if not line:
            return ""
        field = line.notice_id._fields["state"]
        states = dict(field._description_selection(self.env))
        return self.env._(
            "It is in a notice of this day, by the step “%(step)s”: %(state)s.",
            step=line.step_id.name,
            state=states[line.notice_id.state],
        )

    def _verdict(self, decision, holds, steps, day):
        """Return in one sentence what happens to an item on a day."""
        labels = self.env["receivables.dunning.skip"]._labels()
        step = self.env["receivables.dunning.step"].browse(
            decision.step.id if decision.step else ()
        )
        if decision.fires and holds:
            return self.env._("Held: %(why)s", why=holds[0])
        if decision.fires:
            return self.env._("The step “%(step)s” fires on this day.", step=step.name)
        upcoming = dunning_plan.next_step(decision.item, steps, day)
        if not upcoming:
            return labels[decision.reason]
        following = self.env["receivables.dunning.step"].browse(upcoming.step.id)
        return self.env._(
            "%(reason)s. Next: “%(step)s” on %(day)s.",
            reason=labels[decision.reason],
            step=following.name,
            day=format_date(self.env, upcoming.day),
        )

    def _open_items_query(self, company, only=None):
        """Return the query of a company's open items, or of some of them."""
        return SQL(
            OPEN_ITEMS,
            accounts=self.env["account.move.line"]._receivables_accounts().ids,
            company=company.id,
            only=only,
        )

    def _customers_rows(self, company):
        """Yield lists of rows of `OPEN_ITEMS`; never a part of a customer's."""
        cr = self.env.cr
        # All rows are fetched, so the whole has to be quick, not the first row.
        cr.execute("SET LOCAL cursor_tuple_fraction = 1")
        cr.execute(
            SQL(
                "DECLARE receivables_open_items NO SCROLL CURSOR FOR %s",
                self._open_items_query(company),
            )
        )
        rest = []
        while True:
            cr.execute(
                SQL(
                    "FETCH FORWARD %s FROM receivables_open_items",
                    SQL(str(BATCH_LINES)),
                )
            )
            rows = cr.fetchall()
            if not rows:
                break
            rows = rest + rows
            last = rows[-1][1]
            cut = len(rows)
            while cut and rows[cut - 1][1] == last:
                cut -= 1
            rest = rows[cut:]
            if cut:
                yield rows[:cut]
        cr.execute("CLOSE receivables_open_items")
        if rest:
            yield rest

    def _known(self, company, day):
        """Return the facts that hold for a whole run: calendar, contacts, messages."""
        cache = {
            "cap": self.env["receivables.contact.calendar"]._of_company(company)._cap(),
            "plans": self.env["receivables.dunning.plan"]._of_debtors(company),
        }
        since = day - timedelta(days=CONTACT_DAYS)
        contacts = self._recent_contacts(company, since)
        cache["contacts"] = dunning_notices.count_contacts(contacts, day)
        # Who hears from us this day, or will when the window opens, waits for the next.
        self.env.cr.execute(
            SQL(
                """SELECT partner_id, currency_id, channel
                     FROM receivables_dunning_notice
                    WHERE company_id = %s
                      AND (date = %s OR departure_date >= %s)
                      AND state NOT IN ('held', 'cancelled')""",
                company.id,
                day,
                day,
            )
        )
        cache["messages"] = set(self.env.cr.fetchall())
        return cache

    def _recent_contacts(self, company, since):
        """Return [(debtor, day)]: contacts after a day, that debtors heard of.

        Extended by what contacts debtors otherwise.
        """
        self.env.cr.execute(
            SQL(
                """SELECT partner_id, date
                     FROM receivables_dunning_notice
                    WHERE company_id = %s
                      AND date > %s
                      AND channel = ANY(%s)
                      AND state NOT IN ('held', 'cancelled', 'failed')""",
                company.id,
                since,
                list(dunning_notices.CONTACT_CHANNELS),
            )
        )
        return [
            (dunning_notices.Debtor(company.id, partner_id), day)
            for partner_id, day in self.env.cr.fetchall()
        ]

    def _plan_rows(self, company, day, rows, known):
        decisions = self._decide_rows(company, day, rows, known)
        firing = [each.item.id for each in decisions if each.fires]
        holds = {}
        if firing:
            items = self.env["account.move.line"].browse(firing)
            holds = items._receivables_hold_reasons(day)
        skipped, chased = [], []
        for decision in decisions:
            held = holds.get(decision.item.id)
            if held:
                code, text, _record = held[0]
                skipped.append(_skip(decision, code, text))
            elif decision.fires:
                chased.append(decision)
            else:
                skipped.append(_skip(decision, str(decision.reason)))
        for line_id, reason in known.pop("undecided", ()):
            skipped.append(Skipped(line_id, reason))
        notices = []
        for notice in dunning_notices.group_into_notices(chased, day):
            key = notice.key
            message = (key.partner_id, int(key.currency), key.channel)
            if message in known["messages"]:
                skipped += [_skip(line, "told_today") for line in notice.lines]
            else:
                notices.append(notice)
        capped = dunning_notices.apply_weekly_cap(
            notices, known["contacts"], known["cap"]
        )
        held = [HeldNotice(notice, "weekly_cap") for notice in capped.held]
        return Batch(list(capped.allowed), held, skipped)

    def _decide_rows(self, company, day, rows, known):
        """Return the planner's decisions about rows of `OPEN_ITEMS`.

        Items that no plan is about are named in ``known["undecided"]``, as (item id,
        reason).
        """
        plan_of = known["plans"]
        planners = known.setdefault("planners", {})
        undecided = known.setdefault("undecided", [])
        decisions = []
        company_id = company.id
        for line_id, partner_id, currency_id, residual, due, invoiced, sent in rows:
            plan = plan_of[partner_id] if partner_id else None
            if not plan:
                reason = "no_plan" if partner_id else "no_customer"
                undecided.append((line_id, reason))
                continue
            key = (plan.id, currency_id)
            if key not in planners:
                planners[key] = self._planner(plan, currency_id, company, day)
            planner = planners[key]
            if planner is None:
                undecided.append((line_id, "plan_paused"))
                continue
            item = dunning_plan.OpenItem(
                line_id,
                company_id,
                partner_id,
                str(currency_id),
                Decimal(residual),
                due,
                invoiced,
                sent=_sent(sent) if sent else (),
            )
            decisions.append(planner.decide(item))
        return decisions

    def _planner(self, plan, currency_id, company, day):
        """Return what decides about items in a currency; None if the plan is paused."""
        if plan._is_paused(day):
            return None
        currency = self.env["res.currency"].browse(currency_id)
        steps = plan.step_ids._to_core(currency, company, day)
        return dunning_plan.Planner(steps, day)


def _skip(decision, reason, text=None):
    step = decision.step
    step_id = step.id if step else None
    return Skipped(decision.item.id, reason, step_id, decision.due_on, text)


def _sent(rows):
    return tuple(
        dunning_plan.Sent(
            step_id=step_id or 0,
            offset_days=offset,
            occurrence=occurrence,
            sent_on=date.fromisoformat(day),
            anchor=anchor,
        )
        for step_id, offset, occurrence, day, anchor in rows
    )
