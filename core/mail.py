"""Build one mail: text, HTML with its styles inlined, and a calendar entry where there is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime, parseaddr

import css_inline
from django.utils import timezone

# Seven-bit: any server takes it, and no relay re-codes a part on its way.
POLICY = SMTP_POLICY.clone(cte_type="7bit")
_inliner = css_inline.CSSInliner(keep_style_tags=False, load_remote_stylesheets=False)


def build_mail(
    *,
    subject: str,
    text: str,
    html: str = "",
    sender: str,
    sender_name: str = "",
    to: Sequence[tuple[str, str]],
    reply_to: str = "",
    message_id: str,
    calendar: bytes | None = None,
    calendar_method: str = "",
    headers: Mapping[str, str] | None = None,
) -> EmailMessage:
    """Return the message: `mixed(alternative(text, html, text/calendar), invite.ics)`.

    Args:
        subject: line breaks are taken out, so that no header can be smuggled in.
        sender: address, perhaps with a name, which `sender_name` replaces.
        to: (name, address) pairs.
        message_id: RFC 5322, with angle brackets; a repeated delivery has the same one.
        calendar: an iCalendar stream whose METHOD is `calendar_method` (RFC 6047 wants it twice).

    Raises:
        ValueError: an address that is none.
    """
    message = EmailMessage(policy=POLICY)
    message["Subject"] = " ".join(subject.split())
    name, address = parseaddr(sender)
    message["From"] = _address(sender_name or name, address)
    message["To"] = [_address(name, address) for name, address in to]
    if reply_to:
        message["Reply-To"] = _address("", reply_to)
    message["Message-ID"] = message_id
    message["Date"] = format_datetime(timezone.now())
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: out-of-office replies stay away
    for header, value in (headers or {}).items():
        message[header] = " ".join(value.split())
    message.set_content(text.strip() + "\n")
    if html:
        message.add_alternative(_inliner.inline(html), subtype="html")
    if calendar is not None:
        message.add_alternative(
            calendar.decode(),
            subtype="calendar",
            params={"method": calendar_method, "name": "invite.ics"},
        )
        message.add_attachment(
            calendar, maintype="application", subtype="ics", filename="invite.ics"
        )
    return message


def _address(name: str, address: str) -> Address:
    clean = " ".join(name.split())
    user, _, domain = address.rpartition("@")
    if not user or not domain or any(not mark.isprintable() for mark in address):
        raise ValueError("not an e-mail address")
    try:
        ascii_domain = domain.encode("idna").decode()
    except UnicodeError as error:
        raise ValueError("not an e-mail address") from error
    return Address(display_name=clean, username=user, domain=ascii_domain)
