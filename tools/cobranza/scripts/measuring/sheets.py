"""How long a debtor's forms take, read as the web client reads them."""

from lxml import etree

from .meter import median_ms, show

TIMES = 20
OURS = {"receivables_automation", "mx_sat_sync", "payment_links"}


def measure(env) -> None:
    """Show the server's time for the forms of the debtor with the most open items."""
    admin = env(user=env.ref("base.user_admin").id)
    profile = env["receivables.profile"].search(
        [], order="open_item_count desc", limit=1
    )
    if not profile:
        show("a debtor's sheet", "no profile", "<= 150 ms", None)
        return
    for name, record in (("sheet", profile.partner_id), ("profile", profile)):
        record = record.with_env(admin)
        # The browser asks for a view once, and for a record each time.
        arch = etree.fromstring(record.get_view(view_type="form")["arch"])
        wanted = _wanted(arch, record)
        taken_ms = _reading_ms(record, wanted)
        measured = f"{taken_ms:.0f} ms, median of {TIMES}"
        if rest := _without_ours(record, wanted):
            measured += f"; {_reading_ms(record, rest):.0f} without our fields"
        show(
            f"a debtor's {name}, {profile.open_item_count:,} open invoices",
            measured,
            "<= 150 ms",
            taken_ms <= 150,
        )


def _reading_ms(record, wanted: dict) -> float:
    return median_ms(record.env, lambda: record.web_read(wanted), TIMES)


def _without_ours(record, wanted: dict) -> dict:
    """Return what of a specification Odoo's own modules answer."""
    return {
        name: inner
        for name, inner in wanted.items()
        if not set(record._fields[name]._modules) & OURS
    }


def _wanted(node, model) -> dict:
    """Return the specification of `web_read` for the fields in a view's node."""
    wanted = {}
    for child in node:
        if child.tag != "field":
            if isinstance(child.tag, str):
                wanted |= _wanted(child, model)
            continue
        field = model._fields.get(child.get("name"))
        if field is None:
            continue
        inner = {}
        if field.type == "many2one":
            inner = {"fields": {"display_name": {}}}
        elif field.type in ("one2many", "many2many"):
            comodel = model.env[field.comodel_name]
            columns = [view for view in child if view.tag in ("list", "kanban")]
            shown = _wanted(columns[0], comodel) if columns else {"display_name": {}}
            inner = {"fields": shown, "limit": 40}
        wanted[field.name] = inner
    return wanted
