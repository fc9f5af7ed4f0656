"""What the sample company sends is caught, whole, and goes nowhere else."""

import re

from playwright.sync_api import expect


def test_message_to_a_customer_is_caught(log_in, site):
    site.mail.clear()
    page = log_in("finanzas")
    page.goto("/odoo/customers")
    page.locator(".o_data_row td[name=complete_name]", has_text="Constructora").click()
    expect(page.locator(".o-mail-Chatter")).to_be_visible()

    page.click(".o-mail-Chatter-sendMessage")
    page.fill(".o-mail-Composer-input", "Su factura vence mañana.")
    page.click(".o-mail-Composer-send:enabled")

    caught = site.mail.wait_for(to="contacto@pena.example", timeout_s=20)
    message = site.mail.message(caught["id"])
    assert "Su factura vence mañana." in message["html"]
    assert re.search(r"@acerosdelnorte\.example", message["headers"]["from"])
