"""A message kind of our own, and a mail server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from notifications.kinds import Kind, Owed, Rendered, register
from notifications.models import Message
from notifications.tests.sms import Provider, running_provider
from notifications.tests.smtp import Post, running_post


@dataclass
class Desk:
    """What the test kind says; each test starts with a fresh one."""

    is_current: Callable[[Message], bool] = lambda message: True
    render: Callable[[Message], Rendered] = lambda message: Rendered(
        subject=f"Note {message.subject_id}",
        text="Hello.",
        html="<p>Hello.</p>",
        short="Hello, 07:00.",
    )
    expected: list[Owed] = field(default_factory=list)


_desk = Desk()


def _kind(name: str, ambiguous: str) -> Kind:
    return Kind(
        name=name,
        current=lambda message: _desk.is_current(message),
        render=lambda message: _desk.render(message),
        expected=lambda now: [owed for owed in _desk.expected if owed.kind == name],
        ambiguous={"email": ambiguous},
    )


register(_kind("tests.note", "resend_once"))
register(_kind("tests.secret", "hold"))


@pytest.fixture
def desk() -> Iterator[Desk]:
    _desk.__dict__.update(Desk().__dict__)
    yield _desk
    _desk.__dict__.update(Desk().__dict__)


@pytest.fixture
def post(settings) -> Iterator[Post]:
    """A mail server, and settings that name it."""
    with running_post() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_TIMEOUT = 1
        yield running


@pytest.fixture
def provider(settings, tmp_path, monkeypatch) -> Iterator[Provider]:
    """A provider of text messages whose certificate this process trusts, and settings that name it."""
    with running_provider(tmp_path) as (running, certificate):
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        settings.SMS_URL, settings.SMS_TOKEN = running.url, "s3cret-key"
        settings.SMS_SENDER = "Northlight"
        yield running
