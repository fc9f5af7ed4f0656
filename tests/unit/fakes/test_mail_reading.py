"""Messages are read, however broken they are."""

import pytest
from fakes.mail_catcher.reading import decode_words, read_mail, safe_name
from hypothesis import given, settings
from hypothesis import strategies as st

FRAGMENTS = st.sampled_from(
    [
        b"Subject: =?x-unknown?q?=F1?=\r\n",
        b"Subject: =?utf-8?b?!!!?=\r\n",
        b"Content-Type: text/html; charset=idna\r\n",
        b"Content-Type: text/plain; charset=utf-7\r\n",
        b"Content-Type: text/plain; charset*=x''%ff\r\n",
        b'Content-Type: multipart/mixed; boundary="b"\r\n',
        b"Content-Type: message/rfc822\r\n",
        b"Content-Transfer-Encoding: base64\r\n",
        b"Content-Disposition: attachment; filename*0*=utf-8''%e9; filename*1=x\r\n",
        b"Content-ID: <\xff>\r\n",
        b"--b\r\n",
        b"--b--\r\n",
        b"\r\n",
        b"+2AA-\x00\xff\r\n",
    ]
)


# No deadline: a busy machine is no reason to fail.
@settings(deadline=None)
@given(st.lists(st.one_of(FRAGMENTS, st.binary(max_size=30)), max_size=12))
def test_no_bytes_make_reading_fail_or_give_text_that_no_page_can_carry(pieces):
    mail = read_mail(b"".join(pieces))

    shown = [mail.html or "", mail.text or "", *(part.name for part in mail.parts)]
    shown += [text for header in mail.headers for text in header]
    for text in shown:
        text.encode("utf-8")


def test_a_message_nested_too_deep_is_shown_whole():
    levels = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n)
        for n in range(3000)
    )

    mail = read_mail(b"Subject: deep\r\n" + levels)

    assert mail.text.startswith("Subject: deep")


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("=?utf-8?q?A=C3=B1o?= =?utf-8?q?_2026?=", "Año 2026"),
        ("=?no-such-charset?q?A=C3=B1o?=", "Año"),
        ("=?iso-8859-1?q?Pe=F1a?= & Hijos", "Peña & Hijos"),
        ("Saldo\r\n vencido", "Saldo vencido"),
        ("=?utf-8?b?a?=", "=?utf-8?b?a?="),
    ],
)
def test_headers_are_decoded(raw, shown):
    assert decode_words(raw) == shown


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\factura.pdf", "factura.pdf"),
        ('a"b\r\nX-Evil: 1.pdf', "a_b_X-Evil_ 1.pdf"),
        ("factura\u202efdp.exe", "factura_fdp.exe"),
        ("...", "parte-2.pdf"),
        ("", "parte-2.pdf"),
        ("x" * 500 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_file_names_lose_what_is_dangerous(given_name, kept):
    assert safe_name(given_name, 2, "application/pdf") == kept


def test_text_in_a_wrong_charset_is_still_readable():
    mail = read_mail(
        b"Content-Type: text/plain; charset=no-such\r\n\r\nA\xc3\xb1o pasado"
    )

    assert mail.text == "Año pasado"


def test_raw_eight_bit_headers_are_read_as_utf_8_or_windows_1252():
    mail = read_mail("Subject: Peña".encode() + b"\r\nX-Old: Pe\xf1a\r\n\r\n")

    assert mail.header("subject") == "Peña"
    assert mail.header("X-Old") == "Peña"


def test_an_attached_message_is_an_attachment_and_not_the_body():
    mail = read_mail(
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: message/rfc822\r\n\r\n"
        b"Subject: inner\r\nContent-Type: text/html\r\n\r\n<p>inner</p>\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\nouter\r\n--b--\r\n"
    )

    assert (mail.html, mail.text) == (None, "outer")
    assert [part.name for part in mail.attachments] == ["parte-1.eml"]
    assert b"<p>inner</p>" in mail.attachments[0].content


def test_links_are_web_addresses_only_and_named_once():
    mail = read_mail(
        b"Content-Type: text/html\r\n\r\n"
        b"<a class=x href='https://a.example/?x=1&amp;y=2'>1</a>"
        b'<a href="javascript:alert(1)">2</a>'
        b'<A HREF="https://a.example/?x=1&amp;y=2">3</A>'
    )

    assert mail.links == ["https://a.example/?x=1&y=2"]
