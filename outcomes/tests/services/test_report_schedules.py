"""Admins are asked to look once a month or quarter, by the organization's clock, and only they."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError

from accounts.tests.factories import MembershipFactory, UserFactory
from notifications.kinds import get_kind
from notifications.models import Message
from notifications.services.opt_outs import stop_mail
from outcomes.models import ReportSchedule
from outcomes.notices.report_schedules import LOOK
from outcomes.services.report_schedules import next_report_at, owe_looks, set_report_schedule
from programs.tests.factories import CohortFactory

pytestmark = pytest.mark.django_db
CHOSEN = datetime(2027, 2, 10, 15, tzinfo=UTC)
# 1 March 2027 is a Monday; the clocks of Chicago change on 14 March.
DUE = datetime(2027, 3, 1, 14, tzinfo=UTC)


class Place:
    def __init__(self, every="month"):
        self.cohort = CohortFactory(
            starts_on=date(2027, 1, 4),
            ends_on=date(2027, 4, 30),
            engagement__organization__time_zone="America/Chicago",
        )
        self.organization = self.cohort.engagement.organization
        self.admin = MembershipFactory(organization=self.organization, role="admin")
        self.set(every)

    def set(self, every, now=CHOSEN):
        self.schedule = set_report_schedule(
            organization=self.organization,
            every=every,
            by=UserFactory(practice_role="owner"),
            now=now,
        )


def looks():
    return list(Message.objects.filter(kind=LOOK).order_by("due_at"))


def test_each_admin_is_asked_once_a_month_by_the_organizations_clock():
    place = Place()
    second = MembershipFactory(organization=place.organization, role="admin")
    MembershipFactory(organization=place.organization, role="clinician")
    MembershipFactory(role="admin")  # of another organization
    for hours in range(-30, 40, 2):
        owe_looks(now=DUE + timedelta(hours=hours))

    assert {(one.recipient, one.due_at) for one in looks()} == {
        (place.admin.user, DUE),
        (second.user, DUE),
    }
    owe_looks(now=datetime(2027, 4, 1, 1, tzinfo=UTC))
    assert looks()[-1].due_at == datetime(2027, 4, 1, 13, tzinfo=UTC)  # summer time


def test_a_quarter_begins_in_january_april_july_and_october():
    place = Place("quarter")

    assert next_report_at(place.schedule, after=DUE) == datetime(2027, 4, 1, 13, tzinfo=UTC)
    owe_looks(now=DUE)
    assert looks() == []


@pytest.mark.parametrize(("late", "count"), [(timedelta(days=2), 1), (timedelta(days=4), 0)])
def test_what_an_outage_kept_leaves_within_three_days(late, count):
    Place()
    owe_looks(now=DUE + late)

    assert [one.due_at for one in looks()] == [DUE + late] * count


def test_chosen_on_the_day_itself_it_begins_with_the_next_month():
    place = Place()
    place.set("")
    assert not ReportSchedule.objects.exists()
    place.set("month", now=DUE + timedelta(hours=1))
    owe_looks(now=DUE + timedelta(hours=2))

    assert looks() == []
    assert next_report_at(place.schedule, after=DUE) == datetime(2027, 4, 1, 13, tzinfo=UTC)


def test_the_same_choice_again_keeps_what_is_owed_and_another_takes_it_back():
    place = Place()
    owe_looks(now=DUE)
    (message,) = looks()
    with time_machine.travel(DUE, tick=False):
        place.set("month", now=DUE)
        assert get_kind(LOOK).current(message)
        place.set("quarter", now=DUE)
        assert not get_kind(LOOK).current(message)


def _end_membership(place):
    place.admin.ended_at = DUE
    place.admin.save()


def _stop(place):
    stop_mail(person=place.admin.user, topic="reports", now=DUE)


def _end_cohort_long_ago(place):
    place.cohort.starts_on, place.cohort.ends_on = date(2026, 1, 5), date(2026, 11, 1)
    place.cohort.save()


def _begin_later(place):
    place.cohort.starts_on = date(2027, 3, 15)
    place.cohort.save()


@pytest.mark.parametrize("change", [_end_membership, _stop, _end_cohort_long_ago, _begin_later])
def test_nothing_leaves_to_who_may_not_read_or_when_there_is_nothing_to_read(change):
    place = Place()
    owe_looks(now=DUE)
    (message,) = looks()
    with time_machine.travel(DUE, tick=False):
        assert get_kind(LOOK).current(message)
        change(place)
        assert not get_kind(LOOK).current(message)


def test_the_mail_is_a_link_without_a_figure_or_a_name():
    place = Place()
    owe_looks(now=DUE)
    mail = get_kind(LOOK).render(looks()[0])

    for part in (mail.subject, mail.text, mail.html):
        assert place.organization.name not in part
        assert place.cohort.name not in part
    assert "/organization/" in mail.text
    assert "/organization/" in mail.html
    assert mail.calendar is None


def test_an_unknown_rhythm_is_refused_and_the_old_one_stays():
    place = Place()
    with pytest.raises(ValidationError):
        place.set("week")
    assert ReportSchedule.objects.get().every == "month"
