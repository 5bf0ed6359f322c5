"""A clinician answers a round on a phone: one question a page, kept at once, sent, taken back."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from core.acting import analyzing
from outcomes.models import Answer, Response, Score
from outcomes.services.waves import close_wave, open_wave
from outcomes.tests.factories import InstrumentFactory, WaveFactory, definition
from programs.tests.factories import EnrollmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrollment(client):
    enrollment = EnrollmentFactory()
    client.force_login(enrollment.clinician)
    return enrollment


@pytest.fixture
def wave(enrollment):
    return open_wave(wave=WaveFactory(cohort=enrollment.cohort), now=timezone.now())


def at(wave, name="check_in", *more):
    return reverse(f"outcomes:{name}", args=[wave.public_id, *more])


def shown_at(page) -> str:
    return re.search(r'name="shown" value="([^"]+)"', page.content.decode())[1]


def answer(client, wave, number, value, **more):
    address = at(wave, "check_in_question", number)
    shown = shown_at(client.get(address))
    return client.post(address, {"answer": value, "shown": shown, **more})


def test_four_questions_are_four_choices_and_four_taps(client, wave):
    assert client.get(at(wave)).url == at(wave, "check_in_question", 1)
    for number, value in ((1, 5), (2, 1), (3, "")):
        assert answer(client, wave, number, value).url == at(wave, "check_in_question", number + 1)
    assert client.get(at(wave)).url == at(wave, "check_in_question", 4)  # resumes
    assert answer(client, wave, 4, 4, send=1).url == at(wave)

    with analyzing():
        given = dict(Answer.objects.values_list("item_id", "value"))
        assert all(
            ms is not None and ms < 60_000 for (ms,) in Answer.objects.values_list("elapsed_ms")
        )
    assert given == {"w1": 5, "w2": 1, "w3": None, "w4": 4}
    # Three of four are fewer than four fifths: no value, said as such.
    assert Score.objects.get().value is None
    assert b"Your answers are in" in client.get(at(wave)).content


def test_the_first_question_says_who_reads_and_that_it_is_a_choice(client, wave):
    first = client.get(at(wave, "check_in_question", 1)).content.decode()
    second = client.get(at(wave, "check_in_question", 2)).content.decode()

    assert "Your employer never sees your answers" in first
    assert "averages of 8 people or more" in first
    assert "Your employer never sees" not in second
    assert "Question 2 of 4" in second


def test_an_answer_off_the_scale_is_refused_in_place(client, wave):
    refused = answer(client, wave, 1, "17")

    assert refused.status_code == 422
    assert b"Choose one of the answers." in refused.content
    assert not Response.objects.filter(submitted_at__isnull=False).exists()


def test_the_heaviest_answer_opens_help_at_once_and_tells_nobody(client, enrollment, mailoutbox):
    instrument = InstrumentFactory(
        key="single",
        definition=definition(
            "single",
            count=2,
            scales={
                "much": {
                    "options": [
                        {"value": value, "label": str(value), "opens_support": value == 5}
                        for value in range(1, 6)
                    ]
                }
            },
        ),
    )
    wave = WaveFactory(cohort=enrollment.cohort, instruments=[instrument])
    open_wave(wave=wave, now=timezone.now())

    lighter = answer(client, wave, 1, 4)
    page = answer(client, wave, 1, 5)

    assert lighter.status_code == 302
    assert page.status_code == 200
    assert b"tel:988" in page.content
    assert at(wave, "check_in_question", 2) in page.content.decode()
    assert mailoutbox == []
    last = answer(client, wave, 2, 5, send=1)
    assert at(wave, "check_in_review") in last.content.decode()


def test_review_names_what_was_left_out_and_sends(client, wave):
    answer(client, wave, 1, 5)
    answer(client, wave, 2, "")
    page = client.get(at(wave, "check_in_review")).content.decode()

    assert "You left out 3 questions" in page
    client.post(at(wave, "check_in_review"))
    assert Response.objects.get().submitted_at


def test_values_are_shown_to_oneself_and_shared_only_by_choice(client, wave, enrollment):
    for number, value in enumerate((5, 1, 4, 4), start=1):
        answer(client, wave, number, value, **({"send": 1} if number == 4 else {}))
    progress = client.get(reverse("outcomes:progress")).content.decode()

    assert "Warmth" in progress
    assert "4.5" in progress
    assert "One reading so far" in progress
    assert Response.objects.get().shared_at is None
    client.post(at(wave, "check_in_share"), {"share": "yes"})
    assert Response.objects.get().shared_at
    client.post(at(wave, "check_in_share"), {"share": "no"})
    assert Response.objects.get().shared_at is None


def test_taking_back_asks_first_and_then_leaves_nothing(client, wave):
    answer(client, wave, 1, 5)
    assert client.get(at(wave, "check_in_withdraw")).status_code == 200
    client.post(at(wave, "check_in_withdraw"))

    with analyzing():
        assert not Answer.objects.exists()
    assert b"Your answers are deleted" in client.get(at(wave)).content
    assert client.get(at(wave, "check_in_question", 1)).url == at(wave)


def test_today_offers_it_until_it_is_sent_or_closed(client, wave):
    assert at(wave) in client.get(reverse("outcomes:today")).content.decode()
    answer(client, wave, 1, 5)
    assert "Go on" in client.get(reverse("outcomes:today")).content.decode()
    close_wave(wave=wave, now=timezone.now())

    assert at(wave) not in client.get(reverse("outcomes:today")).content.decode()
    assert b"This round has ended" in client.get(at(wave)).content


@pytest.mark.parametrize("number", [0, 5, 999999999])
def test_there_is_no_fifth_question(client, wave, number):
    assert client.get(at(wave, "check_in_question", number)).status_code == 404


def test_a_planned_round_and_that_of_others_are_not_there(client, enrollment):
    planned = WaveFactory(cohort=enrollment.cohort)
    theirs = open_wave(wave=WaveFactory(), now=timezone.now())

    assert client.get(at(planned)).status_code == 404
    assert client.get(at(theirs)).status_code == 404


def test_sending_nothing_is_asked_about_once_and_then_said_as_it_is(client, wave):
    for number in (1, 2, 3):
        answer(client, wave, number, "")
    assert answer(client, wave, 4, "", send=1).url == at(wave, "check_in_review")
    assert not Response.objects.exclude(submitted_at=None).exists()
    page = client.get(at(wave, "check_in_review")).content.decode()
    assert "No question has an answer yet" in page
    assert "Leave all out" in page

    assert client.post(at(wave, "check_in_review")).url == at(wave)
    page = client.get(at(wave)).content.decode()
    assert "You left all questions out" in page
    assert "Your answers are in" not in page
    assert reverse("outcomes:check_in_share", args=[wave.public_id]) not in page
