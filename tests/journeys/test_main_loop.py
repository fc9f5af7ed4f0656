"""A CFDI comes in, the customer is reminded, pays by link, and the debt is gone."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from cobranza.postgres import sql
from playwright.sync_api import Page, expect

RECEIVER = "CPÑ050617TR8"
CUSTOMER = "Constructora Peña & Hijos"
PAYS = "pagos@pena.example"
LINK = re.compile(r"https?://[^\"'\s<>]+/pay/[^\"'\s<>]+")
LATE_DAYS = 12
# The sample's policy gives customers without a term of their own so many days.
TERM_DAYS = 30


@dataclass(frozen=True)
class Loop:
    """What the journey is about: a site, an invoice in SAT's words, its amount."""

    site: object
    uuid: str
    file: Path
    total: Decimal = Decimal("1160.00")


@pytest.fixture(params=["site", pytest.param("bare_site", marks=pytest.mark.soak)])
def loop(request, tmp_path, cfdi_builder) -> Loop:
    """Return an invoice that fell due some days ago, in a company of either kind."""
    uuid = str(uuid4()).upper()
    issued = datetime.now(ZoneInfo("America/Monterrey")) - timedelta(
        days=TERM_DAYS + LATE_DAYS
    )
    file = tmp_path / "factura.xml"
    file.write_bytes(
        cfdi_builder.build(
            lines=(cfdi_builder.Line(price=Decimal("1000.00")),),
            receiver=RECEIVER,
            stamps=(uuid,),
            Serie="A",
            Folio=uuid[:8],
            Fecha=issued.strftime("%Y-%m-%dT%H:%M:%S"),
            MetodoPago="PPD",
            FormaPago="99",
            CondicionesDePago=None,
        )
    )
    return Loop(request.getfixturevalue(request.param), uuid, file)


@pytest.fixture
def ask(here):
    """Return a function that asks the served database and gives the rows."""

    def query(site, text):
        return sql(here.settings, here.environment, site.database, text).splitlines()

    return query


def _invoice_of(loop: Loop, ask) -> list[str]:
    return ask(
        loop.site,
        "SELECT m.state || ' ' || m.payment_state || ' ' || m.amount_total"
        " FROM mx_sat_document d JOIN account_move m ON m.id = d.move_id"
        f" WHERE d.uuid = '{loop.uuid}'",
    )


def _import(page: Page, loop: Loop) -> None:
    page.goto("/odoo")
    page.click(".o_navbar_apps_menu button")
    page.click(".o_app:has-text('Cobranza')")
    page.click("[data-menu-xmlid='mx_sat_sync.menu_sat']")
    page.click("[data-menu-xmlid='mx_sat_sync.mx_sat_import_menu']")
    page.set_input_files(".modal input[type=file]", loop.file)
    expect(page.locator(".modal .o_attachment")).to_have_count(1)
    page.click(".modal button[name=action_import]")
    # The sum of what was applied comes when the last file is through.
    expect(page.locator(".modal [name=applied_count]")).to_be_visible(timeout=60_000)
    expect(page.locator(".modal .o_data_row")).to_have_count(1)


def _run(page: Page) -> None:
    page.goto("/odoo/action-receivables_automation.receivables_dunning_run_action/new")
    page.click("button[name=action_preview]:visible")
    expect(page.locator("button[name=action_open_notices]")).to_be_visible()


def _notice_rows(page: Page):
    return page.locator(".o_field_widget[name=notice_ids] .o_data_row")


def _left_alone(page: Page, said: str):
    """Return the rows of “Omitidos” that say why this customer is not told."""
    page.click("button[name=action_open_skips]")
    row = page.locator(".o_list_view .o_data_row", has_text=CUSTOMER)
    return row.filter(has_text=said)


def _pay(phone: Page, loop: Loop, address: str) -> None:
    """Pay the imported invoice, and nothing else, as the customer does on a phone."""
    phone.goto(address)
    expect(phone.locator("h1")).to_contain_text(CUSTOMER)
    width = phone.evaluate("document.documentElement.scrollWidth")
    assert width <= 390, f"the page is {width} pixels wide"
    for item in phone.locator("input[name=item]").all():
        own = item.get_attribute("data-amount") == f"{loop.total:.6f}"
        item.set_checked(own)
    phone.click("button[name=pay]")
    # The only method is chosen, and its form opened, once the page's script runs.
    phone.fill("input[name=customer_input]", "4111 1111 1111 1111")
    phone.click("button[name=o_payment_submit_button]")
    phone.wait_for_url(re.compile(r"/pay/receipt/"))
    expect(phone.locator("[role=img].fa-check-circle")).to_be_visible(timeout=60_000)


def test_main_loop(loop, log_in, ask, new_phone):
    loop.site.mail.clear()
    page = log_in("finanzas", at=loop.site)

    _import(page, loop)
    assert _invoice_of(loop, ask) == ["posted not_paid 1160.00"]

    page.goto("/odoo/action-receivables_automation.receivables_profile_action")
    page.locator(".o_data_row", has_text=CUSTOMER).first.click()
    page.click("button[name=action_refresh]")
    expect(page.locator(".o_form_view")).to_contain_text("1,160.00")

    _run(page)
    rows = _notice_rows(page)
    expect(rows.filter(has_text=CUSTOMER)).to_have_count(1)
    page.click("button[name=action_execute]:visible")
    page.click(".modal .btn-primary")
    mail = loop.site.mail.wait_for(to=PAYS, timeout_s=90)
    assert "1,160.00" in mail["html"]
    assert "{{pay" not in mail["html"]
    address = LINK.search(mail["html"])[0]
    assert LINK.search(mail["text"])[0] == address

    _run(page)
    expect(_notice_rows(page).filter(has_text=CUSTOMER)).to_have_count(0)
    told = _left_alone(page, "Ya se avisó; el siguiente paso aún no toca")
    expect(told.filter(has_text="1,160.00")).to_have_count(1)
    page.go_back()
    page.click("button[name=action_execute]:visible")

    phone = new_phone(loop.site)
    _pay(phone, loop, address)
    assert _invoice_of(loop, ask) == ["posted paid 1160.00"]
    phone.goto(address)
    phone.click(".o_pay_history summary")
    expect(phone.locator(".o_pay_history")).to_contain_text("1,160.00")

    # Everything again: nothing changes, and the run says why.
    payments = ask(loop.site, "SELECT count(*) FROM account_payment")
    loop.site.mail.clear()
    _import(page, loop)
    assert _invoice_of(loop, ask) == ["posted paid 1160.00"]
    said = page.locator(".modal .o_data_row [name=reason]")
    expect(said).to_contain_text("Ya está aquí")
    _run(page)
    expect(_notice_rows(page).filter(has_text=CUSTOMER)).to_have_count(0)
    rest = _left_alone(page, "Todavía no le toca ningún paso")
    expect(rest).to_have_count(1)
    # What is paid is no open item, so that there is nothing to leave alone.
    expect(page.locator(".o_data_row", has_text="1,160.00")).to_have_count(0)
    assert ask(loop.site, "SELECT count(*) FROM account_payment") == payments
    assert not loop.site.mail.messages(to=PAYS)
