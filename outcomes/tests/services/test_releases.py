"""What an organization gets of a round: masked, frozen, checked against everything before it."""

import json
from random import Random
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import ProgrammingError, connections, transaction
from django.utils import timezone

from accounts.tests.factories import UnitFactory, UserFactory
from outcomes.models import Release, ReleaseRow, Response, Score, Wave
from outcomes.services import releases
from outcomes.services.releases import preview_release, release_wave, verify
from outcomes.services.responses import withdraw_response
from outcomes.services.waves import close_wave, open_wave
from outcomes.tests.factories import InstrumentFactory, WaveFactory
from programs.tests.factories import CohortFactory, EnrollmentFactory

NOW = timezone.now()


def answered(wave, enrollment, value):
    response = Response.objects.create(
        wave=wave,
        enrollment=enrollment,
        respondent=enrollment.clinician,
        started_at=NOW,
        submitted_at=NOW,
    )
    Score.objects.create(
        response=response,
        instrument=wave.ordered_instruments()[0],
        subscale="total",
        value=value,
        n_answered=4,
        n_items=4,
    )


class Asked:
    """A cohort with people in units; rounds are answered by some of them."""

    def __init__(self, **units):
        self.cohort = CohortFactory()
        self.people = []
        for name, count in units.items():
            unit = UnitFactory(organization=self.cohort.engagement.organization, name=name)
            self.people += EnrollmentFactory.create_batch(count, cohort=self.cohort, unit=unit)
        self.rng = Random(7)
        self.instrument = InstrumentFactory()
        self.actor = UserFactory(practice_role="owner")

    def round(self, label, people, rise=0.0, **fields):
        wave = WaveFactory(
            cohort=self.cohort,
            label=label,
            instruments=[self.instrument],
            breakdowns=["unit"],
            opens_at=NOW + timezone.timedelta(days=len(Wave.objects.all())),
            primary_outcome="warmth.total",
            **fields,
        )
        wave = open_wave(wave=wave, now=NOW)
        for enrollment in people:
            answered(wave, enrollment, 3 + rise + self.rng.gauss(0, 0.4))
        return close_wave(wave=wave, now=NOW)

    def release(self, wave):
        return release_wave(wave=wave, actor=self.actor, now=NOW)


def code(call, *arguments):
    with pytest.raises(ValidationError) as caught:
        call(*arguments)
    return caught.value.code


@pytest.mark.django_db
def test_twenty_of_twenty_four_with_a_small_unit_hidden():
    asked = Asked(ICU=10, ED=9, Peds=5)
    asked.round("baseline", asked.people)
    wave = asked.round("end", asked.people[:10] + asked.people[10:19] + asked.people[19:22], 0.5)
    release = asked.release(wave)
    outcome = release.payload["outcomes"][0]

    assert (outcome["n"], outcome["of"], outcome["tier"]) == (22, 24, "some")
    assert outcome["change"] == round(outcome["change"], 1)
    assert outcome["low"] < outcome["change"] < outcome["high"]
    assert outcome["better"] is True
    assert outcome["effect"]["correction"].startswith("exact J")
    assert outcome["before"]["mean"] < outcome["after"]["mean"]
    # Three of Peds would follow from the total: the next smallest goes with them, alike.
    rows = {row["label"]: row for row in outcome["breakdowns"]["unit"]}
    assert not rows["ICU"]["is_protected"]
    assert rows["Peds"] == {"label": "Peds", "n": None, "is_protected": True}
    assert rows["ED"] == {"label": "ED", "n": None, "is_protected": True}
    wave.refresh_from_db()
    assert (wave.state, release.number) == ("released", 1)
    assert verify([release]) == []
    # Nobody's key is in what an organization gets.
    text = json.dumps(release.payload)
    assert str(asked.people[0].clinician_id) not in text.split('"')
    assert asked.people[0].clinician.name not in text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("pairs", "tier", "has_effect"), [(7, "nothing", False), (8, "few", False), (15, "some", True)]
)
def test_how_much_is_said_follows_the_pairs(pairs, tier, has_effect):
    asked = Asked(ICU=20)
    asked.round("baseline", asked.people)
    wave = asked.round("end", asked.people[:pairs], 0.3)
    outcome = asked.release(wave).payload["outcomes"][0]

    assert outcome["tier"] == tier
    assert bool(outcome.get("effect")) == has_effect
    assert bool(outcome.get("test")) == has_effect
    assert (outcome["n"] is None) == (tier == "nothing")


@pytest.mark.django_db
def test_a_contract_may_ask_for_more_but_not_for_less():
    asked = Asked(ICU=20)
    asked.cohort.engagement.threshold_means = 12
    asked.cohort.engagement.save()
    asked.round("baseline", asked.people)
    wave = asked.round("end", asked.people[:11])
    assert asked.release(wave).payload["outcomes"][0]["tier"] == "nothing"


@pytest.mark.django_db
def test_everybody_alike_is_nobody_shown():
    asked = Asked(ICU=12)
    asked.round("baseline", asked.people)
    wave = asked.round("end", asked.people)
    Score.objects.filter(response__wave=wave).update(value=5)
    assert asked.release(wave).payload["outcomes"][0]["tier"] == "nothing"


@pytest.mark.django_db
def test_a_second_round_that_few_left_shows_the_change_but_no_levels():
    asked = Asked(ICU=24)
    asked.round("baseline", asked.people)
    first = asked.release(asked.round("pulse", asked.people))
    second = asked.release(asked.round("end", asked.people[:21]))

    assert first.payload["levels_withheld"] is False
    # Two baseline means, of 24 and of 21 of them, would give that of the three who left.
    assert second.payload["levels_withheld"] is True
    assert second.payload["outcomes"][0]["before"] is None
    assert second.payload["outcomes"][0]["change"] is not None


@pytest.mark.django_db
@pytest.mark.parametrize(("late", "is_refused"), [(2, True), (9, False)])
def test_late_answers_make_a_new_release_only_if_they_are_many(late, is_refused):
    asked = Asked(ICU=23)
    before = asked.round("baseline", asked.people)
    wave = asked.round("end", asked.people[:14])
    asked.release(wave)
    for enrollment in asked.people[14 : 14 + late]:
        answered(wave, enrollment, 3.5)

    if is_refused:
        assert code(asked.release, wave) == "unsafe"
        assert Release.objects.count() == 1
    else:
        assert asked.release(wave).number == 2
    assert before.state == "closed"


@pytest.mark.django_db
def test_who_takes_answers_back_is_not_found_by_a_new_release():
    asked = Asked(ICU=14)
    asked.round("baseline", asked.people)
    wave = asked.round("end", asked.people)
    asked.release(wave)
    withdraw_response(response=Response.objects.filter(wave=wave).first(), now=NOW)
    assert code(asked.release, wave) == "unsafe"


@pytest.mark.django_db
def test_what_cannot_be_released_says_why():
    asked = Asked(ICU=9)
    draft = WaveFactory(cohort=asked.cohort, instruments=[asked.instrument])
    assert code(asked.release, draft) == "state"
    end = asked.round("end", asked.people)
    assert code(asked.release, end) == "no_baseline"


@pytest.mark.django_db
def test_a_baseline_tells_no_mean_yet():
    asked = Asked(ICU=9)
    wave = asked.round("baseline", asked.people)
    release = asked.release(wave)
    assert release.payload["outcomes"] == []
    assert not ReleaseRow.objects.exists()
    assert code(asked.release, wave) == "unchanged"


@pytest.mark.django_db
def test_a_preview_is_what_is_frozen_and_writes_nothing():
    asked = Asked(ICU=12, ED=12)
    asked.round("baseline", asked.people)
    wave = asked.round("end", asked.people)
    shown = preview_release(wave=wave, actor=asked.actor, now=NOW)
    assert not Release.objects.exists()
    assert asked.release(wave).payload == shown | {"number": 1}


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Release, ReleaseRow])
def test_what_was_released_is_not_changed(model):
    asked = Asked(ICU=12)
    asked.round("baseline", asked.people)
    asked.release(asked.round("end", asked.people))
    for change in (
        lambda: model.objects.update(id=1),
        lambda: model.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            change()


@pytest.fixture
def two_rounds(transactional_db):
    """Two closed rounds; baseline means of both would tell that of the three who left."""
    asked = Asked(ICU=24)
    asked.round("baseline", asked.people)
    return asked, [asked.round("pulse", asked.people), asked.round("end", asked.people[:21])]


def release_at_once(asked, waves):
    """Release each in a thread of its own; return how many withheld their levels."""
    start, found = Barrier(2), []

    def run(wave):
        start.wait(10)
        try:
            found.append(asked.release(wave).payload["levels_withheld"])
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=[wave]) for wave in waves]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(found) == 2
    return sum(found)


def test_two_releases_at_once_do_not_add_up(two_rounds):
    assert release_at_once(*two_rounds) == 1


def test_twin_without_the_lock_gives_three_people_away(two_rounds, monkeypatch):
    both_have_read, drafted = Barrier(2), releases.draft_release

    def read_together(**arguments):
        both_have_read.wait(20)
        return drafted(**arguments)

    monkeypatch.setattr(releases, "lock_organization", lambda key: None)
    monkeypatch.setattr(releases, "draft_release", read_together)
    assert release_at_once(*two_rounds) == 0
