from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from core.templatetags import ui

SEVEN_IN_CHICAGO = datetime(2026, 11, 26, 13, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (45, "45 min"),
        (60, "1 h"),
        (90, "1 h 30 min"),
        (timedelta(minutes=5), "5 min"),
        (0, "0 min"),
        (None, ""),
        ("", ""),
    ],
)
def test_duration(value, words):
    assert ui.duration(value) == words


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("America/Chicago", "Thu 26 Nov, 07:00 CST"),
        ("Europe/Berlin", "Thu 26 Nov, 14:00 CET"),
        ("Asia/Kathmandu", "Thu 26 Nov, 18:45 UTC+5:45"),
        ("America/Sao_Paulo", "Thu 26 Nov, 10:00 UTC−3"),
        ("UTC", "Thu 26 Nov, 13:00 UTC"),
    ],
)
def test_local_time_speaks_in_the_viewers_zone_and_names_it(zone, words):
    with timezone.override(ZoneInfo(zone)):
        assert ui.local_time(SEVEN_IN_CHICAGO) == words


def test_the_day_is_the_viewers_not_that_of_utc():
    with timezone.override(ZoneInfo("Pacific/Auckland")):
        assert ui.local_day(SEVEN_IN_CHICAGO) == "Fri 27 Nov"


@pytest.mark.parametrize(("zone", "start"), [("America/Chicago", "Chicago, UTC−"), ("UTC", "UTC")])
def test_zone_label(zone, start):
    with timezone.override(ZoneInfo(zone)):
        assert ui.zone_label().startswith(start)


def test_when_carries_the_instant_for_machines():
    with timezone.override(ZoneInfo("America/Chicago")):
        html = ui.when(SEVEN_IN_CHICAGO, "clock")

    assert html == '<time datetime="2026-11-26T13:00:00+00:00">07:00 CST</time>'


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Maya Lind", "ML"), ("Ana de la Cruz", "AC"), ("Cher", "C"), ("", ""), ("éva ö", "ÉÖ")],
)
def test_initials(name, letters):
    assert ui.initials(name) == letters


@pytest.mark.parametrize(
    ("value", "of", "share"),
    [(3, 6, 50), (0, 6, 0), (7, 6, 100), (1, 0, 0), (None, 4, 0), (1, 3, 33)],
)
def test_percent(value, of, share):
    assert ui.percent(value, of) == share


def test_nav_url_of_a_page_that_does_not_exist_is_empty():
    assert ui.nav_url("nowhere:at_all") == ""
    assert ui.nav_url("help_page") == "/help/"


def test_current_role_is_the_chosen_one_else_the_first():
    roles = [{"label": "a", "current": False}, {"label": "b", "current": True}]

    assert ui.current_role(roles)["label"] == "b"
    assert ui.current_role(roles[:1])["label"] == "a"
    assert ui.current_role(None) is None
