"""The mail catcher's page shows any message safely, and only to this machine."""

import json
import re
import socket

import pytest


def test_the_list_escapes_what_a_message_says(catcher, send, ask):
    subject = b"<script>alert(1)</script>"
    send(b"Subject: " + subject + b"\r\nFrom: <b>x</b>\r\n\r\n", to='"<i>"@x.example')

    pages = [
        ask("/")[2],
        ask(f"/messages/{catcher.messages()[0]['id']}")[2],
        ask("/?q=%3Cscript%3E%22")[2],
    ]

    for page in pages:
        assert "<script" not in page and "<b>x" not in page and "<i>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in pages[0]


def test_the_empty_list_says_what_to_do(catcher, running, ask):
    page = ask("/")[2]

    assert "Todavía no hay mensajes" in page
    assert str(running.ready["smtp_port"]) in page


def test_the_search_ignores_accents_and_case(catcher, send, ask, reminder):
    send(reminder)
    send(b"Subject: Otra cosa\r\n\r\n", to="luis@x.example")

    page = ask("/?q=PENA")[2]

    assert "Recordatorio" in page and "Otra cosa" not in page
    assert "Ningún mensaje coincide" in ask("/?q=nadie")[2]


def test_the_message_is_framed_without_scripts_at_the_chosen_width(
    catcher, send, ask, reminder
):
    send(reminder)
    [listed] = catcher.messages()

    page = ask(f"/messages/{listed['id']}?width=390")[2]
    _status, headers, _body = ask(f"/messages/{listed['id']}/html")

    assert '<iframe class="w390" sandbox=""' in page
    for shown in ("Ana Peña &lt;ana@pena.example&gt;", "Responder a", "Año 2026.pdf"):
        assert shown in page
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none';")
    assert "script-src" not in policy and "img-src 'self' data:" in policy


def test_inline_pictures_are_shown_from_their_parts(catcher, send, ask, reminder):
    send(reminder)
    [listed] = catcher.messages()

    body = ask(f"/messages/{listed['id']}/html")[2]
    [address] = re.findall(r'src="(/messages/[^"]+)"', body)
    status, headers, picture = ask(address)

    assert 'src="cid:unknown"' in body
    assert (status, headers["Content-Type"]) == (200, "image/png")
    assert picture == "PNG picture"


def test_an_attachment_is_only_downloaded(catcher, send, ask, reminder):
    send(reminder)
    [listed] = catcher.messages()
    page = ask(f"/messages/{listed['id']}")[2]
    [address] = re.findall(r"href='(/messages/[0-9]+/parts/[0-9]+)'", page)

    status, headers, body = ask(address)

    assert (status, body) == (200, "PDF document")
    assert headers["Content-Disposition"] == (
        "attachment; filename=\"A_o 2026.pdf\"; filename*=UTF-8''A%C3%B1o%202026.pdf"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_raw_message_is_what_was_sent(catcher, send, ask):
    send(b"Subject: Hola\r\n\r\n..dots\r\n.\xff")
    [listed] = catcher.messages()

    _status, headers, body = ask(f"/messages/{listed['id']}/raw")

    assert headers["Content-Type"] == "text/plain; charset=utf-8"
    assert body == "Subject: Hola\r\n\r\n..dots\r\n.\ufffd\r\n"


@pytest.mark.parametrize(
    "path",
    [
        "/messages/../../../etc/passwd",
        "/messages/%2e%2e%2fetc%2fpasswd",
        "/messages/..%2f..%2fsecret/raw",
        "/messages/0000000000000000",
        "/messages/0000000000000000.json",
        "/messages/" + "\uff11".encode().decode("latin-1") * 16,
        "/style.css/../x",
        "//127.0.0.1/messages.json",
    ],
)
def test_no_path_leads_out_of_the_messages(running, path):
    connection = socket.create_connection(("127.0.0.1", running.ready["http_port"]), 5)
    with connection:
        request = f"GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n"
        connection.sendall(request.encode("latin-1"))

        assert connection.makefile("rb").readline().split()[1] == b"404"


def test_a_part_that_does_not_exist_is_not_found(catcher, send, ask):
    send()
    [listed] = catcher.messages()

    assert ask(f"/messages/{listed['id']}/parts/9")[0] == 404
    with pytest.raises(LookupError, match="1234567890123456"):
        catcher.message("1234567890123456")


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "", "[::2]"]
)
def test_a_foreign_host_name_is_refused(ask, host):
    for path in ("/", "/messages.json", "/style.css"):
        assert ask(path, Host=host)[0] == 403


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8025", "127.0.0.1:1", "[::1]"]
)
def test_a_local_host_name_is_served(ask, host):
    assert ask("/messages.json", Host=host)[0] == 200


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://localhost:1"]
)
def test_a_foreign_origin_can_change_nothing(catcher, send, ask, origin):
    send()

    statuses = [
        ask("/messages", "DELETE", Origin=origin)[0],
        ask("/faults", "POST", '{"fail_next": 1}', Origin=origin)[0],
        ask("/faults", "DELETE", Origin=origin)[0],
    ]

    assert statuses == [403, 403, 403]
    assert len(catcher.messages()) == 1
    assert catcher.faults()["fail_next"] == 0


def test_the_own_origin_can_empty_the_catcher(running, catcher, send, ask):
    send()
    origin = running.ready["url"].rstrip("/")

    status, _headers, body = ask("/messages", "DELETE", Origin=origin)

    assert (status, json.loads(body)) == (200, {"deleted": 1})
    assert catcher.messages() == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no headers at all",
        b"\xff\xfe\x00 junk \x80\x81\r\n\xf1",
        b"Subject: =?utf-8?b?!?=\r\nContent-Type: text/html; charset=zip\r\n\r\n\xff",
        b"Content-Type: multipart/mixed\r\n\r\nno boundary",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n--b\r\n",
        b"Content-Type: \xff/\xff; name=\xff\r\nContent-ID: <\xff>\r\n\r\n",
    ],
)
def test_junk_is_stored_and_shown(catcher, send, ask, content):
    send(content)
    [listed] = catcher.messages()

    assert "html" in catcher.message(listed["id"])
    for suffix in ("", "/html", "/raw"):
        assert ask(f"/messages/{listed['id']}{suffix}")[0] == 200
    assert ask("/")[0] == 200
