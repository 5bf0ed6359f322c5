"""How often something may be asked for, counted in the cache: a fixed window for each key."""

from __future__ import annotations

import hashlib
import time

from django.core.cache import cache


def is_too_often(*, what: str, key: str, most: int, seconds: int) -> bool:
    """Count one more request and say whether there were more than `most` in this window.

    Args:
        what: names the counter.
        key: whose; hashed, for it may be a secret or an address.
        most: how many are fine within `seconds`.
    """
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    name = f"rate:{what}:{digest}:{int(time.time()) // seconds}"
    cache.add(name, 0, timeout=seconds)
    try:
        return cache.incr(name) > most
    except ValueError:  # it ended, or the cache forgot it, between the two
        return False
