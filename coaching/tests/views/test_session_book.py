"""Booking through the pages: what is offered, what a POST does, what every refusal answers."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.tests.factories import UserFactory
from coaching.models import Booking
from coaching.tests.factories import (
    AvailabilityScheduleFactory,
    BookingFactory,
    CoachedEnrollmentFactory,
    SessionTypeFactory,
)
from coaching.tests.views.conftest import NOW, TEN
from programs.tests.factories import CohortStaffFactory

SOMEBODY = "6f8d9c52-1b1e-4c1c-9f0e-0a5c2e6f7a11"  # fixed: workers must collect the same tests

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(enrollment, url):
    return url("session_book", enrollment)


def shown(answer):
    """The keys of the times on the page."""
    slots = [slot for day in answer.context["page"].chosen for slot in day.slots]
    return [slot.key for slot in slots]


def test_free_times_are_grouped_by_the_viewers_day_and_zone(clinician, page):
    answer = clinician.get(page)

    days = answer.context["page"].days
    assert [day.day for day in days][:3] == [date(2027, 6, 1), date(2027, 6, 2), date(2027, 6, 3)]
    # 08:00 to 17:00 UTC is 03:00 to 12:00 in Chicago, where the day is still the first of June.
    assert [slot.label for slot in days[1].slots][:2] == ["03:00", "03:30"]
    assert [slot.label for slot in days[1].slots][-1] == "12:00"
    assert "03:00" in answer.content.decode()
    assert "Chicago" in answer.content.decode()


def test_a_day_belongs_to_the_viewer_not_to_the_coach(client, enrollment, page):
    enrollment.clinician.time_zone = "Pacific/Auckland"
    enrollment.clinician.save()
    client.force_login(enrollment.clinician)

    days = client.get(page).context["page"].days

    for day in days:
        local = {slot.starts_at.astimezone(enrollment.clinician.zone).date() for slot in day.slots}
        assert local == {day.day}
    assert [slot.label for slot in days[1].slots][0] == "00:00"  # 12:00 UTC, already tomorrow


def test_one_post_books_and_leads_to_the_proof(clinician, enrollment, page, slot_key):
    answer = clinician.post(page, {"slot": slot_key(), "idem_key": uuid4()})

    booking = Booking.objects.get()
    assert (answer.status_code, answer.url) == (302, booking.get_absolute_url())
    assert (booking.state, booking.clinician, booking.coaching_session.starts_at) == (
        "booked",
        enrollment.clinician,
        TEN,
    )
    assert booking.coaching_session.coach == enrollment.coach


def test_a_taken_time_is_a_conflict_with_the_nearest_free_times(clinician, page, slot_key, coach):
    BookingFactory(
        coaching_session__coach=coach,
        coaching_session__starts_at=TEN,
        coaching_session__session_type__length_min=60,
    )
    answer = clinician.post(page, {"slot": slot_key(), "idem_key": uuid4()})

    assert answer.status_code == 409
    assert answer.context["form"].has_error("__all__", code="slot_taken")
    # 10:00 to 11:00 is gone, with ten minutes after it: half past eight needs those of 09:00 on.
    starts = [slot.starts_at for slot in answer.context["nearest"]]
    assert len(starts) == 3
    assert starts == sorted(starts)
    free = {slot.starts_at for day in answer.context["page"].days for slot in day.slots}
    assert set(starts) <= free - {TEN}
    furthest = max(abs(start - TEN) for start in starts)
    assert not [at for at in free - set(starts) if abs(at - TEN) < furthest]
    assert Booking.objects.filter(state="booked").count() == 1


def test_the_same_form_twice_is_one_booking(clinician, page, slot_key):
    form = {"slot": slot_key(), "idem_key": uuid4()}
    first, second = clinician.post(page, form), clinician.post(page, form)

    assert (first.status_code, second.status_code) == (302, 302)
    assert first.url == second.url
    assert Booking.objects.count() == 1


def test_a_used_form_with_another_time_is_refused(clinician, page, slot_key):
    key = uuid4()
    clinician.post(page, {"slot": slot_key(), "idem_key": key})
    answer = clinician.post(page, {"slot": slot_key(2), "idem_key": key})

    assert answer.status_code == 422
    assert answer.context["form"].has_error("__all__", code="key_reused")
    assert Booking.objects.count() == 1
    # The page that says so carries a new key: confirming once more is a second booking.
    again = {"slot": slot_key(2), "idem_key": answer.context["form"]["idem_key"].value()}
    assert clinician.post(page, again).status_code == 302


@pytest.mark.parametrize(
    ("hours", "code"),
    [
        (-72, "too_late"),
        (24 * 200, "beyond_horizon"),
        (24 * 365, "outside_contract"),
        (0.25, "slot_taken"),
        (12, "slot_taken"),
    ],
)
def test_times_that_are_not_offered_are_conflicts(clinician, page, slot_key, hours, code):
    answer = clinician.post(page, {"slot": slot_key(hours), "idem_key": uuid4()})

    assert answer.status_code == 409
    assert answer.context["form"].has_error("__all__", code=code)
    assert not Booking.objects.exists()


@pytest.mark.parametrize(
    "slot",
    ["", "x", ":", "1:2", f"{SOMEBODY}:", f"{SOMEBODY}:noon", f"{SOMEBODY}:{10**30}", "a\0b"],
)
def test_ill_formed_times_are_refused_in_place(clinician, page, slot):
    answer = clinician.post(page, {"slot": slot, "idem_key": uuid4()})

    assert answer.status_code == 400
    assert answer.context["form"].has_error("slot")


@pytest.mark.parametrize("seconds", [-62135596800, -1, 0, 253402300799])
def test_the_ends_of_the_calendar_are_conflicts_or_errors_never_crashes(clinician, page, seconds):
    key = f"{uuid4()}:{seconds}"

    assert clinician.post(page, {"slot": key, "idem_key": uuid4()}).status_code in (400, 409)
    assert clinician.get(page, {"slot": key}).status_code == 200


def test_a_form_without_its_key_is_refused(clinician, page, slot_key):
    assert clinician.post(page, {"slot": slot_key()}).status_code == 400
    assert not Booking.objects.exists()


@pytest.mark.parametrize(
    "query",
    [
        {"from": "9999-12-31", "day": "2027-06-03"},
        {"from": "0001-01-01"},
        {"day": "9999-12-31"},
        {"from": "soon", "day": "later", "slot": "x", "coach": "x", "type": "x"},
    ],
)
def test_odd_addresses_show_free_times_all_the_same(clinician, page, query):
    assert clinician.get(page, query).status_code == 200


def test_a_tapped_time_is_chosen_already(clinician, page, slot_key):
    answer = clinician.get(page, {"slot": slot_key()})

    assert answer.context["form"]["slot"].value() == slot_key()
    assert slot_key() in shown(answer)
    assert [day.day for day in answer.context["page"].chosen] == [date(2027, 6, 3)]
    assert f'value="{slot_key()}" data-says="Thu 3 Jun, 05:00" checked' in answer.content.decode()


def test_another_day_and_other_weeks_can_be_looked_at(clinician, page):
    first = clinician.get(page)
    day = clinician.get(page, {"day": "2027-06-05"})
    later = clinician.get(page + first.context["page"].later_url)

    assert first.context["page"].earlier_url == ""
    assert [one.day for one in day.context["page"].chosen] == [date(2027, 6, 5)]
    assert later.context["page"].days[0].day == date(2027, 6, 15)
    assert later.context["page"].earlier_url


@pytest.fixture
def second_coach(enrollment):
    other = CohortStaffFactory(cohort=enrollment.cohort).person
    AvailabilityScheduleFactory(coach=other)
    return other


def coaches_shown(answer):
    return {slot.coach for day in answer.context["page"].days for slot in day.slots}


def test_her_own_coach_is_shown_unless_she_asks(clinician, enrollment, second_coach, page):
    own = clinician.get(page)
    other = clinician.get(page, {"coach": str(second_coach.public_id)})
    unknown = clinician.get(page, {"coach": str(UserFactory().public_id)})
    anyone = clinician.get(page, {"coach": "any"})

    assert coaches_shown(own) == {enrollment.coach}
    assert coaches_shown(other) == {second_coach}
    assert coaches_shown(unknown) == {enrollment.coach}
    assert anyone.context["page"].coach is None
    keys = shown(anyone)
    assert len(keys) == len({key.split(":")[1] for key in keys})  # each time once


def test_a_chosen_coach_is_booked(clinician, second_coach, page):
    key = f"{second_coach.public_id}:{int(TEN.timestamp())}"
    clinician.post(f"{page}?coach={second_coach.public_id}", {"slot": key, "idem_key": uuid4()})

    assert Booking.objects.get().coaching_session.coach == second_coach


def test_any_coach_who_is_free_is_booked(clinician, enrollment, second_coach, page, slot_key):
    BookingFactory(
        coaching_session__coach=enrollment.coach,
        coaching_session__starts_at=TEN,
        coaching_session__session_type__length_min=60,
    )
    answer = clinician.post(f"{page}?coach=any", {"slot": slot_key(), "idem_key": uuid4()})

    assert answer.status_code == 302
    own = Booking.objects.get(clinician=enrollment.clinician)
    assert own.coaching_session.coach == second_coach


def test_another_kind_of_meeting_can_be_chosen(clinician, page):
    short = SessionTypeFactory(name="Short talk", length_min=15, step_min=15)
    query = {"type": str(short.public_id)}

    assert clinician.get(page).context["session_type"] != short
    assert clinician.get(page, query).context["session_type"] == short
    clinician.post(
        f"{page}?type={short.public_id}",
        {"slot": shown(clinician.get(page, query))[0], "idem_key": uuid4()},
    )
    assert Booking.objects.get().coaching_session.session_type == short


def test_without_an_open_kind_of_session_the_page_says_so(clinician, kind, page):
    kind.archived_at = NOW
    kind.save()

    assert clinician.get(page).status_code == 200
    assert clinician.post(page, {"slot": "x", "idem_key": uuid4()}).status_code == 200


def test_an_enrollment_of_somebody_else_does_not_exist(clinician, url):
    other = CoachedEnrollmentFactory()

    assert clinician.get(url("session_book", other)).status_code == 404
    assert clinician.post(url("session_book", other), {}).status_code == 404


@pytest.mark.parametrize(
    "ended", ["withdrawn_at", "transferred_out_at", "voided_at", "not_yet_accepted"]
)
def test_only_who_takes_part_books(clinician, enrollment, page, slot_key, ended):
    if ended == "not_yet_accepted":
        enrollment.accepted_at = None
    else:
        setattr(enrollment, ended, timezone.now())
    enrollment.save()
    form = {"slot": slot_key(), "idem_key": uuid4()}

    assert clinician.get(page).status_code == 404
    assert clinician.post(page, form).status_code == 404
    assert not Booking.objects.exists()


def test_the_page_needs_a_sign_in(client, page):
    assert client.get(page).status_code == 302
    assert client.post(page).status_code == 302


def test_the_notice_is_that_of_the_contract(clinician, page):
    """An hour of notice: at 06:00 UTC the first time of a coach who begins at 08:00 is 08:00."""
    first = clinician.get(page).context["page"].days[0].slots[0]

    assert first.starts_at == datetime(2027, 6, 1, 8, tzinfo=UTC)
    assert first.starts_at - NOW > timedelta(hours=1)


def test_the_number_of_queries_does_not_grow_with_coaches(
    clinician, enrollment, page, django_assert_max_num_queries
):
    clinician.get(page)
    with django_assert_max_num_queries(40) as few:
        clinician.get(f"{page}?coach=any")
    for _ in range(6):
        AvailabilityScheduleFactory(coach=CohortStaffFactory(cohort=enrollment.cohort).person)
    with django_assert_max_num_queries(len(few)):
        clinician.get(f"{page}?coach=any")
