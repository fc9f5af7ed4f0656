from collections import Counter

from odoo import models
from odoo.tools import SQL

# One query for the notices of some customers with their items: arrays in, rows out. A
# notice is found by its key, which is unique within a run.
INSERT_NOTICES = """
WITH notice AS (
    INSERT INTO receivables_dunning_notice (
           partner_id, currency_id, channel, step_id, amount_due, is_first_contact,
           item_count, state, skip_reason, recipient_id, timezone, scheduled_date,
           departure_date, run_id, date, company_id,
           create_uid, write_uid, create_date, write_date)
    SELECT rows.*, %(run)s, %(date)s, %(company)s,
           %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
      FROM unnest(%(partners)s::int[], %(currencies)s::int[], %(channels)s::text[],
                  %(steps)s::int[], %(amounts)s::numeric[], %(firsts)s::bool[],
                  %(counts)s::int[], %(states)s::text[], %(reasons)s::text[],
                  %(recipients)s::int[], %(zones)s::text[], %(leave)s::timestamp[],
                  %(days)s::date[]) AS rows
    RETURNING id, partner_id, currency_id, channel
)
INSERT INTO receivables_dunning_notice_line (
       notice_id, move_line_id, step_id, occurrence, offset_days, anchor, amount_due,
       is_live, date)
SELECT notice.id, line.id, line.step, line.occurrence, line.days, line.anchor,
       line.amount, line.is_live, %(date)s
  FROM unnest(%(line_partners)s::int[], %(line_currencies)s::int[],
              %(line_channels)s::text[], %(lines)s::int[], %(line_steps)s::int[],
              %(occurrences)s::int[], %(offsets)s::int[], %(anchors)s::text[],
              %(line_amounts)s::numeric[], %(live)s::bool[])
       WITH ORDINALITY AS line (
           partner_id, currency_id, channel, id, step, occurrence, days, anchor,
           amount, is_live, place)
  JOIN notice USING (partner_id, currency_id, channel)
 ORDER BY line.place
"""
INSERT_SKIPS = """
INSERT INTO receivables_dunning_skip (
       move_line_id, reason, step_id, due_on, text, run_id)
SELECT rows.*, %(run)s
  FROM unnest(%(lines)s::int[], %(reasons)s::text[], %(steps)s::int[],
              %(days)s::date[], %(texts)s::text[]) AS rows
"""
NOTICE_COLUMNS = (
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
    "line_partners",
    "line_currencies",
    "line_channels",
    "lines",
    "line_steps",
    "occurrences",
    "offsets",
    "anchors",
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
        for batch in planner._plan(self.company_id, self.date):
            self._store_batch(batch)
            counts.update(skip.reason for skip in batch.skipped)
        self.env.invalidate_all()
        self.skip_counts = dict(counts)
        self.skip_count = sum(counts.values())

    def _drop_preview(self):
        """Delete what a preview of these runs stored; nothing of it ever left."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """DELETE FROM receivables_dunning_notice
                    WHERE run_id = ANY(%s) AND state IN ('planned', 'held')""",
                self.ids,
            )
        )
        self.env.cr.execute(
            SQL("DELETE FROM receivables_dunning_skip WHERE run_id = ANY(%s)", self.ids)
        )
        self.env.invalidate_all()

    def _drop_skips_of_older_runs(self):
        """Keep the items left alone of this run only; the others keep their counts."""
        self.env.cr.execute(
            SQL(
                """DELETE FROM receivables_dunning_skip skip
                    USING receivables_dunning_run run
                    WHERE run.id = skip.run_id AND run.company_id = %s""",
                self.company_id.id,
            )
        )

    def _store_batch(self, batch):
        """Store what the planner says about some customers, in three queries."""
        notices = [(notice, "planned", None) for notice in batch.notices]
        notices += [(each.notice, "held", each.reason) for each in batch.held]
        if notices:
            self._store_notices(notices)
        if batch.skipped:
            names = ("lines", "reasons", "steps", "days", "texts")
            columns = _columns(names, batch.skipped)
            self.env.cr.execute(INSERT_SKIPS, columns | {"run": self.id})

    def _store_notices(self, notices):
        """Store (notice, state, reason) with recipient and departure."""
        customers = self.env["res.partner"].browse(
            {notice.key.partner_id for notice, _state, _reason in notices}
        )
        addresses = customers._receivables_addresses(self.company_id)
        departures = self.env["receivables.contact.calendar"]._departures(
            self.company_id,
            {zone for _recipient, zone in addresses.values()},
        )
        notice_rows, line_rows = [], []
        for notice, state, reason in notices:
            key = notice.key
            recipient = zone = leaves = None
            day = self.date
            if key.channel == "email":
                recipient, zone = addresses[key.partner_id]
                leaves, leave_day = departures[zone]
                day = max(day, leave_day)
                if state == "planned" and not recipient:
                    state, reason = "held", "no_email"
            found_by = (key.partner_id, int(key.currency), key.channel)
            notice_rows.append(
                (
                    *found_by,
                    notice.step.id,
                    notice.amount_due,
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
            line_rows += [
                (
                    *found_by,
                    line.item.id,
                    line.step.id,
                    line.occurrence,
                    line.step.offset_days,
                    line.step.anchor,
                    line.item.residual,
                    state != "held",
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
