import xml.etree.ElementTree as ElementTree

from odoo import SUPERUSER_ID, api
from odoo.tools import file_path

MODULE = "receivables_automation"
# What was shipped before: whoever changed a condition keeps it.
FORMER = {
    "circumstantial": (
        "['&', ('open_dispute_amount', '>', 0), '|', ('paid_invoice_count', '<'"
        ", 3), ('days_late_median', '<=', 15)]"
    ),
    "new": ("[('paid_invoice_count', '<', 3), ('days_overdue_oldest', '<=', 30)]"),
    "intentional": (
        "['|', ('broken_promise_count', '>=', 2), '&', '&', ('days_overdue_olde"
        "st', '>', 60), ('days_since_invoice', '<=', 45), ('days_since_payment'"
        ", '>', 60)]"
    ),
    "fortuitous": (
        "['|', '&', '&', ('paid_invoice_count', '>=', 3), ('days_late_median', "
        "'<=', 5), ('days_overdue_oldest', '>', 15), '&', ('partial_item_count'"
        ", '>=', 2), ('days_since_payment', '<=', 45)]"
    ),
    "negligent": (
        "['|', '|', '&', ('days_late_median', '>', 30), ('paid_invoice_count', "
        "'>=', 3), '&', ('days_overdue_oldest', '>', 60), '|', ('days_since_pay"
        "ment', '>', 60), ('days_since_payment', '=', False), '&', ('days_overd"
        "ue_oldest', '>', 30), ('reminder_response_ratio', '<=', 0.2)]"
    ),
    "punctual": (
        "[('paid_invoice_count', '>=', 3), ('days_late_median', '<=', 3), ('day"
        "s_overdue_oldest', '<=', 15)]"
    ),
    "disorganized": ("['|', ('overdue_amount', '>', 0), ('days_late_median', '>', 3)]"),
}


def migrate(cr, version):
    """Give untouched segments their new condition, place and dunning plan."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    data = file_path(f"{MODULE}/data/receivables_segment_data.xml")
    for record in ElementTree.parse(data).iter("record"):
        fields = {field.get("name"): field for field in record}
        code = fields["code"].text
        segment = env.ref(f"{MODULE}.{record.get('id')}", raise_if_not_found=False)
        if not segment or segment.condition_domain != FORMER[code]:
            continue
        values = {
            "condition_domain": fields["condition_domain"].text,
            "sequence": int(fields["sequence"].get("eval")),
        }
        if not segment.dunning_plan_id:
            values["dunning_plan_id"] = env.ref(
                f"{MODULE}.receivables_dunning_plan_{code}"
            ).id
        segment.write(values)
