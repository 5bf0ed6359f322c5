"""A licensed instrument is asked only with a grant in force and a whole wording."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from accounts.tests.factories import OrganizationFactory
from outcomes.reports.check_ins import check_in_of
from outcomes.services.instrument_grants import end_grant, grant_instrument
from outcomes.services.waves import open_wave
from outcomes.tests.factories import WaveFactory, shipped
from programs.tests.factories import EnrollmentFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
WORDS = b"id,text\n" + b"\n".join(b"%d,Sentence %d of theirs." % (n, n) for n in range(1, 7))


@pytest.fixture
def brs():
    return shipped("brs")


@pytest.fixture
def enrollment():
    return EnrollmentFactory()


def give(instrument, **more):
    given = {
        "organization": None,
        "kind": "permission",
        "holder": "Its author",
        "reference": "Letter",
        "file": WORDS,
        "file_name": "brs.csv",
    }
    return grant_instrument(instrument=instrument, **{**given, **more})


def opened(instrument, enrollment):
    return open_wave(wave=WaveFactory(cohort=enrollment.cohort, instruments=[instrument]), now=NOW)


def refusal(call, *args, **kwargs) -> ValidationError:
    with pytest.raises(ValidationError) as refused:
        call(*args, **kwargs)
    return refused.value


def test_without_a_grant_it_does_not_open(brs, enrollment):
    assert refusal(opened, brs, enrollment).code == "licence"


def test_without_its_wording_it_does_not_open(brs, enrollment):
    give(brs, file=b"")
    assert refusal(opened, brs, enrollment).code == "text"


def test_a_grant_of_another_client_or_another_time_does_not_open_it(brs, enrollment):
    give(brs, organization=OrganizationFactory())
    give(brs, valid_until=date(2026, 3, 1))
    give(brs, valid_from=date(2026, 3, 3))

    assert refusal(opened, brs, enrollment).code == "licence"


def test_with_both_it_opens_and_asks_in_their_words(brs, enrollment):
    give(brs, organization=enrollment.cohort.engagement.organization)
    wave = opened(brs, enrollment)
    asked = check_in_of(wave=wave, user=enrollment.clinician).questions

    assert [one.text for one in asked][:2] == ["Sentence 1 of theirs.", "Sentence 2 of theirs."]


def test_a_wording_that_comes_later_does_not_change_an_open_round(brs, enrollment):
    first = give(brs)
    wave = opened(brs, enrollment)
    wave.opened_at = first.created_at
    wave.save()
    give(brs, file=WORDS.replace(b"theirs", b"others"))
    asked = check_in_of(wave=wave, user=enrollment.clinician).questions

    assert asked[0].text == "Sentence 1 of theirs."


def test_a_grant_that_ends_lets_an_open_round_go_on_and_no_other_open(brs, enrollment):
    grant = give(brs)
    wave = opened(brs, enrollment)
    assert end_grant(grant=grant, now=NOW).valid_until == NOW.date()
    asked = check_in_of(wave=wave, user=enrollment.clinician).questions
    assert asked[0].text == "Sentence 1 of theirs."

    later = WaveFactory(cohort=enrollment.cohort, number=2, instruments=[brs])
    tomorrow = NOW + timedelta(days=1)
    assert refusal(open_wave, wave=later, now=tomorrow).code == "licence"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"file": b"id,text\n1,only one\n"}, "file"),
        ({"file": b"\xff"}, "file"),
        ({"file": b"id,text\n" + b"x" * 200_001}, "file"),
        ({"valid_from": date(2026, 2, 1), "valid_until": date(2026, 1, 1)}, "valid_until"),
    ],
)
def test_what_is_not_whole_is_refused(brs, more, field):
    assert field in refusal(give, brs, **more).error_dict
    assert not brs.grants.exists()
