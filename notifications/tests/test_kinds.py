from __future__ import annotations

from dataclasses import replace

import pytest

from notifications.kinds import all_kinds, get_kind, register


def test_a_kind_is_found_by_its_name():
    kind = get_kind("tests.note")

    assert kind is not None
    assert kind in all_kinds()
    assert get_kind("tests.nothing") is None


def test_registering_the_same_kind_again_changes_nothing():
    kind = get_kind("tests.note")
    register(kind)

    assert list(all_kinds()).count(kind) == 1


def test_two_kinds_cannot_share_a_name():
    with pytest.raises(ValueError, match=r"tests\.note is registered twice"):
        register(replace(get_kind("tests.note"), label="Another"))


@pytest.mark.parametrize(
    ("name", "label", "title"),
    [
        ("coaching.session_reminder", "", "Session reminder"),
        ("coaching.session_reminder", "Reminder of a session", "Reminder of a session"),
    ],
)
def test_a_kind_has_a_title_for_people(name, label, title):
    assert replace(get_kind("tests.note"), name=name, label=label).title == title
