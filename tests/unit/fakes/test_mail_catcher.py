"""The mail catcher, run as a real process, keeps what is sent to it."""

import json
import re
import socket
from datetime import UTC, datetime, timedelta

import pytest
from fakes.mail_client import MailCatcher
from fakes.process import FakeProcess, FakeStartError


def test_a_message_is_listed_and_read_back_in_full(catcher, send, reminder):
    send(reminder)

    [listed] = catcher.messages()
    full = catcher.message(listed["id"])

    assert listed["from"] == "cobranza@aceros.example"
    assert listed["to"] == ["ana@pena.example"]
    assert listed["subject"] == "Recordatorio: factura vencida — Peña"
    assert listed["has_html"] is True
    assert listed["attachments"] == ["Año 2026.pdf"]
    assert full["text"] == "Le recordamos su factura.\r\n"
    assert "<p>Año</p>" in full["html"]
    assert full["headers"]["reply-to"] == "gestor@aceros.example"
    assert full["links"] == ["https://pay.example/1"]
    age = datetime.now(UTC) - datetime.fromisoformat(listed["received_at"])
    assert timedelta() <= age < timedelta(minutes=1)


def test_messages_are_listed_oldest_first_and_filtered(catcher, send):
    for name in ("a", "b", "B"):
        send(f"Subject: {name}\r\n\r\n".encode(), to=f"{name}@x.example")
    first, second, third = catcher.messages()

    assert [first["subject"], second["subject"]] == ["a", "b"]
    assert catcher.messages(to="b@X.example") == [second, third]
    assert catcher.messages(since_id=second["id"]) == [third]


def test_waiting_returns_the_newest_that_fits_and_else_lists_what_came(catcher, send):
    send(b"Subject: Aviso 1\r\n\r\nuno")
    send(b"Subject: Aviso 2\r\n\r\ndos")

    found = catcher.wait_for(to="ana@pena.example", subject_contains="Aviso")

    assert found["subject"] == "Aviso 2"
    with pytest.raises(AssertionError, match="'Aviso 1'(.|\n)*'Aviso 2'"):
        catcher.wait_for(to="otro@x.example", timeout_s=0)


def test_messages_survive_a_restart_and_broken_files_are_skipped(
    send_to, reminder, tmp_path
):
    arguments = ("fakes.mail_catcher", "--folder", tmp_path)
    with FakeProcess(*arguments) as fake:
        send_to(fake, reminder)
        [before] = MailCatcher(fake.ready["url"]).messages()
        assert fake.stop() == 0
    record = json.loads((tmp_path / f"{before['id']}.json").read_text())
    spoil_folder(tmp_path, record)

    with FakeProcess(*arguments) as fake:
        send_to(fake)
        after = MailCatcher(fake.ready["url"]).messages()
        skipped = re.findall(r"[0-9]{16}\.json", fake.stderr())

    assert after[0] == before
    assert [each["subject"] for each in after[1:]] == ["Hola"]
    assert len(skipped) == 5
    assert not list(tmp_path.glob("*.part"))


def spoil_folder(folder, record):
    """Add records that cannot be used, and what a killed catcher leaves behind."""
    broken = {
        "1000000000000001": b"{not json",
        "1000000000000002": b"[]",
        "1000000000000003": json.dumps(record | {"id": "1000000000000003"}).encode(),
        "1000000000000004": json.dumps(record).encode(),
        "1000000000000005": json.dumps(
            record | {"id": "1000000000000005", "recipients": "not a list"}
        ).encode(),
    }
    for message_id, content in broken.items():
        (folder / f"{message_id}.json").write_bytes(content)
    # Shorter than its record says.
    (folder / "1000000000000003.eml").write_bytes(b"cut")
    (folder / "1000000000000006.eml.part").write_bytes(b"half")
    (folder / "1000000000000007.eml").write_bytes(b"no record")


def test_only_the_newest_messages_are_kept(send_to, tmp_path):
    arguments = ("fakes.mail_catcher", "--folder", tmp_path, "--keep", "2")
    with FakeProcess(*arguments) as fake:
        for number in range(4):
            send_to(fake, f"Subject: {number}\r\n\r\n".encode())
        listed = MailCatcher(fake.ready["url"]).messages()

    assert [each["subject"] for each in listed] == ["2", "3"]
    assert len(list(tmp_path.iterdir())) == 4


@pytest.mark.parametrize("option", ["--smtp-port", "--http-port"])
def test_a_taken_port_is_named_with_what_to_do(tmp_path, option):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        fake = FakeProcess("fakes.mail_catcher", "--folder", tmp_path, option, port)

        with pytest.raises(FakeStartError) as failure:
            fake.start()

    first_line, message = str(failure.value).split("\n")
    assert "exit code 2" in first_line
    assert port in message and option in message and "Stop the program" in message


def test_a_folder_that_cannot_be_used_is_named(tmp_path):
    (tmp_path / "file").touch()
    fake = FakeProcess("fakes.mail_catcher", "--folder", tmp_path / "file")

    with pytest.raises(FakeStartError, match="exit code 2(.|\n)*Cannot use the folder"):
        fake.start()


def test_only_this_machine_is_listened_on(running):
    others = {address[4][0] for address in socket.getaddrinfo(socket.gethostname(), 0)}
    for address in others - {"127.0.0.1", "::1"}:
        for port in (running.ready["smtp_port"], running.ready["http_port"]):
            with pytest.raises(OSError):
                socket.create_connection((address, port), 1)
