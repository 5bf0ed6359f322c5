"""Text messages by a real provider on loopback, over TLS; to a file; to the console."""

from __future__ import annotations

import io
import logging
import socket

import pytest
from django.core.exceptions import ImproperlyConfigured

from notifications.backends.errors import (
    AmbiguousError,
    PermanentError,
    TemporaryError,
    ThrottledError,
    UnreachableError,
)
from notifications.backends.mailbox import list_mails
from notifications.backends.sms import Sms
from notifications.backends.sms_backends import (
    ConsoleSmsBackend,
    get_sms_backend,
    is_sms_available,
)
from notifications.tests.sms import DROP
from notifications.tests.smtp import free_port

SMS = Sms(number="+15550001111", text="Appointment tomorrow 07:00.", reference="r-1")


def test_a_message_is_posted_once_with_our_reference_and_key(provider):
    with get_sms_backend() as backend:
        proof = backend.send(SMS)

    assert provider.taken == [
        {
            "to": "+15550001111",
            "from": "Northlight",
            "text": "Appointment tomorrow 07:00.",
            "reference": "r-1",
        }
    ]
    assert provider.keys == ["Bearer s3cret-key"]
    assert proof == "201 sms-1"


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (429, ThrottledError),
        (400, PermanentError),
        (404, PermanentError),
        (422, PermanentError),
        (401, UnreachableError),  # our key, not the recipient
        (403, UnreachableError),
        (302, UnreachableError),  # nobody is followed elsewhere
        (503, TemporaryError),
        (500, AmbiguousError),  # it may have been accepted
        (502, AmbiguousError),
        (504, AmbiguousError),
        (DROP, AmbiguousError),
    ],
)
def test_an_answer_decides_what_is_known(provider, status, error):
    provider.answers.append(status)
    backend = get_sms_backend()

    with pytest.raises(error) as raised:
        backend.send(SMS)

    assert type(raised.value) is error
    assert "s3cret" not in str(raised.value)
    backend.close()


def test_a_reference_that_the_provider_has_already_counts_as_sent(provider):
    provider.answers.append(409)

    assert get_sms_backend().send(SMS).startswith("409")


def test_a_certificate_of_nobody_we_trust_is_refused(provider, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")

    with pytest.raises(UnreachableError):
        get_sms_backend().open()
    assert provider.taken == []


def test_nobody_at_the_address_is_unreachable(settings):
    settings.SMS_URL = f"https://127.0.0.1:{free_port()}/"

    with pytest.raises(UnreachableError):
        get_sms_backend().open()


def test_a_hanging_provider_is_left_after_the_timeout(settings):

    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.SMS_URL = f"https://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(UnreachableError):
            get_sms_backend(timeout=0.2).open()


def test_it_can_be_asked_for_a_message_by_our_reference(provider):
    provider.known["r-1"] = "sms-9"
    backend = get_sms_backend()

    assert (backend.ask("r-1"), backend.ask("r-2")) == ("asked sms-9", "")
    backend.close()


def test_many_messages_count_what_left_and_may_fail_silently(provider):
    provider.answers += [201, 422, 201]
    with get_sms_backend(fail_silently=True) as backend:
        assert backend.send_messages([SMS] * 3) == 2

    provider.answers += [201, 422]
    with get_sms_backend() as backend, pytest.raises(PermanentError):
        backend.send_messages([SMS] * 3)


def test_the_secret_and_the_number_are_in_no_log(provider, caplog):
    caplog.set_level(logging.DEBUG)
    provider.answers.append(500)
    with pytest.raises(AmbiguousError):
        get_sms_backend().send(SMS)

    assert "s3cret" not in caplog.text
    assert "5550001111" not in caplog.text


def test_a_file_is_shown_among_the_mails(settings, tmp_path):
    settings.SMS_URL, settings.MAILBOX_DIR = "file:", tmp_path
    with get_sms_backend() as backend:
        backend.send(SMS)

    (mail,) = list_mails(to="+15550001111")
    assert (mail.subject, mail.text.strip()) == ("SMS", "Appointment tomorrow 07:00.")


def test_the_console_prints_it():
    stream = io.StringIO()
    ConsoleSmsBackend(stream=stream).send(SMS)

    assert stream.getvalue() == "SMS +15550001111: Appointment tomorrow 07:00.\n"


@pytest.mark.parametrize("url", ["http://api.example/", "ftp://x", "smtp:", "nonsense"])
def test_nothing_but_https_is_a_provider(settings, url):
    settings.SMS_URL = url

    with pytest.raises(ImproperlyConfigured):
        get_sms_backend()


def test_without_an_address_there_is_no_sms(settings):
    settings.SMS_URL = ""

    assert not is_sms_available()
