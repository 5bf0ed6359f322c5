"""How many text messages a text costs: 160 characters of the GSM alphabet each, or 70 of any other."""

from __future__ import annotations

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€")  # each takes the room of two
# What typography adds and the alphabet lacks.
_PLAIN = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "–": "-",
        "—": "-",
        "−": "-",
        "…": "...",
        "·": "-",
        "→": "-",
        "\u00a0": " ",
        "\u202f": " ",
        "\u2009": " ",
    }
)


def plain(text: str) -> str:
    """Return `text` on one line, with typographic marks replaced where they would cost a message."""
    return " ".join(text.translate(_PLAIN).split())


def is_gsm(text: str) -> bool:
    return all(mark in _BASIC or mark in _EXTENDED for mark in text)


def segments(text: str) -> int:
    """Return how many messages the network sends for `text`."""
    if is_gsm(text):
        room = len(text) + sum(mark in _EXTENDED for mark in text)
        return 1 if room <= 160 else -(-room // 153)
    room = len(text.encode("utf-16-be")) // 2
    return 1 if room <= 70 else -(-room // 67)
