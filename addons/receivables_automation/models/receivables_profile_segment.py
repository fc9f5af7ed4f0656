from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..core.segment_hysteresis import NOTHING, Pending, settle


class ReceivablesProfile(models.Model):
    _inherit = "receivables.profile"

    segment_id = fields.Many2one(
        "receivables.segment",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    segment_color = fields.Integer(related="segment_id.color")
    segment_since = fields.Date(string="In it since", readonly=True)
    segment_source = fields.Selection(
        [("auto", "By its facts"), ("manual", "By hand")],
        string="Segment set",
        readonly=True,
    )
    segment_reason = fields.Char(string="Reason", readonly=True)
    segment_until = fields.Date(
        string="By hand until",
        readonly=True,
        help="The day after, the debtor returns to the segment of its facts.",
    )
    segment_user_id = fields.Many2one(
        "res.users", string="Set by", readonly=True, ondelete="set null"
    )
    segment_next_id = fields.Many2one(
        "receivables.segment",
        string="Its facts point to",
        readonly=True,
        ondelete="set null",
        help="It moves there when they have done so on enough days.",
    )
    segment_next_days = fields.Integer(string="Days they did so", readonly=True)
    segment_next_day = fields.Date(string="Last of these days", readonly=True)

    def _classify(self, is_at_once=False):
        """Put each profile in the first segment whose condition it meets.

        One query per segment. A segment set by hand stays until its last day. Other
        facts have to hold on the company's days of hysteresis, unless ``is_at_once``.
        """
        profiles = self.sudo()
        profiles.flush_recordset()
        self.env["res.company"].flush_model(["receivables_segment_days"])
        rows = self.env.execute_query_dict(
            SQL(
                """
SELECT profile.id, profile.day, profile.segment_id, segment_source,
       segment_next_id, segment_next_days, segment_next_day,
       company.receivables_segment_days AS days_needed,
       segment_source = 'manual' AND COALESCE(segment_until >= day, TRUE) AS is_held
  FROM receivables_profile profile
  JOIN res_company company ON company.id = profile.company_id
 WHERE profile.id = ANY(%s)
                """,
                profiles.ids,
            )
        )
        rows = [row for row in rows if not row["is_held"]]
        matched = profiles.browse([row["id"] for row in rows])._first_segments()
        changes = {"auto": [], "expired": []}
        waiting = []
        for row in rows:
            found = matched.get(row["id"])
            move = row["id"], row["segment_id"], found
            if row["segment_source"] == "manual":
                changes["expired"].append(move)
                continue
            before = _pending(row)
            is_moving, after = settle(
                row["segment_id"],
                found,
                before,
                row["day"],
                1 if is_at_once else row["days_needed"],
            )
            if is_moving:
                changes["auto"].append(move)
            elif after != before:
                waiting.append((row["id"], after))
        self._note_pending(waiting)
        for source, moves in changes.items():
            self._move_to_segments(moves, source)

    @api.model
    def _note_pending(self, waiting):
        """Write where facts point to without their debtor moving yet, in one query."""
        if not waiting:
            return
        self.env.cr.execute(
            SQL(
                """
UPDATE receivables_profile profile
   SET segment_next_id = told.segment_id, segment_next_days = told.days,
       segment_next_day = told.day
  FROM unnest(%s::int[], %s::int[], %s::int[], %s::date[])
       AS told (id, segment_id, days, day)
 WHERE profile.id = told.id
                """,
                [profile_id for profile_id, _pending in waiting],
                [pending.segment or None for _id, pending in waiting],
                [pending.days for _id, pending in waiting],
                [pending.last_day for _id, pending in waiting],
            )
        )
        self.invalidate_model()

    def _first_segments(self):
        """Return {profile id: id of the first segment whose condition it meets}.

        What a customer has in each company, and what day it is there, are that
        company's.
        """
        matched = {}
        found = self._read_group(
            [("id", "in", self.ids)], ["company_id"], ["id:array_agg"]
        )
        for company, ids in found:
            own = self.with_company(company)
            mine = Domain("id", "in", ids)
            segments = [one for one, _tree in own._usable_segments(company)]
            met = own._meeting_each([mine & one._domain() for one in segments])
            for segment, meeting in zip(segments, met, strict=True):
                if meeting is None:
                    segment._log_unreadable()
                    continue
                for profile_id in meeting:
                    matched.setdefault(profile_id, segment.id)
        return matched

    @api.model
    def _usable_segments(self, company):
        """Return [(segment, tree)] of a company in order, in its environment."""
        # Everybody's profile is judged by all segments, whoever has it computed.
        segments = self.env["receivables.segment"].sudo().with_company(company)
        own = segments.search([("company_id", "in", (False, company.id))])
        return own._usable_trees()

    @api.model
    def _move_to_segments(self, moves, source, reason=None, until=None):
        """Write (profile id, from, to) and keep each in the history, in one query.

        What the latest row of the history says already, on the same day, is told once.

        :param source: ``auto``, ``manual`` or ``expired``; by hand with a reason, and
            the last day it is to hold.
        """
        if not moves:
            return
        is_manual = source == "manual"
        self.env["receivables.segment.history"].flush_model()
        ids, before, after = zip(*moves, strict=True)
        self.env.cr.execute(
            SQL(
                """
WITH move AS (
    SELECT * FROM unnest(%(ids)s, %(before)s, %(after)s)
        AS move (profile_id, segment_from_id, segment_id)
),
moved AS (
    UPDATE receivables_profile profile
       SET segment_id = move.segment_id, segment_since = profile.day,
           segment_source = %(kept)s, segment_reason = %(reason)s,
           segment_until = %(until)s, segment_user_id = %(user)s,
           segment_next_id = NULL, segment_next_days = 0, segment_next_day = NULL
      FROM move
     WHERE profile.id = move.profile_id
 RETURNING profile.*, move.segment_from_id,
           (SELECT to_jsonb(fact) FROM (SELECT %(facts)s) fact) AS facts
),
repeated AS (
    UPDATE receivables_segment_history history
       SET reason = %(reason)s, evidence = moved.facts, user_id = %(user)s,
           write_date = %(now)s
      FROM moved, LATERAL (
           SELECT id, date, segment_id, source
             FROM receivables_segment_history h
            WHERE (h.company_id, h.partner_id) = (moved.company_id, moved.partner_id)
            ORDER BY h.date DESC, h.id DESC
            LIMIT 1) latest
     WHERE history.id = latest.id AND latest.source = %(source)s
       AND (latest.date, latest.segment_id)
           IS NOT DISTINCT FROM (moved.day, moved.segment_id)
 RETURNING history.company_id, history.partner_id
)
INSERT INTO receivables_segment_history (
    company_id, partner_id, segment_from_id, segment_id, date, source, reason, user_id,
    evidence, create_date, write_date)
SELECT company_id, partner_id, segment_from_id, segment_id, day, %(source)s, %(reason)s,
       %(user)s, facts, %(now)s, %(now)s
  FROM moved
 WHERE (company_id, partner_id) NOT IN (SELECT company_id, partner_id FROM repeated)
                """,
                ids=SQL("%s::int[]", list(ids)),
                before=SQL("%s::int[]", [one or None for one in before]),
                after=SQL("%s::int[]", [one or None for one in after]),
                kept="manual" if is_manual else "auto",
                source=source,
                reason=reason,
                until=until or None,
                user=self.env.uid if is_manual else None,
                facts=SQL(", ").join(
                    SQL.identifier("profile", name)
                    for name in (*self._fact_names(), "evidence")
                ),
                now=self.env.company._receivables_now(),
            )
        )
        self.invalidate_model()
        self.env["receivables.segment.history"].invalidate_model()

    def _set_segment(self, segment, reason, until):
        """Keep these debtors in ``segment`` by hand up to and including ``until``.

        :raises UserError: no reason, a last day that has passed, or a segment of
            another company.
        """
        for profile in self:
            if not (reason or "").strip():
                raise UserError(self.env._("Say why the segment is set by hand."))
            if until and until < profile.company_id._receivables_today():
                raise UserError(
                    self.env._(
                        "%(date)s has passed. Choose a day from today on until which"
                        " %(customer)s stays in the segment.",
                        date=format_date(self.env, until),
                        customer=profile.partner_id.display_name,
                    )
                )
            if segment.company_id and segment.company_id != profile.company_id:
                raise UserError(
                    self.env._(
                        "Segment %(segment)s belongs to another company than the debt"
                        " of %(customer)s.",
                        segment=segment.name,
                        customer=profile.partner_id.display_name,
                    )
                )
        # Only this method and the computation write profiles, whoever asks.
        profiles = self.sudo()
        profiles.flush_recordset()
        profiles._move_to_segments(
            [(one.id, one.segment_id.id, segment.id) for one in profiles],
            "manual",
            reason.strip() if reason else None,
            until,
        )

    @api.model
    def _ensure_rows(self, company, partners):
        """Return the profiles of ``partners``, made with zeros where there is none."""
        debtors = partners.commercial_partner_id
        self.env.flush_all()
        if debtors:
            # No rights are asked: an empty row says nothing.
            self.env.cr.execute(
                SQL(
                    """
INSERT INTO receivables_profile (company_id, partner_id, day)
SELECT %s, id, %s FROM unnest(%s) AS debtor (id)
    ON CONFLICT (company_id, partner_id) DO NOTHING
                    """,
                    company.id,
                    company._receivables_today(),
                    debtors.ids,
                )
            )
        mine = self.with_context(allowed_company_ids=company.ids)
        mine._refresh(debtors)
        return self.search(
            [("company_id", "=", company.id), ("partner_id", "in", debtors.ids)]
        )

    # === ACTIONS ===

    def action_change_segment(self):
        """Return the dialog that sets a segment by hand."""
        self._check_may_decide()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Change segment"),
            "res_model": "receivables.segment.change",
            "view_mode": "form",
            "target": "new",
            "context": {"default_profile_ids": self.ids},
        }

    def action_automatic_segment(self):
        """Undo a segment set by hand: return to the one of the facts, today."""
        self._check_may_decide()
        manual = self.filtered(lambda one: one.segment_source == "manual").sudo()
        matched = manual._first_segments()
        self._move_to_segments(
            [(one.id, one.segment_id.id, matched.get(one.id)) for one in manual],
            "expired",
        )

    def action_segment_history(self):
        """Return the changes of segment of this debtor; expects one."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "receivables_automation.receivables_segment_history_action"
        )
        return action | {
            "domain": [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "=", self.partner_id.id),
            ],
            "display_name": self.partner_id.display_name,
        }

    def _check_may_decide(self):
        """Refuse whoever is no collector.

        :raises AccessError: says which group is needed.
        """
        self.check_access("read")
        if not self.env.user.has_group("receivables_automation.group_receivables_user"):
            raise AccessError(
                self.env._("Only collectors and finance managers set a segment.")
            )


def _pending(row):
    """Return what a row of `_classify` says is pending."""
    if not row["segment_next_days"]:
        return NOTHING
    return Pending(
        row["segment_next_id"], row["segment_next_days"], row["segment_next_day"]
    )
