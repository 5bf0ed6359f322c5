"""The practice log: two taps, any day, taken back and put back, shown to one coach by choice."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import UserFactory
from programs.models import Enrollment, Item, PracticeLog, ProgressEvent, Share
from programs.reports.practice_entries import minutes_shown_to
from programs.services.cohorts import end_staff
from programs.tests.factories import CohortStaffFactory, EnrollmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(enrollment):
    return reverse("programs:practice_list", args=[enrollment.public_id])


@pytest.fixture
def coach(enrollment):
    person = UserFactory(name="Maya Lind", practice_role="consultant")
    CohortStaffFactory(cohort=enrollment.cohort, person=person)
    Enrollment.objects.filter(pk=enrollment.pk).update(coach=person)
    return person


def logged(learner, page, minutes=10, **fields):
    """Log as the page's form would, by a tap on the minutes."""
    initial = learner.get(page).context["form"]
    values = {
        "client_key": uuid4(),
        "quick": minutes,
        "day": initial["day"].value(),
        "item": initial["item"].value(),
        **fields,
    }
    return learner.post(page, values)


def standing_minutes(enrollment):
    events = ProgressEvent.objects.filter(enrollment=enrollment, kind="practiced").standing()
    return [event.payload["minutes"] for event in events]


def test_a_tap_on_the_minutes_logs_them_for_the_open_practice(learner, enrollment, item_of, page):
    item = item_of(Item.Kind.PRACTICE)

    assert logged(learner, page).status_code == 302

    log = PracticeLog.objects.get()
    assert (log.item, log.minutes, log.source, log.is_back_dated) == (item, 10, "manual", False)
    assert "10 minutes" in learner.get(page).content.decode()
    assert learner.get(page).context["own"].weeks == 1


def test_practice_of_ones_own_belongs_to_no_step(learner, enrollment, page):
    logged(learner, page, 20)

    assert PracticeLog.objects.get().item is None
    assert standing_minutes(enrollment) == [20]


def test_the_same_form_twice_is_one_entry(learner, page):
    key = uuid4()
    for _ in range(3):
        logged(learner, page, client_key=key)
    assert PracticeLog.objects.count() == 1


def test_an_earlier_day_is_kept_as_such_and_counts_its_own_week(learner, page):
    earlier = timezone.localdate() - timedelta(days=9)
    logged(learner, page)
    logged(learner, page, day=earlier.isoformat())

    assert PracticeLog.objects.order_by("started_at").first().is_back_dated
    assert learner.get(page).context["own"].weeks == 2


@pytest.mark.parametrize("fields", [{"quick": 0}, {"quick": 999}, {"day": "2999-01-01"}])
def test_what_cannot_be_is_refused(learner, page, fields):
    assert logged(learner, page, **fields).status_code == 422
    assert not PracticeLog.objects.exists()


def test_an_entry_is_taken_back_and_put_back_by_events(learner, enrollment, page):
    logged(learner, page, 10)
    log = PracticeLog.objects.get()

    answer = learner.post(reverse("programs:practice_remove", args=[log.public_id]))
    assert standing_minutes(enrollment) == []
    after = learner.get(answer.url)
    assert (after.context["own"].minutes, after.context["taken_back"]) == (0, log)

    for _ in range(2):  # a second tap adds nothing
        learner.post(reverse("programs:practice_restore", args=[log.public_id]))
    assert standing_minutes(enrollment) == [10]
    learner.post(reverse("programs:practice_remove", args=[log.public_id]))
    assert standing_minutes(enrollment) == []
    assert ProgressEvent.objects.filter(kind="practiced").count() == 2  # nothing is erased


def test_nobody_else_takes_an_entry_back(client, learner, enrollment, page):
    logged(learner, page)
    log = PracticeLog.objects.get()
    client.force_login(EnrollmentFactory(cohort=enrollment.cohort).clinician)

    answer = client.post(reverse("programs:practice_remove", args=[log.public_id]))
    assert answer.status_code == 404
    assert standing_minutes(enrollment) == [10]


def test_a_coach_sees_minutes_from_the_day_they_are_shown_until_they_are_not(
    learner, enrollment, page, coach
):
    now = timezone.now()
    share = reverse("programs:practice_share", args=[enrollment.public_id])
    logged(learner, page, 15)
    assert minutes_shown_to(user=coach, enrollment=enrollment, now=now) is None

    learner.post(share, {"share": "yes"})
    learner.post(share, {"share": "yes"})
    assert Share.objects.count() == 1
    assert minutes_shown_to(user=coach, enrollment=enrollment, now=now).total == 15
    another = CohortStaffFactory(cohort=enrollment.cohort).person
    assert minutes_shown_to(user=another, enrollment=enrollment, now=now) is None

    learner.post(share, {"share": "no"})
    assert minutes_shown_to(user=coach, enrollment=enrollment, now=now) is None


def test_who_leaves_the_team_sees_nothing_more(learner, enrollment, page, coach):
    learner.post(reverse("programs:practice_share", args=[enrollment.public_id]), {"share": "yes"})
    end_staff(staff=enrollment.cohort.staff.get(), by=coach, now=timezone.now())
    assert not Share.objects.standing().exists()


# --- The running clock ---


def test_a_closed_phone_resumes_at_its_second_paused(learner, item_of, url_of, time_machine_at):
    item = item_of(Item.Kind.PRACTICE)
    began = timezone.now()
    with time_machine_at(began):
        learner.post(url_of("practice_start", item), {"minutes": 5})
    with time_machine_at(began + timedelta(seconds=95)):
        for seconds in (90, 40):  # a late message from an old page takes nothing back
            learner.post(url_of("practice_keep", item), {"client_key": uuid4(), "seconds": seconds})
    with time_machine_at(began + timedelta(minutes=40)):
        page = learner.get(url_of("item_detail", item))
    assert 'data-done="90"' in page.content.decode()
    assert not PracticeLog.objects.exists()  # nothing is logged by itself


def test_no_clock_is_further_than_time_itself(learner, item_of, url_of, time_machine_at):
    item = item_of(Item.Kind.PRACTICE)
    began = timezone.now()
    with time_machine_at(began):
        learner.post(url_of("practice_start", item), {"minutes": 5})
    with time_machine_at(began + timedelta(seconds=20)):
        learner.post(url_of("practice_keep", item), {"client_key": uuid4(), "seconds": 3000})
        assert learner.get(url_of("item_detail", item)).context["done_seconds"] == 20


def test_the_step_says_which_of_its_sittings_comes_next(learner, item_of, url_of):
    item = item_of(Item.Kind.PRACTICE)
    step = url_of("item_detail", item)
    assert "sitting" not in learner.get(step).content.decode()
    Item.objects.filter(pk=item.pk).update(sittings=2)
    assert "sitting 1 of 2" in learner.get(step).content.decode()
    for number in range(2):
        day = timezone.localdate()
        values = {"client_key": uuid4(), "minutes": 5, "day": day}
        assert learner.post(url_of("practice_log", item), values).status_code == 302
        page = learner.get(step).content.decode()
        assert ("sitting 2 of 2" in page) is (number == 0)
    assert "sitting" not in page  # what comes on top is not counted against a plan
