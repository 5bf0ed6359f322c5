"""Rounds are planned from the cohort's dates, open by themselves, freeze, invite, and close."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError

from notifications.kinds import get_kind
from notifications.models import Message
from notifications.services.opt_outs import stop_mail
from outcomes.models import Wave
from outcomes.notices.surveys import SURVEY
from outcomes.services.instruments import import_instrument
from outcomes.services.responses import save_answer, start_response, submit_response
from outcomes.services.wave_plans import (
    change_wave,
    drop_wave,
    plan_standard_rounds,
    plan_wave,
    tend_waves,
)
from outcomes.tests.factories import InstrumentFactory
from programs.tests.factories import CohortFactory, EnrollmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort():
    return CohortFactory(
        starts_on=date(2027, 3, 8), ends_on=date(2027, 4, 19), time_zone="America/New_York"
    )


def at(month, day, hour=12):
    return datetime(2027, month, day, hour, tzinfo=UTC)


@pytest.fixture
def wave(cohort):
    return plan_wave(
        cohort=cohort,
        label=Wave.Label.BASELINE,
        opens_on=date(2027, 3, 1),
        closes_on=date(2027, 3, 10),
        instruments=[InstrumentFactory()],
        breakdowns=["role", "unit", "hair color"],
    )


def code(call, **arguments):
    with pytest.raises(ValidationError) as caught:
        call(**arguments)
    return caught.value.code


def test_the_usual_rounds_follow_the_cohorts_dates_in_its_zone(cohort):
    for path in Path(settings.BASE_DIR, "instruments").glob("*/*.yaml"):
        import_instrument(path=path)
    made = plan_standard_rounds(cohort=cohort, now=at(2, 1))

    assert [(wave.label, wave.opens_at.astimezone(cohort.zone).date()) for wave in made] == [
        ("baseline", date(2027, 3, 1)),
        ("pulse", date(2027, 3, 29)),
        ("end", date(2027, 4, 17)),
        ("followup", date(2027, 7, 18)),
    ]
    # 07:00 in New York, before and after the clock change of 14 March.
    assert [wave.opens_at.hour for wave in made] == [12, 11, 11, 11]
    # Ten, twelve, thirteen and one question.
    assert sum(len(one.parsed.items) for one in made[0].ordered_instruments()) == 36
    assert made[0].primary_outcome == "ceas-others.total"
    assert code(plan_standard_rounds, cohort=cohort, now=at(2, 1)) == "exists"


def test_a_late_start_plans_only_what_lies_ahead(cohort):
    for path in Path(settings.BASE_DIR, "instruments").glob("*/*.yaml"):
        import_instrument(path=path)
    made = plan_standard_rounds(cohort=cohort, now=at(4, 10))
    assert [wave.label for wave in made] == ["end", "followup"]


def test_the_clock_opens_invites_once_and_closes(wave, cohort):
    people = EnrollmentFactory.create_batch(3, cohort=cohort, accepted_at=at(2, 20))
    stop_mail(person=people[2].clinician, topic="questions", now=at(2, 20))
    tend_waves(now=at(3, 1, 11))
    assert not Message.objects.filter(kind=SURVEY).exists()

    for _twice in range(2):
        tend_waves(now=at(3, 1, 12))
    wave.refresh_from_db()
    assert (wave.state, wave.breakdowns) == ("open", ["unit", "role"])
    rules = Message.objects.filter(kind=SURVEY).values_list("recipient", "rule")
    assert sorted(rules) == sorted(
        (one.clinician_id, rule) for one in people[:2] for rule in ("invite", "middle", "last")
    )

    tend_waves(now=wave.closes_at)
    wave.refresh_from_db()
    assert wave.state == "closed"


def test_the_mail_names_nothing_and_stops_for_who_has_answered(wave, cohort):
    person = EnrollmentFactory(cohort=cohort, accepted_at=at(2, 20))
    tend_waves(now=at(3, 1, 12))
    message = Message.objects.get(kind=SURVEY, rule="middle")
    kind = get_kind(SURVEY)
    mail = kind.render(message)
    everything = f"{mail.subject} {mail.text} {mail.html}"

    assert kind.current(message)
    assert mail.subject.startswith("A few questions from")
    for secret in ("Warmth", cohort.name, str(cohort.engagement.organization)):
        assert secret not in everything
    assert "List-Unsubscribe" in mail.headers
    wave.refresh_from_db()
    response = start_response(wave=wave, enrollment=person, now=at(3, 2))
    save_answer(response=response, item_id="w1", value=3)
    assert kind.current(message)
    submit_response(response=response, now=at(3, 2))
    assert not kind.current(message)


def test_an_open_round_is_frozen(wave):
    tend_waves(now=at(3, 1, 12))
    plan = {
        "opens_on": date(2027, 3, 1),
        "closes_on": date(2027, 3, 12),
        "instruments": [InstrumentFactory()],
    }
    assert code(change_wave, wave=wave, **plan) == "frozen"
    assert code(drop_wave, wave=wave) == "frozen"


def test_a_cohort_that_moves_takes_its_plans_along(wave, cohort):
    length = wave.closes_at - wave.opens_at
    cohort.starts_on += timedelta(days=7)
    cohort.save()
    tend_waves(now=at(2, 2))
    wave.refresh_from_db()

    assert wave.opens_at.astimezone(cohort.zone).date() == date(2027, 3, 8)
    # The clock change of 14 March lies in the new window.
    assert wave.closes_at - wave.opens_at == length - timedelta(hours=1)


def test_a_round_that_may_not_open_waits_and_keeps_no_other_from_opening(wave, cohort):
    licensed = InstrumentFactory(key="theirs")
    licensed.definition["licence"]["class"] = "R"
    other = plan_wave(
        cohort=cohort,
        label=Wave.Label.PULSE,
        opens_on=date(2027, 3, 1),
        closes_on=date(2027, 3, 10),
        instruments=[InstrumentFactory(key="licensed", definition=licensed.definition)],
    )
    tend_waves(now=at(3, 2))

    assert Wave.objects.get(pk=other.pk).state == "draft"
    assert Wave.objects.get(pk=wave.pk).state == "open"
