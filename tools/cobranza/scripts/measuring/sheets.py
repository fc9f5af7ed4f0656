"""How long a debtor's forms take, read as the web client reads them."""

from lxml import etree

from .meter import median_ms, show

TIMES = 20
OURS = {"receivables_automation", "mx_sat_sync", "payment_links"}


def measure(env) -> None:
    """Show the server's time for the forms of the debtor with the most open items.

    The contact's form is Odoo's own with a tab of ours: what the tab adds is judged.
    """
    admin = env(user=env.ref("base.user_admin").id)
    profile = env["receivables.profile"].search(
        [], order="open_item_count desc", limit=1
    )
    if not profile:
        show("a debtor's sheet", "no profile", "<= 150 ms", None)
        return
    size = f"{profile.open_item_count:,} open invoices"
    sheet = profile.with_env(admin)
    sheet_ms = _reading_ms(sheet, _form_of(sheet))
    show(
        f"a debtor's sheet, {size}",
        f"{sheet_ms:.0f} ms, median of {TIMES}",
        "<= 150 ms",
        sheet_ms <= 150,
    )
    contact = profile.partner_id.with_env(admin)
    wanted = _form_of(contact)
    whole_ms = _reading_ms(contact, wanted)
    core_ms = _reading_ms(contact, _without_ours(contact, wanted))
    show(
        f"a debtor's contact form, {size}",
        f"{whole_ms:.0f} ms, {core_ms:.0f} of them Odoo's own",
        "<= 150 ms above Odoo's own",
        whole_ms - core_ms <= 150,
    )


def _form_of(record) -> dict:
    """Return what the browser asks of a record; of its view it asks once."""
    arch = etree.fromstring(record.get_view(view_type="form")["arch"])
    return _wanted(arch, record)


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
