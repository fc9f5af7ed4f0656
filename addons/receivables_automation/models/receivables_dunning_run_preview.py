from collections import Counter

from odoo import models
from odoo.tools import SQL

# One query for the notices of some customers with their items: arrays in, rows out.
INSERT_NOTICES = """
WITH notice AS (
    INSERT INTO receivables_dunning_notice (
           id, partner_id, currency_id, channel, step_id, amount_due, is_first_contact,
           item_count, state, skip_reason, recipient_id, timezone, scheduled_date,
           departure_date, run_id, date, company_id,
           create_uid, write_uid, create_date, write_date)
    SELECT rows.*, %(run)s, %(date)s, %(company)s,
           %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
      FROM unnest(%(ids)s::int[], %(partners)s::int[], %(currencies)s::int[],
                  %(channels)s::text[], %(steps)s::int[], %(amounts)s::numeric[],
                  %(firsts)s::bool[], %(counts)s::int[], %(states)s::text[],
                  %(reasons)s::text[], %(recipients)s::int[], %(zones)s::text[],
                  %(leave)s::timestamp[], %(days)s::date[]) AS rows
)
INSERT INTO receivables_dunning_notice_line (
       notice_id, move_line_id, step_id, occurrence, amount_due, is_live, offset_days,
       anchor, date)
SELECT line.*, step.offset_days, step.anchor, %(date)s
  FROM unnest(%(line_notices)s::int[], %(lines)s::int[], %(line_steps)s::int[],
              %(occurrences)s::int[], %(line_amounts)s::numeric[],
              %(live)s::bool[]) AS line (notice, item, step, occurrence, amount, live)
  JOIN receivables_dunning_step step ON step.id = line.step
"""
NOTICE_COLUMNS = (
    "ids",
    "partners",
    "currencies",
    "channels",
    "steps",
    "amounts",
    "firsts",
    "counts",
    "states",
    "reasons",
    "recipients",
    "zones",
    "leave",
    "days",
)
LINE_COLUMNS = (
    "line_notices",
    "lines",
    "line_steps",
    "occurrences",
    "line_amounts",
    "live",
)


class ReceivablesDunningRun(models.Model):
    _inherit = "receivables.dunning.run"

    def _store_preview(self):
        """Plan the day anew and store it, some customers at a time."""
        self.ensure_one()
        self._drop_preview()
        self._drop_skips_of_older_runs()
        self.env.flush_all()
        counts = Counter()
        planner = self.env["receivables.dunning.planner"]
        departures = {}
        for batch in planner._plan(self.company_id, self.date):
            self._store_batch(batch, departures)
            counts.update(skip.reason for skip in batch.skipped)
        self.env.invalidate_all()
        self.skip_counts = dict(counts)
        self.skip_count = sum(counts.values())

    def _drop_preview(self):
        """Delete what a preview of these runs stored; nothing of it ever left."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """WITH notice AS (
                       DELETE FROM receivables_dunning_notice
                        WHERE run_id = ANY(%s) AND state IN ('planned', 'held')
                    RETURNING id)
                   DELETE FROM receivables_dunning_notice_line
                    WHERE notice_id IN (SELECT id FROM notice)""",
                self.ids,
            )
        )
        self.env["receivables.dunning.skip.group"]._drop(self)
        self.env.invalidate_all()

    def _drop_skips_of_older_runs(self):
        """Keep the items left alone of this run only; the others keep their counts."""
        groups = self.env["receivables.dunning.skip.group"]
        older = groups.search([("run_id.company_id", "=", self.company_id.id)]).run_id
        groups._drop(older)

    def _store_batch(self, batch, departures):
        """Store what the planner says about some customers, in four queries.

        ``departures`` keeps when messages leave each time zone, for the whole run.
        """
        notices = [(notice, "planned", None) for notice in batch.notices]
        notices += [(each.notice, "held", each.reason) for each in batch.held]
        if notices:
            self._store_notices(notices, departures)
        if batch.skipped:
            self.env["receivables.dunning.skip.group"]._add(self, batch.skipped)

    def _store_notices(self, notices, departures):
        """Store (notice, state, reason) with recipient and departure."""
        customers = self.env["res.partner"].browse(
            {notice.key.partner_id for notice, _state, _reason in notices}
        )
        addresses = customers._receivables_addresses(self.company_id)
        zones = {zone for _recipient, zone in addresses.values()} - departures.keys()
        if zones:
            calendar = self.env["receivables.contact.calendar"]
            departures |= calendar._departures(self.company_id, zones)
        numbers = self.env.execute_query(
            SQL(
                "SELECT nextval('receivables_dunning_notice_id_seq')"
                " FROM generate_series(1, %s)",
                len(notices),
            )
        )
        notice_rows, line_rows = [], []
        for (number,), (notice, state, reason) in zip(numbers, notices, strict=True):
            key = notice.key
            recipient = zone = leaves = None
            day = self.date
            if key.channel == "email":
                recipient, zone = addresses[key.partner_id]
                leaves, leave_day = departures[zone]
                day = max(day, leave_day)
                if state == "planned" and not recipient:
                    state, reason = "held", "no_email"
            notice_rows.append(
                (
                    number,
                    key.partner_id,
                    int(key.currency),
                    key.channel,
                    notice.step.id,
                    str(notice.amount_due),
                    notice.is_first_contact,
                    len(notice.lines),
                    state,
                    reason,
                    recipient,
                    zone,
                    leaves,
                    day,
                )
            )
            is_live = state != "held"
            line_rows += [
                (
                    number,
                    line.item.id,
                    line.step.id,
                    line.occurrence,
                    str(line.item.residual),
                    is_live,
                )
                for line in notice.lines
            ]
        columns = _columns(NOTICE_COLUMNS, notice_rows)
        columns |= _columns(LINE_COLUMNS, line_rows)
        self.env.cr.execute(
            INSERT_NOTICES,
            columns
            | {
                "run": self.id,
                "date": self.date,
                "company": self.company_id.id,
                "uid": self.env.uid,
            },
        )


def _columns(names, rows):
    """Return {name: list of a column} of rows, as a query takes them."""
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
