"""One mail catcher for all tests of a module, and ways to speak to it."""

import http.client
import smtplib
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from fakes.mail_client import MailCatcher
from fakes.process import FakeProcess


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """The process that most tests share."""
    folder = tmp_path_factory.mktemp("mail")
    with FakeProcess("fakes.mail_catcher", "--folder", folder) as fake:
        yield fake
        assert fake.stderr() == ""


@pytest.fixture
def catcher(running):
    """A client of the shared process, which is empty and behaves well."""
    client = MailCatcher(running.ready["url"])
    client.clear()
    client.set_faults()
    return client


def _connect(fake):
    return smtplib.SMTP("127.0.0.1", fake.ready["smtp_port"], "localhost", timeout=5)


def _send_to(fake, content=b"Subject: Hola\r\n\r\nHola", to="ana@pena.example"):
    if isinstance(content, EmailMessage):
        content = content.as_bytes(policy=SMTP)
    with _connect(fake) as smtp:
        smtp.sendmail("cobranza@aceros.example", [to], content)


@pytest.fixture
def connect(running):
    """Return a function that opens an SMTP connection to the shared process."""
    return lambda: _connect(running)


@pytest.fixture
def send_to():
    """Return a function that sends one message, given as such or as bytes."""
    return _send_to


@pytest.fixture
def send(running):
    """Return a function that sends one message to the shared process."""
    return lambda *arguments, **options: _send_to(running, *arguments, **options)


@pytest.fixture
def ask(running):
    """Return a function that gives status, headers and body of an HTTP answer."""

    def answer_to(path, method="GET", body=None, **headers):
        port = running.ready["http_port"]
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
            return answer.status, answer.headers, text
        finally:
            connection.close()

    return answer_to


@pytest.fixture
def reminder():
    """A reminder with text, HTML, an inline picture and a PDF."""
    message = EmailMessage()
    message["Subject"] = "Recordatorio: factura vencida — Peña"
    message["From"] = "Cobranza <cobranza@aceros.example>"
    message["To"] = "Ana Peña <ana@pena.example>"
    message["Reply-To"] = "gestor@aceros.example"
    message.set_content("Le recordamos su factura.\n")
    message.add_alternative(
        '<p>Año</p><img src="cid:logo@aceros"><img src="cid:unknown">'
        '<script>alert(1)</script><a href="https://pay.example/1">Pagar</a>',
        subtype="html",
    )
    message.get_payload()[1].add_related(
        b"PNG picture", "image", "png", cid="<logo@aceros>", filename="logo.png"
    )
    message.add_attachment(
        b"PDF document", maintype="application", subtype="pdf", filename="Año 2026.pdf"
    )
    return message
