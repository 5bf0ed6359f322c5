"""The demo practice: what it promises, and what must hold in it as in any practice."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from accounts.models import Membership, Organization, User
from coaching.models import (
    Booking,
    CalendarSource,
    CoachingSession,
    ExternalBusy,
    HoursEntry,
    RotaShift,
)
from notifications.models import Message
from outcomes.models import Release, Response, Wave
from programs.models import Cohort, Engagement, Enrollment, Reflection
from programs.reports.cohort_progress import cohort_progress
from programs.reports.safety import start_obstacles

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
COUNTED = (User, Organization, Cohort, Enrollment, CoachingSession, Booking, HoursEntry, Message)


def counts() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in COUNTED}


def overlapping_claims() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM coaching_timeclaim a JOIN coaching_timeclaim b"
            " ON a.person_id = b.person_id AND a.id < b.id AND a.span && b.span"
            " WHERE a.active AND b.active"
        )
        return cursor.fetchone()[0]


def test_the_demo_practice_is_whole_and_loads_once(settings, tmp_path):
    settings.LOCAL_MODE, curriculum = True, settings.CURRICULUM_DIR
    # The seed writes below; the process that reads its calendars starts there too.
    for app in ("coaching", "core"):
        (tmp_path / app).symlink_to(settings.BASE_DIR / app)
    settings.BASE_DIR = tmp_path
    asked = ("foundations-clinical-empathy", "clinician-mindfulness")
    call_command("import_program", *(curriculum / slug for slug in asked), stdout=StringIO())
    instruments = sorted(map(str, (curriculum.parent / "instruments").glob("*/*.yaml")))
    call_command("import_instruments", *instruments, stdout=StringIO())

    call_command("seed_demo", stdout=StringIO())

    now = timezone.now()
    made = counts()
    assert (made["Organization"], made["Cohort"]) == (3, 8)
    assert User.objects.filter(practice_role="consultant").count() == 4
    clinicians = Membership.objects.filter(role="clinician").values("user").distinct().count()
    assert 160 <= clinicians <= 190
    spans = list(CoachingSession.objects.values_list("span", flat=True))
    assert sum(span.upper < now for span in spans) >= 10
    assert sum(span.lower > now for span in spans) >= 10
    # Nothing of weeks ago waits to be sent; reminders of coming sessions do.
    assert not Message.objects.due(now).exists()
    assert Message.objects.pending().exists()
    # Private text is there, and only its author would see it.
    assert Reflection.objects.count() == 0

    # The clinician has shifts, Maya a busy calendar; no session lies in it.
    assert set(CalendarSource.objects.values_list("kind", "state")) == {
        ("busy", "ok"),
        ("rota", "ok"),
    }
    assert RotaShift.objects.filter(span__endswith__gt=now).count() >= 20
    busy = ExternalBusy.objects.filter(span__endswith__gt=now)
    assert busy.count() >= 90
    sessions = CoachingSession.objects.exclude(status="cancelled")
    assert not [
        span
        for coach, span in busy.values_list("person", "span")
        if sessions.filter(coach=coach, span__overlap=span, span__startswith__gt=now).exists()
    ]

    assert overlapping_claims() == 0
    for engagement in Engagement.objects.all():
        balance = HoursEntry.objects.filter(engagement=engagement).balance()
        assert 0 <= balance.left <= balance.purchased
    phases = set()
    for cohort in Cohort.objects.select_related("version", "engagement"):
        progress = cohort_progress(cohort=cohort, at=now)
        assert sum(progress.states.values()) == progress.enrolled
        phases.add((cohort.starts_on > now.date(), cohort.ends_on < now.date()))
    assert phases == {(True, False), (False, False), (False, True)}

    # Mindfulness: a qualified teacher, the safety text read by all but two.
    mindful = Cohort.objects.get(version__program__slug="clinician-mindfulness")
    assert start_obstacles(mindful, now) == ()
    assert mindful.enrollments.live().filter(screening_read_at=None).count() == 2

    # Rounds: before and after of one cohort, one open to the clinician.
    assert Wave.objects.exclude(state="open").count() == 9
    assert Wave.objects.get(state="open").label == "pulse"
    assert Response.objects.submitted().count() > 70
    assert all(one.payload["recommendations"] for one in Release.objects.all())
    # A lot decided who began first, and its comparison is released.
    (drawn,) = (one for one in Release.objects.all() if one.payload["design"] != "uncontrolled")
    compared = drawn.payload["outcomes"][0]["comparison"]
    assert drawn.payload["design"] == "randomized_waitlist"
    assert min(compared[arm]["both"] for arm in ("program", "waiting")) >= 15

    call_command("seed_demo", stdout=StringIO())

    assert counts() == made
