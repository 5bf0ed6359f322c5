"""The picker beside a rota: welcome times first, those that meet a shift last, to their owner alone."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import reverse

from coaching.models import CalendarSource, RotaShift

pytestmark = pytest.mark.django_db


@pytest.fixture
def shift(enrollment):
    """09:00 to 12:00 in Chicago on the Thursday that the page shows."""
    source = CalendarSource.objects.create(
        person=enrollment.clinician, kind="rota", origin="upload", sealed_upload=b"x"
    )
    span = DateTimeTZRange(
        datetime(2027, 6, 3, 14, tzinfo=UTC), datetime(2027, 6, 3, 17, tzinfo=UTC)
    )
    return RotaShift.objects.create(source=source, person=enrollment.clinician, span=span)


def headings(page: str) -> list[str]:
    return [
        text.split("·")[-1].strip()
        for text in re.findall(r'<legend class="slot-picker__legend">([^<]+)</legend>', page)
    ]


def test_times_stand_beside_the_shift(clinician, enrollment, shift):
    """The coach is there from 03:00 to 13:00 in Chicago; a session takes an hour."""
    address = reverse("coaching:session_book", args=[enrollment.public_id])

    page = clinician.get(f"{address}?day=2027-06-03").content.decode()

    assert headings(page) == [
        "Before your shift at 09:00",
        "Close to your shift, 09:00 to 12:00",
        "During your shift, 09:00 to 12:00",
    ]
    before, close, during = re.split("slot-picker__legend", page)[1:]
    assert "07:30" in before
    assert "08:00" in close  # ends at nine
    assert "12:00" in close
    assert "11:30" in during


def test_a_time_during_a_shift_can_still_be_booked(clinician, enrollment, shift):
    address = reverse("coaching:session_book", args=[enrollment.public_id])
    page = clinician.get(f"{address}?day=2027-06-03").content.decode()
    key = re.search(r'value="([^"]+)" data-says="Thu 3 Jun, 10:00"', page)[1]

    answer = clinician.post(f"{address}?day=2027-06-03", {"slot": key, "idem_key": _key(page)})

    assert answer.status_code == 302


def test_days_without_a_shift_go_by_the_part_of_the_day(clinician, enrollment, shift):
    address = reverse("coaching:session_book", args=[enrollment.public_id])

    page = clinician.get(f"{address}?day=2027-06-04").content.decode()

    assert headings(page) == ["Morning", "Afternoon"]


def test_the_first_day_shown_has_a_time_beside_her_shifts(clinician, enrollment, shift):
    """From Tuesday on every day is free; on Tuesday and Wednesday she works all day."""
    for day in (1, 2):
        span = DateTimeTZRange(
            datetime(2027, 6, day, 5, tzinfo=UTC), datetime(2027, 6, day + 1, 4, tzinfo=UTC)
        )
        RotaShift.objects.create(source=shift.source, person=enrollment.clinician, span=span)

    page = clinician.get(reverse("coaching:session_book", args=[enrollment.public_id]))

    assert headings(page.content.decode())[0] == "Before your shift at 09:00"
    assert page.context["page"].chosen[0].day.day == 3


def test_today_offers_times_beside_her_shifts(clinician, enrollment, shift):
    span = DateTimeTZRange(datetime(2027, 6, 1, 5, tzinfo=UTC), datetime(2027, 6, 3, 4, tzinfo=UTC))
    RotaShift.objects.create(source=shift.source, person=enrollment.clinician, span=span)

    page = clinician.get("/").content.decode()

    offered = page[page.index("Next free times") :]
    assert "Thu 3 Jun" in offered
    assert "Tue 1 Jun" not in offered
    assert "Wed 2 Jun" not in offered


def test_the_coach_who_books_for_her_sees_nothing_of_her_rota(client, enrollment, shift):
    client.force_login(enrollment.coach)
    address = reverse("coaching:booking_for", args=[enrollment.public_id])

    page = client.get(f"{address}?day=2027-06-03").content.decode()

    assert "shift" not in page
    assert headings(page) == ["Morning", "Afternoon"]


def _key(page: str) -> str:
    return re.search(r'name="idem_key" value="([^"]+)"', page)[1]
