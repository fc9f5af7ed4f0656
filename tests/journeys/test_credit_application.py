"""Credit from the application to the order that goes over it, in everybody's screen."""

import re
from pathlib import Path

import pytest
from journeys.rpc import call
from playwright.sync_api import Locator, Page, expect

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
TYPED = {
    "legal_name": "Ferretería El Águila, S.A. de C.V.",
    "vat": "FEA010203AB2",
    "contact_name": "Rosa Pérez",
    "phone": "81 5550 1200",
    "email": "rosa@aguila.example",
    "address": "Av. Juárez 10, Monterrey",
    "limit_requested": "80,000.00",
}
REFERENCES = {
    f"reference_{name}_{row}": text
    for row in (1, 2, 3)
    for name, text in (
        ("name", f"Proveedor {row}"),
        ("phone", "81 5550 0000"),
        ("amount", "30,000"),
        ("terms", "30 días"),
    )
}


@pytest.fixture
def tiers(log_in) -> Page:
    """Return the administrator's page of a company with a policy and two tiers."""
    page = log_in("admin")
    [manager] = call(page, "res.users", "search", [["login", "=", "finanzas"]])
    [director] = call(page, "res.users", "search", [["login", "=", "admin"]])
    sample = call(page, "receivables.credit.tier", "search", [])
    call(page, "receivables.credit.tier", "write", sample, {"active": False})
    call(
        page,
        "receivables.credit.tier",
        "create",
        [
            {
                "name": "Gerencia",
                "amount_up_to": 50000,
                "user_ids": [[6, 0, [manager]]],
            },
            {
                "name": "Dirección",
                "amount_up_to": 500000,
                "user_ids": [[6, 0, [director]]],
            },
        ],
    )
    call(
        page,
        "receivables.policy",
        "create",
        [
            {
                "name": "Crédito a 30 días",
                "limit_formula": "min(references, payment_capacity) * 4",
                "criterion_ids": [[0, 0, {"name": "Se llamó a las referencias"}]],
            }
        ],
    )
    return page


def _fill(phone: Page, values: dict[str, str]) -> None:
    for name, text in values.items():
        phone.fill(f"[name={name}]", text)


def _apply(phone: Page, paper: Path) -> None:
    phone.goto("/my")
    # Cards move while the page counts what to show; a tap could miss.
    expect(phone.locator(".o_portal_docs a[href='/my/credit']")).to_be_visible()
    phone.goto("/my/credit")
    phone.click("button[name=start]")
    expect(phone.locator("h1")).to_have_text("Solicitud de crédito")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    _fill(phone, TYPED | {"limit_requested": "mucho"})
    phone.click("button[value=send]")
    expect(phone.locator("[name=problems]")).to_contain_text("«mucho» no es un importe")

    _fill(phone, TYPED | REFERENCES)
    phone.set_input_files("input[type=file] >> nth=0", paper)
    phone.check("#consent")
    phone.click("button.btn-primary[value=send]")
    expect(phone.locator("[name=state]")).to_contain_text("la estamos revisando")


def _open(page: Page) -> None:
    page.goto("/odoo/credit-applications")
    page.click(".o_data_row:has-text('Águila') td[name=partner_id]")
    expect(page.locator(".o_form_view .o_statusbar_status")).to_be_visible()


def _tab(page: Page, name: str) -> None:
    page.click(f".o_notebook .nav-link[name={name}]")


def _save(page: Page) -> None:
    page.click(".o_form_button_save")
    expect(page.locator(".o_form_button_save")).to_be_hidden()


def _evaluate(page: Page) -> None:
    _open(page)
    page.fill("div[name=policy_id] input", "30 días")
    page.click(".o-autocomplete--dropdown-item:has-text('Crédito a 30 días')")
    _save(page)
    _tab(page, "references")
    for row in range(3):
        page.locator("div[name=reference_ids] td[name=verdict]").nth(row).click()
        select = page.locator("div[name=reference_ids] td[name=verdict]").nth(row)
        select.locator("input, select").first.click()
        page.click(".o_select_menu_item:has-text('Buena')")
    _tab(page, "evaluation")
    page.fill("div[name=payment_capacity] input", "30000")
    _save(page)
    page.locator("div[name=check_ids] td[name=is_done] input").first.click(force=True)
    _save(page)
    expect(page.locator("div[name=recommended_limit]")).to_contain_text("120,000.00")
    expect(page.locator("div[name=recommendation]")).to_contain_text(
        "30,000 × 4 = 120,000"
    )
    page.click("button[name=action_use_recommended]")
    expect(page.locator("div[name=limit_approved] input")).to_have_value(
        re.compile("120,000.00")
    )


def _approve(page: Page) -> None:
    page.click("button[name=action_approve]:visible")
    page.click(".modal .btn-primary")


def _order(page: Page, product: int, amount: int) -> int:
    """Return the id of a quotation of the salesperson to the customer, without tax."""
    customers = [["name", "ilike", "El Águila"], ["is_company", "=", True]]
    [customer] = call(page, "res.partner", "search", customers)
    line = {"product_id": product, "price_unit": amount, "tax_ids": [[5, 0, 0]]}
    values = {"partner_id": customer, "order_line": [[0, 0, line]]}
    [order] = call(page, "sale.order", "create", [values])
    return order


def _confirm(page: Page, order: int) -> None:
    page.goto(f"/odoo/m-sale.order/{order}")
    page.click("button[name=action_confirm]:visible")


def _state_of(page: Page) -> Locator:
    return page.locator(".o_statusbar_status .o_arrow_button_current")


def _is_refused(seller: Page, order: int) -> None:
    """Check that the salesperson is told no, without the finance team's figures."""
    _confirm(seller, order)
    said = seller.locator(".modal-body")
    expect(said).to_contain_text("El límite de crédito del cliente no lo permite")
    expect(said).not_to_contain_text("120,000")
    seller.click(".modal-footer button")
    expect(_state_of(seller)).to_have_text("Cotización")
    seller.click("button[name=action_receivables_request_release]")
    expect(seller.locator(".o_notification")).to_contain_text("finanzas")


def _release(manager: Page, order: int) -> None:
    """Let the order pass with a reason, after reading the arithmetic."""
    manager.goto(f"/odoo/m-sale.order/{order}")
    reason = manager.locator("[name=receivables_hold]")
    # 31,200.00 overdue + 53,110.01 not due + the order that was confirmed.
    expect(reason).to_contain_text("94,310.01 + este documento $ 40,000.00")
    expect(reason).to_contain_text("límite $ 120,000.00: lo rebasa por $ 14,310.01")
    manager.click("button[name=action_receivables_release]")
    manager.fill(".modal div[name=reason] input", "Su pedido más grande del año")
    manager.click(".modal button[name=action_release]")
    expect(manager.locator(".modal")).to_have_count(0)


def _is_on_record(auditor: Page) -> None:
    auditor.goto("/odoo/action-receivables_automation.receivables_override_action")
    row = auditor.locator(".o_data_row", has_text="Su pedido más grande del año")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("Fernanda Ríos")
    expect(auditor.locator(".o_list_button_add")).to_have_count(0)


def test_credit_from_the_application_to_the_order_over_it(tiers, log_in, tmp_path):
    paper = tmp_path / "constancia.pdf"
    paper.write_bytes(PDF)
    phone = log_in("cliente", width=390, height=844)
    _apply(phone, paper)

    collector = log_in("cobranza")
    _evaluate(collector)

    manager = log_in("finanzas")
    _open(manager)
    _approve(manager)
    expect(manager.locator(".modal")).to_contain_text("lo aprueba Dirección")

    _open(tiers)
    _approve(tiers)
    expect(
        tiers.locator(".o_statusbar_status .o_arrow_button_current")
    ).to_contain_text("Aprobada")
    phone.reload()
    expect(phone.locator("[name=state]")).to_contain_text("120,000.00")
    expect(phone.locator("body")).not_to_contain_text("30,000 ×")

    [product] = call(tiers, "product.product", "create", [{"name": "Varilla"}])
    seller = log_in("ventas")
    _confirm(seller, _order(seller, product, 10_000))
    expect(_state_of(seller)).to_have_text("Orden de venta")
    order = _order(seller, product, 40_000)
    _is_refused(seller, order)
    _release(manager, order)
    _confirm(seller, order)
    expect(_state_of(seller)).to_have_text("Orden de venta")
    _is_on_record(log_in("auditoria"))
