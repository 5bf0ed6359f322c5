"""Ids of new parts, made of their titles."""

import itertools
import re
import unicodedata
from collections.abc import Collection


def key_from(title: str, *, taken: Collection[str] = ()) -> str:
    """An id made of a title: its letters and digits, joined by hyphens, and a number if taken."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    joined = "-".join(re.findall("[a-z0-9]+", plain))[:32].strip("-")
    stem = joined if joined[:1].isalpha() else f"part-{joined}".rstrip("-")
    numbered = (f"{stem}-{number}" for number in itertools.count(2))
    return next(key for key in itertools.chain([stem], numbered) if key not in taken)
