"""Checks, practices, conversations, threads and observations through the client, no JavaScript."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import UserFactory
from programs.models import Attempt, Item, Observation, PracticeLog, ProgressEvent, ScenarioStep
from programs.tests.factories import CohortStaffFactory, EnrollmentFactory

pytestmark = pytest.mark.django_db


def answer(learner, url, step, options, number=1):
    return learner.post(f"{url}?step={step}", {"number": number, "options": options})


def test_check_end_to_end_with_a_second_attempt(learner, enrollment, item_of, url_of):
    item = item_of(Item.Kind.CHECK)
    url, page = url_of("check_answer", item), url_of("item_detail", item)

    assert answer(learner, url, 1, ["b"]).url == f"{page}?step=2"
    assert learner.get(page).context["step"] == 2  # resumes
    answer(learner, url, 2, ["a", "b"])
    result = learner.get(page)
    assert (result.context["right"], result.context["attempt"].passed) == (1, False)
    assert "No clue there." in result.content.decode()

    assert learner.get(f"{page}?again=1&step=1").context["step"] == 1
    answer(learner, url, 1, ["a"], number=2)
    assert learner.get(page).context["form"].initial["number"] == 2
    answer(learner, url, 2, ["a", "b"], number=2)

    scores = enrollment.attempts.order_by("number").values_list("number", "score", "passed")
    assert [(n, float(score), passed) for n, score, passed in scores] == [
        (1, 0.5, False),
        (2, 1.0, True),
    ]
    assert ProgressEvent.objects.filter(kind="submitted").count() == 2
    assert ProgressEvent.objects.filter(kind="item_completed").count() == 1


def test_check_shows_no_feedback_before_the_attempt_is_in(learner, item_of, url_of):
    item = item_of(Item.Kind.CHECK)
    answer(learner, url_of("check_answer", item), 1, ["b"])
    html = learner.get(url_of("item_detail", item, "?step=1")).content.decode()
    assert "No clue there." not in html


def test_check_back_keeps_the_answer(learner, item_of, url_of):
    item = item_of(Item.Kind.CHECK)
    answer(learner, url_of("check_answer", item), 1, ["b"])
    html = learner.get(url_of("item_detail", item, "?step=1")).content.decode()
    assert html.count("checked") == 1


@pytest.mark.parametrize("options", [[], ["z"]])
def test_check_refuses_what_is_no_answer(learner, item_of, url_of, options):
    item = item_of(Item.Kind.CHECK)
    assert answer(learner, url_of("check_answer", item), 1, options).status_code == 422
    assert not Attempt.objects.exists()


def test_check_submitted_again_changes_nothing(learner, enrollment, item_of, url_of):
    item = item_of(Item.Kind.CHECK)
    url = url_of("check_answer", item)
    answer(learner, url, 1, ["a"])
    for _ in range(3):
        answer(learner, url, 2, ["a", "b"])
    answer(learner, url, 1, ["b"])  # a late tap from an old page
    attempt = enrollment.attempts.get()
    assert attempt.answers == {"q1": ["a"], "q2": ["a", "b"]}
    assert ProgressEvent.objects.filter(kind="submitted").count() == 1


def test_check_goes_back_to_a_question_left_out(learner, item_of, url_of):
    item = item_of(Item.Kind.CHECK)
    response = answer(learner, url_of("check_answer", item), 2, ["a", "b"])
    assert response.url == url_of("item_detail", item, "?step=1")


def test_practice_without_javascript_counts_on_the_server(
    learner, enrollment, item_of, url_of, time_machine_at
):
    item = item_of(Item.Kind.PRACTICE)
    start = timezone.now()
    with time_machine_at(start):
        learner.post(url_of("practice_start", item), {"minutes": 5})
    with time_machine_at(start + timedelta(minutes=4)):
        page = learner.get(url_of("item_detail", item))
        response = learner.post(
            url_of("practice_finish", item), {"client_key": str(uuid4()), "seconds": "0"}
        )

    assert page.context["minutes"] == 5
    assert [line["at"] for line in page.context["script"]] == ["0:00", "1:00"]
    assert response.url == url_of("item_done", item)
    log = PracticeLog.objects.get()
    assert (log.minutes, log.source, log.is_back_dated) == (4, "timer", False)
    assert enrollment.item_states.get().done_at is not None


@pytest.mark.parametrize(
    ("seconds", "minutes"), [("10", 1), ("89", 1), ("90", 2), ("0", 3), ("7200", 30)]
)
def test_practice_logs_what_was_done(learner, item_of, url_of, time_machine_at, seconds, minutes):
    """The timer's seconds, never more than the clock on the wall; without them the chosen length."""
    item = item_of(Item.Kind.PRACTICE)
    start = timezone.now()
    with time_machine_at(start):
        learner.post(url_of("practice_start", item), {"minutes": 3})
    with time_machine_at(start + timedelta(minutes=30)):
        key = str(uuid4())
        for _ in range(2):
            learner.post(url_of("practice_finish", item), {"client_key": key, "seconds": seconds})
    assert PracticeLog.objects.get().minutes == minutes


def test_practice_stopped_early_is_kept_but_not_done(learner, enrollment, item_of, url_of):
    item = item_of(Item.Kind.PRACTICE)
    learner.post(url_of("practice_start", item), {"minutes": 3})
    learner.post(url_of("practice_finish", item), {"client_key": str(uuid4()), "seconds": "20"})
    assert PracticeLog.objects.get().minutes == 1
    assert enrollment.item_states.get().done_at is None


def test_practice_by_hand_of_an_earlier_day(learner, enrollment, item_of, url_of):
    item = item_of(Item.Kind.PRACTICE)
    day = (timezone.now() - timedelta(days=3)).date()
    data = {"client_key": str(uuid4()), "minutes": "5", "day": day.isoformat()}

    for _ in range(2):
        response = learner.post(url_of("practice_log", item), data)

    assert response.status_code == 302
    log = PracticeLog.objects.get()
    assert (log.minutes, log.source, log.is_back_dated) == (5, "manual", True)
    assert enrollment.item_states.get().done_at == log.started_at


@pytest.mark.parametrize("change", [{"minutes": "0"}, {"minutes": "241"}, {"day": "2999-01-01"}])
def test_practice_by_hand_refuses_the_impossible(learner, item_of, url_of, change):
    item = item_of(Item.Kind.PRACTICE)
    data = {"client_key": str(uuid4()), "minutes": "5", "day": "2026-01-05", **change}
    assert learner.post(url_of("practice_log", item), data).status_code == 422
    assert not PracticeLog.objects.exists()


def test_practice_finished_but_never_started_is_told_so(learner, item_of, url_of):
    response = learner.post(
        url_of("practice_finish", item_of(Item.Kind.PRACTICE)), {"client_key": str(uuid4())}
    )
    assert response.status_code == 409


def choose(learner, url, number, choice, run=1):
    return learner.post(url, {"run": run, "number": number, "choice": choice, "shown": ""})


def test_scenario_end_to_end_with_rewind_and_a_second_run(learner, enrollment, item_of, url_of):
    item = item_of(Item.Kind.SCENARIO)
    url, turn = url_of("scenario_choose", item), url_of("scenario_turn", item)
    page = url_of("item_detail", item)

    choose(learner, url, 1, "a")
    ended = learner.get(page)
    assert "It leaves the fear where it was." in ended.content.decode()
    assert "It went quiet." in ended.content.decode()
    assert enrollment.item_states.get().done_at is not None  # any end will do
    learner.post(turn, {"run": 1, "number": 3, "turn": "back"})
    assert learner.get(page).context["reached"].at.node == "open"
    choose(learner, url, 4, "b")
    learner.post(turn, {"run": 1, "number": 6, "turn": "over"})
    assert learner.get(page).context["is_first"]
    choose(learner, url, 1, "b", run=2)

    steps = ScenarioStep.objects.order_by("run", "number")
    assert list(steps.values_list("run", "number", "node", "choice", "code", "is_rewind")) == [
        (1, 1, "open", "a", "terminator", False),
        (1, 2, "quiet", "", "", False),
        (1, 3, "quiet", "", "", True),
        (1, 4, "open", "b", "continuer", False),
        (1, 5, "opens", "", "", False),
        (2, 1, "open", "b", "continuer", False),
        (2, 2, "opens", "", "", False),
    ]
    assert ProgressEvent.objects.filter(kind="scenario_ended").count() == 3
    assert ProgressEvent.objects.filter(kind="item_completed").count() == 1


def test_scenario_second_tap_changes_nothing(learner, item_of, url_of):
    url = url_of("scenario_choose", item_of(Item.Kind.SCENARIO))
    for choice in ("b", "a", "b"):
        assert choose(learner, url, 1, choice).status_code == 302
    assert list(ScenarioStep.objects.values_list("choice", flat=True)) == ["b", ""]


@pytest.mark.parametrize("choice", ["", "z"])
def test_scenario_refuses_what_the_line_does_not_offer(learner, item_of, url_of, choice):
    url = url_of("scenario_choose", item_of(Item.Kind.SCENARIO))
    assert choose(learner, url, 1, choice).status_code == 422
    assert not ScenarioStep.objects.exists()


def test_thread_is_read_by_the_own_group_only(client, learner, enrollment, item_of, url_of):
    item = item_of(Item.Kind.THREAD)
    key = str(uuid4())
    for _ in range(2):
        learner.post(url_of("thread_post_create", item), {"client_key": key, "text": "Hello all"})
    assert enrollment.item_states.get().done_at is not None
    html = learner.get(url_of("item_detail", item)).content.decode()
    assert html.count("Hello all") == 1
    assert "Your group" in html

    peer = EnrollmentFactory(cohort=enrollment.cohort)
    client.force_login(peer.clinician)
    url = reverse("programs:item_detail", args=[peer.public_id, item.public_id])
    assert "Hello all" in client.get(url).content.decode()
    peer.group = enrollment.cohort.groups.create(name="Another")
    peer.save()
    assert "Hello all" not in client.get(url).content.decode()


def test_observation_is_asked_for_filed_and_read(client, enrollment, item_of, url_of):
    item = item_of(Item.Kind.OBSERVATION)
    observer = CohortStaffFactory(cohort=enrollment.cohort, role="facilitator").person
    client.force_login(enrollment.clinician)
    for _ in range(2):
        client.post(url_of("observation_request", item), {"observer": str(observer.public_id)})
    observation = Observation.objects.get()
    page = reverse("programs:observation_detail", args=[observation.public_id])
    assert client.get(page).status_code == 404  # the learner does not fill her own rubric

    client.force_login(observer)
    assert page in client.get(reverse("programs:observation_list")).content.decode()
    filled = {"observed_on": "2026-01-05", "rating_named": "seen", "note": "Said: you are scared."}
    assert client.post(page, {**filled, "rating_named": ""}).status_code == 422
    assert client.post(page, filled).status_code == 302

    assert enrollment.item_states.get().done_at is not None
    client.force_login(enrollment.clinician)
    assert "you are scared" in client.get(url_of("item_detail", item)).content.decode()


def test_observation_is_404_for_others_and_after_the_handover(client, enrollment, item_of):
    item = item_of(Item.Kind.OBSERVATION)
    place = CohortStaffFactory(cohort=enrollment.cohort)
    observation = Observation.objects.create(
        enrollment=enrollment, item=item, observer=place.person, observed_on="2026-01-05"
    )
    page = reverse("programs:observation_detail", args=[observation.public_id])
    others = [
        CohortStaffFactory(cohort=enrollment.cohort).person,
        UserFactory(practice_role="owner"),
        EnrollmentFactory(cohort=enrollment.cohort).clinician,
    ]
    for person in others:
        client.force_login(person)
        assert client.get(page).status_code == 404
    client.force_login(place.person)
    assert client.get(page).status_code == 200
    place.ended_at = timezone.now()
    place.save()
    assert client.get(page).status_code == 404


def test_observation_of_somebody_outside_the_team_is_refused(learner, item_of, url_of):
    stranger = UserFactory(practice_role="consultant")
    response = learner.post(
        url_of("observation_request", item_of(Item.Kind.OBSERVATION)),
        {"observer": str(stranger.public_id)},
    )
    assert response.status_code == 422
    assert not Observation.objects.exists()
