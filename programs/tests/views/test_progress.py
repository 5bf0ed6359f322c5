"""Learn, modules, readings and what comes next, through the client."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from accounts.tests.factories import MembershipFactory, UserFactory
from programs.models import Item, ProgressEvent, ScheduleRow
from programs.tests.factories import (
    CohortFactory,
    CohortStaffFactory,
    EnrollmentFactory,
    ItemFactory,
    LiveSlotFactory,
    ModuleFactory,
    ProgramVersionFactory,
)
from programs.tests.kinds import BODIES

pytestmark = pytest.mark.django_db
KINDS = list(Item.Kind)


@pytest.mark.parametrize("kind", KINDS)
def test_item_detail_shows_every_kind_with_one_h1(learner, item_of, url_of, kind):
    item = item_of(kind)

    response = learner.get(url_of("item_detail", item))

    assert response.status_code == 200
    html = response.content.decode()
    assert html.count("<h1") == 1
    assert "<c-" not in html
    assert item.title in html


@pytest.mark.parametrize("kind", KINDS)
def test_item_detail_is_404_for_everybody_else(client, enrollment, item_of, url_of, kind):
    organization = enrollment.cohort.engagement.organization
    peer = EnrollmentFactory(cohort=enrollment.cohort).clinician
    consultant = UserFactory(practice_role="consultant")
    organization.consultants.add(consultant)
    people = [
        peer,
        EnrollmentFactory().clinician,
        MembershipFactory(organization=organization, role="admin").user,
        consultant,
        CohortStaffFactory(cohort=enrollment.cohort, role="facilitator").person,
        CohortStaffFactory(cohort=enrollment.cohort).person,
        UserFactory(practice_role="owner"),
    ]
    item = item_of(kind)
    module = reverse("programs:module_detail", args=[enrollment.public_id, item.module.public_id])

    for person in people:
        client.force_login(person)
        for url in (url_of("item_detail", item), url_of("item_done", item), module):
            assert client.get(url).status_code == 404
        for name in (
            "item_advance",
            "reflection_save",
            "field_entry_save",
            "check_answer",
            "practice_start",
            "practice_finish",
            "practice_log",
            "scenario_choose",
            "scenario_turn",
            "thread_post_create",
            "observation_request",
        ):
            assert client.post(url_of(name, item)).status_code == 404


def test_item_detail_of_another_program_is_404(learner, url_of):
    foreign = ItemFactory(module=ModuleFactory(items=0))
    assert learner.get(url_of("item_detail", foreign)).status_code == 404


def test_reading_takes_a_tap_a_step_and_finishes(learner, enrollment, item_of, url_of):
    item = item_of(Item.Kind.READING)
    url = url_of("item_advance", item)

    first = learner.post(f"{url}?step=1")
    second = learner.post(f"{url}?step=2")
    last = learner.post(f"{url}?step=3")

    assert first.url == url_of("item_detail", item, "?step=2")
    assert second.url == url_of("item_detail", item, "?step=3")
    assert last.url == url_of("item_done", item)
    assert enrollment.item_states.get(item=item).done_at is not None
    assert enrollment.events.filter(kind="item_completed").count() == 1
    assert learner.get(last.url).status_code == 200


def test_reading_resumes_where_it_was_left(learner, item_of, url_of):
    item = item_of(Item.Kind.READING)
    learner.post(url_of("item_advance", item, "?step=1"))

    response = learner.get(url_of("item_detail", item))

    assert response.context["step"] == 2
    assert learner.get(url_of("item_detail", item, "?step=1")).context["step"] == 1


def test_reading_finished_twice_is_one_event(learner, enrollment, item_of, url_of):
    item = item_of(Item.Kind.READING)
    for _ in range(10):
        learner.post(url_of("item_advance", item, "?step=3"))
    assert ProgressEvent.objects.filter(item=item).count() == 1


@pytest.mark.parametrize("asked", ["0", "99", "-1", "x", "9" * 5000, "²"])
def test_item_detail_clamps_a_made_up_step(learner, item_of, url_of, asked):
    response = learner.get(url_of("item_detail", item_of(Item.Kind.READING)), {"step": asked})
    assert response.status_code == 200
    assert response.context["step"] in (1, 3)


def test_item_that_requires_another_opens_when_that_is_done(learner, item_of, url_of):
    first = item_of(Item.Kind.READING, key="first")
    second = item_of(Item.Kind.READING, requires=["first"])
    url = url_of("item_advance", second, "?step=1")

    assert learner.post(url).status_code == 409
    learner.post(url_of("item_advance", first, "?step=3"))
    assert learner.post(url).status_code == 302


def test_item_opens_by_the_schedule_at_reading_time(learner, enrollment, item_of, url_of):
    cohort = enrollment.cohort
    cohort.everything_open_at = None
    cohort.save()
    item = item_of(Item.Kind.READING)
    row = ScheduleRow.objects.create(
        cohort=cohort,
        module=item.module,
        kind="release",
        anchor="cohort_start",
        at=datetime.now(UTC) + timedelta(hours=1),
    )
    url = url_of("item_advance", item, "?step=1")

    assert learner.post(url).status_code == 409
    row.at = datetime.now(UTC) - timedelta(hours=1)
    row.save()
    assert learner.post(url).status_code == 302
    row.at = None  # its session is not planned any more
    row.save()
    assert learner.post(url).status_code == 409


def test_a_withdrawn_learner_reads_and_writes_nothing(learner, enrollment, item_of, url_of):
    item = item_of(Item.Kind.READING)
    enrollment.withdrawn_at = datetime.now(UTC)
    enrollment.save()
    assert learner.get(url_of("item_detail", item)).status_code == 200
    assert learner.post(url_of("item_advance", item, "?step=3")).status_code == 404
    assert not ProgressEvent.objects.exists()


def test_learn_names_the_next_step_and_filters_by_minutes(learner, item_of):
    long = item_of(Item.Kind.READING, minutes=12, title="A long read")
    short = item_of(Item.Kind.PRACTICE, minutes=3, title="A short sit", required=False)

    page = learner.get(reverse("programs:learn"))
    filtered = learner.get(reverse("programs:learn"), {"minutes": "3"})

    assert page.context["next"].title == long.title
    assert [step.item for step in filtered.context["short"]] == [short]
    assert "<c-" not in page.content.decode() + filtered.content.decode()


def test_learn_without_an_enrollment_says_what_will_appear(client):
    client.force_login(UserFactory())
    assert client.get(reverse("programs:learn")).status_code == 200


def test_learn_offers_each_of_several_programs(client):
    one = EnrollmentFactory()
    two = EnrollmentFactory(clinician=one.clinician)
    client.force_login(one.clinician)

    page = client.get(reverse("programs:learn"), {"program": str(one.public_id)})

    assert page.context["enrollment"] == one
    assert set(page.context["enrollments"]) == {one, two}
    foreign = EnrollmentFactory()
    url = reverse("programs:learn")
    assert client.get(url, {"program": str(foreign.public_id)}).status_code == 404


def test_live_item_shows_the_own_session(learner, enrollment, item_of, url_of):
    item = item_of(Item.Kind.LIVE, required=False)
    LiveSlotFactory(cohort=enrollment.cohort, key="start", title="Beginning together")
    LiveSlotFactory(cohort=CohortFactory(), key="start", title="A foreign session")

    html = learner.get(url_of("item_detail", item)).content.decode()

    assert "Beginning together" in html
    assert "A foreign session" not in html


@pytest.mark.parametrize("name", ["learn", "module_detail", "item_detail", "item_done"])
def test_queries_do_not_grow_with_the_items(client, count_queries, name):
    counts = []
    for size in (3, 30):
        version = ProgramVersionFactory(modules=0)
        module = ModuleFactory(version=version, items=0)
        for _ in range(size):
            ItemFactory(module=module, body=BODIES[Item.Kind.READING])
        opened = datetime.now(UTC) - timedelta(days=1)
        cohort = CohortFactory(version=version, everything_open_at=opened)
        enrollment = EnrollmentFactory(cohort=cohort)
        client.force_login(enrollment.clinician)
        item = module.items.first()
        args = {
            "learn": [],
            "module_detail": [enrollment.public_id, module.public_id],
        }.get(name, [enrollment.public_id, item.public_id])
        client.post(reverse("programs:item_advance", args=[enrollment.public_id, item.public_id]))
        client.get(reverse(f"programs:{name}", args=args))
        with count_queries() as captured:
            assert client.get(reverse(f"programs:{name}", args=args)).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_a_reading_of_six_steps_takes_seven_taps(learner, item_of):
    """Start, Next five times, Finish; nothing to type."""
    steps = [{"title": f"Idea {n}", "markdown": "Text."} for n in range(1, 7)]
    item_of(Item.Kind.READING, body={"steps": steps, "sources": []})
    page = learner.get(reverse("programs:learn"))
    taps, url = 1, page.context["next"].url
    while True:
        page = learner.get(url)
        step = page.context["step"]
        action = f"{url.split('?')[0]}advance/?step={step}"
        assert f'action="{action}"' in page.content.decode()
        url = learner.post(action).url
        taps += 1
        if url.endswith("/done/"):
            break
    assert taps == 7
