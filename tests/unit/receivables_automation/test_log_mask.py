from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.receivables_automation.core.log_mask import MASK, mask_secrets

TOKEN = "AAEAAAAMAAFx-Yz_09abcdefghijklmn"
SECRET = "s3cr3t-0f-the-provider"


@pytest.mark.parametrize(
    "line",
    [
        "/pay/{token}",
        "GET /pay/{token} HTTP/1.1",
        '10.0.0.1 - - "GET /pay/{token}/transaction?x=1 HTTP/1.1" 200 -',
        "https://cobranza.example/pay/{token}?utm=1#top",
        "GET /es_MX/pay/{token}/history HTTP/1.1",
        "GET /PAY/{token} HTTP/1.1",
        "GET //pay//{token} HTTP/1.1",
        "GET /p%61y/{token} HTTP/1.1",
        "GET /%50%41%59/{token} HTTP/1.1",
        '"GET /web/login HTTP/1.1" 200 - "https://cobranza.example/pay/{token}" "UA"',
        "/web/login?redirect=%2Fpay%2F{token}",
        "/web/login?redirect=%2fes_MX%2fpay%2f{token}%3Fx%3D1&y=2",
        "/web/login?redirect=%252Fpay%252F{token}",
        '{{"url": "https:\\/\\/cobranza.example\\/pay\\/{token}"}}',
        "<a href='/pay/{token}'>Pagar</a>",
        "KeyError: '/pay/{token}'",
    ],
)
def test_a_link_s_token_is_masked(line):
    masked = mask_secrets(line.format(token=TOKEN))

    assert TOKEN not in masked
    assert MASK in masked


@pytest.mark.parametrize("spelling", [TOKEN.upper(), TOKEN.lower(), quote(TOKEN)])
def test_a_token_is_masked_however_it_is_spelled(spelling):
    assert mask_secrets(f"/pay/{spelling}") == f"/pay/{MASK}"


def test_a_token_in_percent_code_is_masked():
    spelled = "".join(f"%{ord(letter):02X}" for letter in TOKEN)

    assert mask_secrets(f"GET /pay/{spelled} x") == f"GET /pay/{MASK} x"


@pytest.mark.parametrize(
    "line",
    [
        "POST /payment/conekta/webhook/{secret} HTTP/1.1",
        "POST /payment/conekta/webhook/{secret}/2?x=1 HTTP/1.1",
        "POST /PAYMENT/STP/WEBHOOK/{secret} HTTP/1.1",
        "POST /es_MX/payment/stp/webhook/{secret} HTTP/1.1",
        "POST /p%61yment/stp/web%68ook/{secret} HTTP/1.1",
        "?next=%2Fpayment%2Fstp%2Fwebhook%2F{secret}",
        "https://cobranza.example/payment/conekta/webhook/1/{secret}",
    ],
)
def test_a_webhook_s_secret_is_masked(line):
    masked = mask_secrets(line.format(secret=SECRET))

    assert SECRET not in masked
    assert MASK in masked


@pytest.mark.parametrize(
    "line",
    [
        "GET /my/invoices/7?access_token={secret} HTTP/1.1",
        "GET /pay/receipt/7/pdf?access_token={secret} HTTP/1.1",
        "GET /my/invoices/7?report_type=pdf&ACCESS_TOKEN={secret}&download=true",
        "GET /my/invoices/7?access%5ftoken={secret}",
        "/web/login?redirect=%2Fmy%2Finvoices%2F7%3Faccess_token%3D{secret}",
        "/web/login?redirect=%252Fmy%253Faccess_token%253D{secret}",
        '{{"invoice_id": 7, "access_token": "{secret}"}}',
        "{{'access_token': '{secret}'}}",
        '{{\\"access_token\\":\\"{secret}\\"}}',
        "ImmutableMultiDict([('access_token', '{secret}')])",
    ],
)
def test_the_key_of_a_receipt_or_of_a_portal_page_is_masked(line):
    masked = mask_secrets(line.format(secret=SECRET))

    assert SECRET not in masked
    assert MASK in masked


def test_what_stands_beside_a_key_stays():
    line = f"GET /my/invoices/7?access_token={SECRET}&report_type=pdf HTTP/1.1"

    assert mask_secrets(line) == (
        f"GET /my/invoices/7?access_token={MASK}&report_type=pdf HTTP/1.1"
    )


def test_both_of_a_line_are_masked():
    line = f'"GET /pay/{TOKEN}" 302 "https://x.example/payment/stp/webhook/{SECRET}"'

    assert mask_secrets(line) == (
        f'"GET /pay/{MASK}" 302 "https://x.example/payment/stp/webhook/{MASK}"'
    )


@pytest.mark.parametrize(
    "line",
    [
        "GET /my/receivables HTTP/1.1",
        "GET /payment/status HTTP/1.1",
        "POST /payment/conekta/return?reference=PL1 HTTP/1.1",
        "GET /payroll/12 HTTP/1.1",
        "GET /pay HTTP/1.1",
        "GET /repay/12 HTTP/1.1",
        "how to pay / where",
        "column access_token of relation account_move",
    ],
)
def test_other_lines_stay_as_they_are(line):
    assert mask_secrets(line) == line


@given(st.text(), st.text())
def test_masking_any_text_twice_changes_nothing_more(before, after):
    once = mask_secrets(f"{before}/pay/{TOKEN} {after}")

    assert TOKEN not in once
    assert mask_secrets(once) == once


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece",
    [
        "/",
        "%2f",
        "%25",
        "/pay",
        "/payment/a",
        "/payment/a%",
        "%2fpay%2f",
        "\\/",
        "access_token",
    ],
)
def test_a_hostile_line_does_not_stop_the_log(piece):
    line = piece * 50_000

    assert len(mask_secrets(line)) <= len(line)
