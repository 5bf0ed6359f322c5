"""Whose request it is, for counting: the address behind the proxies that we trust, and no other."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from django.http import HttpRequest


def caller_of(request: HttpRequest) -> str:
    """Return the caller's address; of IPv6 the network, for one household has 2^64 addresses.

    Behind TRUSTED_PROXY_COUNT proxies it is the entry that the outermost of them wrote; what a
    visitor put before it is not believed. Without a proxy the header is not read.
    """
    place = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    direct = request.META.get("REMOTE_ADDR", "")
    found = forwarded[-place].strip() if 0 < place <= len(forwarded) else direct
    try:
        address = ip_address(found)
    except ValueError:
        return direct
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return str(address.ipv4_mapped)  # a socket for both kinds; all of IPv4 is no one network
    if isinstance(address, IPv6Address):
        return str(ip_network(f"{address}/64", strict=False))
    return str(address)
