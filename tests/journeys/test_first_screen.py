"""Everybody logs in and finds the first screen of their group, in Spanish."""

import re

import pytest
from playwright.sync_api import Page, expect

READER = [
    "Resumen",
    "Clientes",
    "Seguimiento",
    "Avisos",
    "Crédito",
    "Ligas de pago",
    "SAT",
]
MENUS = {
    "finanzas": [*READER, "Control", "Configuración"],
    "cobranza": READER,
    "ventas": [
        "Resumen",
        "Clientes",
        "Seguimiento",
        "Crédito",
        "Ligas de pago",
    ],
    "auditoria": [*READER, "Control"],
}
ASSIGNED = {
    "Clínica Santa Lucía",
    "Constructora Peña & Hijos",
    "Ferretería El Águila",
    "Grupo Industrial Mixteco",
    "Martín Ochoa Treviño",
}


def _open_app(page: Page) -> None:
    page.goto("/odoo")
    page.click(".o_navbar_apps_menu button")
    page.click(".o_app:has-text('Cobranza')")
    expect(page.locator(".o_receivables_card[name=overdue]")).to_be_visible()


def _open_items(page: Page) -> None:
    _open_app(page)
    page.click("[data-menu-xmlid$='menu_customers']")
    page.click("[data-menu-xmlid$='account_move_line_menu_open_receivables']")
    expect(page.locator(".o_list_view .o_group_name").first).to_be_visible()


def _customers(page: Page) -> list[str]:
    names = page.locator(".o_list_view .o_group_name").all_inner_texts()
    return [re.sub(r"\s*\(\d+\)\s*$", "", name) for name in names]


@pytest.mark.parametrize("login", sorted(MENUS))
def test_app_shows_the_menus_of_the_group_in_spanish(login, log_in):
    page = log_in(login)
    _open_app(page)

    menus = page.locator(".o_menu_sections > *:visible").all_inner_texts()
    assert [menu.strip() for menu in menus] == MENUS[login]
    expect(page.locator(".o_breadcrumb")).to_have_text("Cobranza")


def test_front_page_s_figures_open_what_is_behind_them(log_in):
    page = log_in("finanzas")
    _open_app(page)
    overdue = page.locator(".o_receivables_card[name=overdue]")
    expect(overdue).to_contain_text("clientes: 8")

    overdue.click()

    expect(page.locator(".o_data_row")).to_have_count(8)
    page.goto("/odoo/collections")
    page.click("[data-bucket=amount_over_90]")
    expect(page.locator(".o_data_row")).to_have_count(2)


def test_finance_sees_every_debtor_and_opens_an_invoice(log_in):
    page = log_in("finanzas")
    _open_items(page)
    assert len(_customers(page)) == 11

    page.click(".o_group_name:has-text('Perfiles del Bajío')")
    row = page.locator(".o_data_row", has_text="Perfiles del Bajío").first
    expect(row).to_have_class(re.compile("text-danger"))
    row.locator("td[name=move_name]").click()

    expect(page.locator(".o_form_view")).to_contain_text("Perfiles del Bajío")


def test_salesperson_sees_own_customers_only(log_in):
    page = log_in("ventas")
    _open_items(page)

    names = {name.partition(", S.")[0] for name in _customers(page)}
    assert names == ASSIGNED


def test_salesperson_opens_the_invoice_of_an_own_customer(log_in):
    page = log_in("ventas")
    _open_items(page)

    page.click(".o_group_name:has-text('El Águila')")
    page.locator(".o_data_row td[name=move_name]").first.click()

    form = page.locator(".o_form_view")
    for text in ("Ferretería El Águila", "Varilla corrugada", "31,200.00"):
        expect(form).to_contain_text(text)
    expect(form.locator(".oe_subtotal_footer")).to_contain_text("26,896.55")


def test_overdue_filter_leaves_only_what_is_late(log_in):
    page = log_in("cobranza")
    _open_items(page)

    page.click(".o_searchview_dropdown_toggler")
    page.click(".o_filter_menu >> text='Más de 90 días vencido'")

    expect(page.locator(".o_group_name")).to_have_count(2)
    names = {name.partition(",")[0] for name in _customers(page)}
    assert names == {"Grupo Industrial Mixteco", "Perfiles del Bajío"}


def test_first_screens_read_on_a_phone(log_in):
    page = log_in("finanzas", width=390, height=844)

    page.goto("/odoo/collections")
    expect(page.locator(".o_receivables_card").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.goto("/odoo/receivables")

    card = page.locator(".o_kanban_record", has_text="INV/").first
    expect(card).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_portal_customer_sees_own_invoices(log_in):
    page = log_in("cliente")
    page.goto("/my/invoices")

    expect(page.locator("table.o_portal_my_doc_table")).to_contain_text("31,200.00")
    expect(page.locator("table.o_portal_my_doc_table tbody tr")).to_have_count(8)
    page.goto("/odoo/receivables")
    expect(page).to_have_url(re.compile(r"/my(\?|$)"))


def test_administrator_finds_the_settings(log_in):
    page = log_in("admin")
    page.goto("/odoo/settings#receivables_automation")

    tab = page.locator(".settings_tab .tab[data-key=receivables_automation]")
    tab.click()
    block = page.locator(".app_settings_block[data-key=receivables_automation]")
    for text in (
        "Contribuyente",
        "Proveedores de pago",
        "Empresa de muestra",
        "Cargada",
    ):
        expect(block).to_contain_text(text)
