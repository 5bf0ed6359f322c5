"""Which addresses a calendar may be read from: names of public hosts, nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from urllib.parse import urlsplit

MOST_CHARACTERS = 2000
# Labels of a public name. The last begins with a letter: so no notation of a number is a name.
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])\Z")
_INSIDE = (
    ".local", ".localhost", ".internal", ".intranet", ".private", ".lan", ".home", ".corp",
    ".localdomain", ".arpa", ".svc", ".cluster", ".docker", ".consul", ".test", ".invalid", ".onion",
)  # fmt: skip
# Global by the registry, yet answered from inside: protocol assignments (RFC 6890), the retired
# relay of 6to4 (RFC 7526), and the address under which one cloud's hosts serve their guests.
_ANSWERED_INSIDE = tuple(
    IPv4Network(block) for block in ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32")
)


class AddressRefused(ValueError):
    """The code says why: "not_https", "has_password", "not_a_name", "bad_address"."""


@dataclass(frozen=True)
class CalendarAddress:
    host: str  # ASCII, lower case
    target: str  # path and query, as the request line takes them

    @property
    def url(self) -> str:
        return f"https://{self.host}{self.target}"


def parse_address(text: str) -> CalendarAddress:
    """Read what a person pasted.

    Raises:
        AddressRefused: it is no address of a public host over https.
    """
    text = text.strip()
    if len(text) > MOST_CHARACTERS or any(
        not char.isprintable() or char in ' \\"<>' for char in text
    ):
        raise AddressRefused("bad_address")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise AddressRefused("bad_address") from error
    if parts.scheme.lower() not in ("https", "webcal", "webcals"):
        raise AddressRefused("not_https")
    if "@" in parts.netloc:
        raise AddressRefused("has_password")
    if port not in (None, 443):
        raise AddressRefused("not_https")
    target = parts.path or "/"
    if parts.query:
        target += f"?{parts.query}"
    return CalendarAddress(_host(parts.hostname or ""), _ascii(target))


def _host(name: str) -> str:
    try:
        host = name.encode("idna").decode().lower() if name else ""
    except UnicodeError as error:
        raise AddressRefused("bad_address") from error
    if len(host) > 253 or not _HOST.match(host) or host.endswith(_INSIDE):
        raise AddressRefused("not_a_name")
    return host


def _ascii(target: str) -> str:
    return "".join(
        char if ord(char) < 128 else "".join(f"%{byte:02X}" for byte in char.encode())
        for char in target
    )


def is_public(ip: str) -> bool:
    """Whether an IPv4 address belongs to the public internet."""
    try:
        address = IPv4Address(ip)
    except ValueError:
        return False
    if not address.is_global or address.is_multicast:
        return False
    return not any(address in block for block in _ANSWERED_INSIDE)
