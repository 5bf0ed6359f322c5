"""Looking twice: a preview, somebody takes answers back, another preview or the release."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone

from core.acting import acting_as
from outcomes.models import PreparedRelease, Release, ReleaseRow, Response
from outcomes.services.releases import preview_release
from outcomes.services.responses import withdraw_response
from outcomes.tests.attacker import attack
from outcomes.tests.services.test_releases import NOW, Asked

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


@pytest.fixture
def asked():
    made = Asked(ICU=20, ED=12)
    made.round("baseline", made.people)
    made.wave = made.round("end", made.people, 0.5)
    return made


def look(asked, at=NOW):
    return preview_release(wave=asked.wave, actor=asked.actor, now=at)


def take_back(asked, *places):
    for place in places:
        gone = Response.objects.get(wave=asked.wave, enrollment=asked.people[place])
        with acting_as(gone.respondent_id):
            withdraw_response(response=gone, now=LATER)


def told(family_end):
    """The people behind every figure that anybody was shown, as sets of one variable."""
    rows = [(row.family, row.pseudonyms) for row in ReleaseRow.objects.all()]
    rows += [tuple(row) for made in PreparedRelease.objects.all() for row in made.rows]
    return [frozenset(names) for family, names in rows if family_end in family]


def is_broken(sets):
    """The attacker's matrix: atoms are people who stand in the same rows."""
    patterns = {}
    for person in frozenset().union(*sets):
        patterns.setdefault(tuple(person in one for one in sets), []).append(person)
    columns = list(patterns)
    rows = [[int(pattern[place]) for pattern in columns] for place in range(len(sets))]
    return attack(rows, [len(patterns[column]) for column in columns], 8)


@pytest.mark.parametrize("gone", [(0,), (0, 1, 20)], ids=["one", "three"])
def test_who_takes_answers_back_after_a_look_is_not_the_difference_to_the_next(asked, gone):
    first = look(asked)
    take_back(asked, *gone)
    second = look(asked, LATER)
    released = asked.release(asked.wave).payload
    assert second["outcomes"] == released["outcomes"] == first["outcomes"]
    assert (second["flow"], second["as_of"]) == (first["flow"], first["as_of"])
    assert released["flow"] == first["flow"]
    for variable in (":change:", f":level:{asked.wave.pk}"):
        assert not is_broken(told(variable))


def test_the_attacker_would_have_found_them(asked):
    look(asked)
    everybody = told(":change:")[0]
    assert is_broken([everybody, frozenset(sorted(everybody)[1:])])


def test_a_group_large_enough_to_be_known_makes_a_new_preview(asked):
    first = look(asked)
    take_back(asked, *range(9))
    second = look(asked, LATER)
    assert (first["outcomes"][0]["n"], second["outcomes"][0]["n"]) == (32, 23)
    assert PreparedRelease.objects.count() == 2
    for variable in (":change:", f":level:{asked.wave.pk}"):
        assert not is_broken(told(variable))


def test_the_same_look_is_kept_once_and_never_changed(asked):
    look(asked)
    look(asked, LATER)
    kept = PreparedRelease.objects.get()
    assert not Release.objects.exists()
    with pytest.raises(ProgrammingError), transaction.atomic():
        kept.delete()
    with pytest.raises(ProgrammingError), transaction.atomic():
        PreparedRelease.objects.update(made_at=timezone.now())
