"""Stop a kind of mail by the link in it, or want it again.

Source: RFC 8058, one-click unsubscribe: a mail program posts to the address in the header.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.urls import reverse

from core.tokens import SignedLink, read_link, sign_link
from notifications.models import OptOut

if TYPE_CHECKING:
    from datetime import datetime

_FOR_GOOD = 2**40  # epoch seconds: a link that stops mail does not expire


def has_opted_out(*, person: Any, topic: str) -> bool:
    return OptOut.objects.owned_by(person).filter(topic=topic).exists()


def stop_mail(*, person: Any, topic: str, now: datetime) -> None:
    """Send no more of `topic`; saying it twice is fine."""
    OptOut.objects.bulk_create(
        [OptOut(person=person, topic=topic, since=now)], ignore_conflicts=True
    )


def want_mail(*, person: Any, topic: str) -> None:
    OptOut.objects.owned_by(person).filter(topic=topic).delete()


def stop_address(*, person: Any, topic: str) -> str:
    """Return the address that stops `topic` for `person`: for the foot of a mail."""
    link = SignedLink(person.public_id, 0, _FOR_GOOD)
    token = sign_link(purpose=f"stop:{topic}", link=link)
    return f"{settings.SITE_URL}{reverse('notifications:mail_stop', args=[topic, token])}"


def stop_headers(address: str) -> dict[str, str]:
    """Return the headers by which a mail program offers one click (RFC 2369, RFC 8058)."""
    return {
        "List-Unsubscribe": f"<{address}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def person_of(*, topic: str, token: str) -> Any | None:
    """Return whom a link was made for; None if we did not make it."""
    link = read_link(token, purpose=f"stop:{topic}")
    if link is None or topic not in OptOut.Topic.values:
        return None
    return get_user_model()._default_manager.filter(public_id=link.subject).first()
