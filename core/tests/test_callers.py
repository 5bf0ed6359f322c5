"""A caller is counted by an address that they cannot choose."""

import pytest
from django.test import RequestFactory

from core.callers import caller_of


@pytest.mark.parametrize(
    ("proxies", "forwarded", "caller"),
    [
        (0, "203.0.113.9", "10.0.0.1"),  # no proxy: nobody may say so
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "1.2.3.4, 203.0.113.9", "203.0.113.9"),  # the first was put there by the visitor
        (2, "1.2.3.4, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (1, "", "10.0.0.1"),
        (2, "203.0.113.9", "10.0.0.1"),
        (1, "not an address", "10.0.0.1"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
    ],
)
def test_the_address_that_our_own_proxy_saw(settings, proxies, forwarded, caller):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)

    assert caller_of(request) == caller
