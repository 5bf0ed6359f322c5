"""What goes over the wire."""

from __future__ import annotations

import ssl
from email.message import EmailMessage

import pytest

from core.mail import build_mail
from notifications.backends.mailbox import list_mails
from notifications.backends.transports import (
    MailboxTransport,
    SmtpTransport,
    UnreachableError,
    make_transport,
)


def mail(text: str = "Hello", to: str = "ada@ward.example") -> EmailMessage:
    return build_mail(
        subject="Note",
        text=text,
        sender="Northlight <hello@northlight.example>",
        to=[("Ada King", to)],
        message_id="<1@northlight.example>",
    )


def test_lines_that_begin_with_a_dot_and_long_lines_arrive_unchanged(post):
    text = ".\n..two\n.end\n" + "ä" * 3000 + "\n" + "x" * 3000
    transport = SmtpTransport()

    transport.send(mail(text))
    transport.close()

    delivery = post.taken[0]
    assert delivery.message.get_content().replace("\r\n", "\n").strip() == text
    assert max(len(line) for line in delivery.content.split(b"\r\n")) <= 998
    assert delivery.content.isascii()


def test_the_envelope_names_the_senders_address_and_the_recipient(post):
    transport = SmtpTransport()
    transport.send(mail(to="ada@bücher.example"))
    transport.close()

    assert post.taken[0].sender == "hello@northlight.example"
    assert post.taken[0].recipients == ["ada@xn--bcher-kva.example"]


def test_a_server_without_tls_is_not_given_the_mail(post, settings):
    """TLS asked for and not offered: nothing leaves in the clear."""
    settings.EMAIL_USE_TLS = True

    with pytest.raises(UnreachableError) as failure:
        SmtpTransport().send(mail())

    assert (failure.value.code, post.taken) == ("not_connected", [])


def test_a_server_that_speaks_no_tls_at_all_is_unreachable(post, settings):
    settings.EMAIL_USE_SSL = True

    with pytest.raises(UnreachableError) as failure:
        SmtpTransport().connect()

    assert isinstance(failure.value.__cause__, ssl.SSLError | OSError)


def test_a_password_the_server_does_not_want_is_our_trouble(post, settings):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "user", "wrong"

    with pytest.raises(UnreachableError):
        SmtpTransport().connect()


def test_without_a_mail_server_mail_goes_to_the_mailbox(settings, tmp_path):
    settings.EMAIL_BACKEND = "notifications.backends.mailbox.MailboxBackend"
    settings.MAILBOX_DIR = tmp_path / "box"
    transport = make_transport()

    transport.connect()
    proof = transport.send(mail("Grüße"))
    transport.close()

    (kept,) = list_mails()
    assert isinstance(transport, MailboxTransport)
    assert (proof, kept.text.strip()) == (f"mailbox:{kept.name}", "Grüße")


def test_a_mailbox_that_cannot_be_written_is_unreachable(settings, tmp_path):
    (tmp_path / "file").write_text("")
    settings.MAILBOX_DIR = tmp_path / "file" / "box"

    for step in (MailboxTransport().connect, lambda: MailboxTransport().send(mail())):
        with pytest.raises(UnreachableError) as failure:
            step()
        assert failure.value.code == "mailbox_unwritable"
