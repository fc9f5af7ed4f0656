"""What the mail catcher answers to senders, well-behaved or told to misbehave."""

import json
import smtplib
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from fakes.process import FakeProcess


def test_a_rejected_recipient_does_not_stop_the_others(catcher, connect):
    catcher.set_faults(reject_recipients=["No@x.example"])

    with connect() as smtp:
        refused = smtp.sendmail("a@x.example", ["no@x.example", "si@x.example"], "Hola")

    assert refused["no@x.example"][0] == 550
    assert [each["to"] for each in catcher.messages()] == [["si@x.example"]]


def test_the_next_messages_fail_with_the_given_code_and_then_no_more(catcher, send):
    catcher.set_faults(fail_next=2, code=452)

    for left in (1, 0):
        with pytest.raises(smtplib.SMTPDataError) as failure:
            send()
        assert failure.value.smtp_code == 452
        assert catcher.faults()["fail_next"] == left
    send()

    assert len(catcher.messages()) == 1


def test_a_dropped_connection_leaves_no_answer_and_no_message(catcher, send):
    catcher.set_faults(drop_connection_next=1)

    with pytest.raises(smtplib.SMTPServerDisconnected):
        send()
    send()

    assert len(catcher.messages()) == 1


def test_a_delay_makes_the_sender_wait(catcher, send):
    catcher.set_faults(delay_s=0.2)

    started_at = time.monotonic()
    send()

    assert time.monotonic() - started_at >= 0.2


def test_faults_can_be_cleared(catcher, ask):
    well_behaved = catcher.faults()
    assert catcher.set_faults(fail_next=3, delay_s=1) != well_behaved

    assert json.loads(ask("/faults", "DELETE")[2]) == well_behaved


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ('{"fail_nxt": 1}', "fail_nxt"),
        ('{"fail_next": "3"}', "fail_next"),
        ('{"fail_next": true}', "fail_next"),
        ('{"fail_next": -1}', "fail_next"),
        ('{"drop_connection_next": 1.5}', "drop_connection_next"),
        ('{"code": 250}', "code"),
        ('{"delay_s": NaN}', "delay_s"),
        ('{"delay_s": 61}', "delay_s"),
        ('{"reject_recipients": "x@y"}', "reject_recipients"),
        ('{"reject_recipients": [1]}', "reject_recipients"),
        ("[]", "object"),
        ("{", "JSON"),
        ("[" * 50_000, "JSON"),
        (" " * 70_000, "larger"),
    ],
)
def test_faults_that_make_no_sense_are_refused(catcher, ask, body, named):
    status, _headers, answer = ask("/faults", "POST", body)

    assert status == 400
    assert named in json.loads(answer)["error"]
    assert catcher.faults()["fail_next"] == 0


def test_the_client_raises_what_the_catcher_refuses(catcher):
    with pytest.raises(ValueError, match="fail_nxt"):
        catcher.set_faults(fail_nxt=1)


def test_a_message_that_announces_too_much_is_refused(catcher, connect):
    with connect() as smtp:
        smtp.ehlo()
        code, _text = smtp.mail("a@x.example", ["SIZE=20971521"])

    assert code == 552


def test_a_message_that_is_too_large_is_refused(catcher, connect):
    line = b"x" * 990 + b"\r\n"
    with connect() as smtp:
        # Without EHLO the client announces no size beforehand.
        smtp.helo()
        with pytest.raises(smtplib.SMTPDataError) as failure:
            smtp.sendmail("a@x.example", ["b@x.example"], line * 21_200)

    assert failure.value.smtp_code == 552
    assert catcher.messages() == []


def test_addresses_in_utf_8_are_accepted(catcher, connect):
    with connect() as smtp:
        smtp.sendmail("a@x.example", ["josé@peña.example"], b"", ["SMTPUTF8"])

    assert catcher.messages(to="JOSÉ@peña.example")


def test_a_bounce_has_an_empty_sender(catcher, connect):
    with connect() as smtp:
        smtp.sendmail("", ["a@x.example"], b"Subject: Devuelto\r\n\r\n")

    assert catcher.messages()[0]["from"] == ""


def test_twenty_senders_at_once_are_all_stored(catcher, send):
    subjects = [f"Aviso {number:02d}" for number in range(20)]

    with ThreadPoolExecutor(20) as senders:
        list(
            senders.map(
                lambda each: send(f"Subject: {each}\r\n\r\n".encode()), subjects
            )
        )

    assert sorted(each["subject"] for each in catcher.messages()) == subjects


def test_a_message_that_cannot_be_stored_is_answered_with_a_temporary_error(
    send_to, tmp_path
):
    with FakeProcess("fakes.mail_catcher", "--folder", tmp_path / "mail") as fake:
        (tmp_path / "mail").rmdir()
        with pytest.raises(smtplib.SMTPDataError) as failure:
            send_to(fake)

    assert failure.value.smtp_code == 451
