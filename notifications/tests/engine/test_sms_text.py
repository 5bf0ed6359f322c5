from __future__ import annotations

import pytest

from notifications.engine.sms_text import plain, segments


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),  # each takes the room of two
        ("€" * 81, 2),
        ("ж" * 70, 1),
        ("ж" * 71, 2),
        ("a" * 70 + "ж", 2),
        ("😀" * 35, 1),  # two units each
        ("😀" * 36, 2),
    ],
)
def test_a_text_costs_as_many_messages_as_the_network_sends(text, count):
    assert segments(text) == count


def test_typography_does_not_double_the_price():
    text = plain("It’s at 07:00 – see “details” …\n\nhttps://x.example/")

    assert text == 'It\'s at 07:00 - see "details" ... https://x.example/'
    assert segments(text) == 1
