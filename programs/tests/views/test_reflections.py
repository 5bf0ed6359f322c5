"""Reflections and field logs through the client, without JavaScript and with its autosave."""

import re
from uuid import uuid4

import pytest
from django.utils import timezone

from core.acting import acting_as
from programs.models import FieldEntry, Item, ProgressEvent, Reflection
from programs.tests.kinds import TWO_QUESTIONS

pytestmark = pytest.mark.django_db
TEXT = "CANARY what I wrote"


@pytest.fixture
def item(item_of):
    return item_of(Item.Kind.REFLECTION, body=TWO_QUESTIONS)


def data(action="next", revision=0, **answers):
    return {
        "client_key": str(uuid4()),
        "revision": revision,
        "action": action,
        **{f"answer_{name}": text for name, text in answers.items()},
    }


def kept(enrollment):
    with acting_as(enrollment.clinician_id):
        return Reflection.objects.get()


def test_the_badge_stands_above_the_box(learner, item, url_of):
    html = learner.get(url_of("item_detail", item)).content.decode()
    assert "Only you" in html
    assert html.index("Only you") < html.index("<textarea")


def test_reflection_end_to_end(learner, enrollment, item, url_of):
    url = url_of("reflection_save", item)

    first = learner.post(f"{url}?step=1", data(noticed=TEXT))
    assert first.url == url_of("item_detail", item, "?step=2")
    page = learner.get(url_of("item_detail", item))  # resumes at the second question
    assert page.context["step"] == 2
    last = learner.post(
        f"{url}?step=2", data("submit", revision=page.context["revision"], next="Go on.")
    )

    assert last.url == url_of("item_done", item)
    assert kept(enrollment).answers == {"noticed": TEXT, "next": "Go on."}
    assert kept(enrollment).submitted_at is not None
    assert enrollment.item_states.get().done_at is not None
    done = learner.get(last.url)
    assert "CANARY" not in done.content.decode() + str(done.cookies)


def test_no_text_reaches_logs_mail_or_events(learner, item, url_of, caplog, mailoutbox, settings):
    url = url_of("reflection_save", item)
    with caplog.at_level("INFO"):
        learner.post(f"{url}?step=1", data("save", noticed=TEXT))
        learner.post(f"{url}?step=1", data("save", noticed=f"{TEXT} other"))  # stale
        learner.post(f"{url}?step=2", data("submit", revision=1, next=TEXT))
    assert "CANARY" not in caplog.text
    # At DEBUG these would print the page's context and the query's parameters.
    for name in ("django.template", "django.db.backends"):
        assert settings.LOGGING["loggers"][name]["level"] == "INFO"
    assert mailoutbox == []
    assert "CANARY" not in str(list(ProgressEvent.objects.values()))


def test_a_draft_is_there_again(learner, item, url_of):
    learner.post(url_of("reflection_save", item, "?step=1"), data("save", noticed=TEXT))
    assert TEXT in learner.get(url_of("item_detail", item)).content.decode()


def test_a_stale_revision_shows_both_texts_and_loses_neither(learner, enrollment, item, url_of):
    url = url_of("reflection_save", item, "?step=1")
    learner.post(url, data("save", noticed="from the phone"))

    response = learner.post(url, data("save", noticed="from the laptop"))

    html = response.content.decode()
    assert response.status_code == 409
    assert "from the phone" in html
    assert re.search(r"<textarea[^>]*>\s*from the laptop</textarea>", html)
    assert kept(enrollment).answers == {"noticed": "from the phone"}
    again = data("save", revision=response.context["revision"], noticed="from the laptop")
    assert learner.post(url, again).status_code == 302
    assert kept(enrollment).answers == {"noticed": "from the laptop"}


def test_an_empty_reflection_keeps_the_page(learner, item, url_of):
    response = learner.post(url_of("reflection_save", item, "?step=2"), data("submit", next=" "))
    assert response.status_code == 422
    assert response.context["form"].has_error("__all__", "empty")
    assert not ProgressEvent.objects.exists()


def test_autosave_answers_with_the_new_revision(learner, enrollment, item, url_of):
    url = url_of("reflection_save", item, "?step=1")
    headers = {"accept": "application/json"}

    saved = learner.post(url, data("save", noticed=TEXT), headers=headers)
    stale = learner.post(url, data("save", noticed="other"), headers=headers)

    assert saved.json() == {"revision": 1}
    assert stale.status_code == 409
    assert kept(enrollment).answers == {"noticed": TEXT}


def entry(action="submit", revision=0, **fields):
    return {
        "client_key": str(uuid4()),
        "revision": revision,
        "action": action,
        "happened_on": "2026-01-05",
        "situation": "family",
        "answer_tried": TEXT,
        **fields,
    }


def test_field_log_end_to_end(learner, enrollment, item_of, url_of):
    item = item_of(Item.Kind.FIELD_LOG)
    url = url_of("field_entry_save", item)

    first = learner.post(url, entry())
    assert first.url == url_of("item_done", item)
    assert enrollment.item_states.get().done_at is None  # two entries are asked for
    learner.post(url, entry(answer_tried="second"))

    assert enrollment.item_states.get().done_at is not None
    html = learner.get(url_of("item_detail", item)).content.decode()
    assert TEXT in html
    assert "Family in the room" in html
    assert "point to a patient" in html


def test_field_log_takes_two_taps(learner, enrollment, item_of, url_of):
    """The day is there already: a tag and Add entry."""
    item = item_of(Item.Kind.FIELD_LOG)
    initial = learner.get(url_of("item_detail", item)).context["form"].initial
    response = learner.post(
        url_of("field_entry_save", item),
        entry(answer_tried="", happened_on=initial["happened_on"].isoformat()),
    )
    assert response.status_code == 302
    with acting_as(enrollment.clinician_id):
        assert FieldEntry.objects.get().submitted_at is not None


def test_a_field_draft_survives_and_a_stale_one_shows_both(learner, item_of, url_of):
    item = item_of(Item.Kind.FIELD_LOG)
    url = url_of("field_entry_save", item)
    learner.post(url, entry("save"))
    assert TEXT in learner.get(url_of("item_detail", item)).content.decode()

    response = learner.post(url, entry("save", answer_tried="from the laptop"))

    assert response.status_code == 409
    assert TEXT in response.content.decode()
    assert "from the laptop" in response.content.decode()


def test_a_field_entry_without_anything_is_refused(learner, item_of, url_of):
    item = item_of(Item.Kind.FIELD_LOG)
    response = learner.post(url_of("field_entry_save", item), entry(situation="", answer_tried=""))
    assert response.status_code == 422
    assert response.context["form"].has_error("__all__", "empty")


def test_a_field_entry_of_one_tap_is_filed_for_today(learner, enrollment, item_of, url_of):
    item = item_of(Item.Kind.FIELD_LOG)
    page = learner.get(url_of("item_detail", item))
    assert "Quick entry" in page.content.decode()
    answer = learner.post(
        url_of("field_entry_save", item),
        {
            "client_key": page.context["form"]["client_key"].value(),
            "happened_on": page.context["form"]["happened_on"].value().isoformat(),
            "action": "submit",
            "situation": "family",
        },
    )
    assert answer.url == url_of("item_done", item)
    with acting_as(enrollment.clinician_id):
        entry = FieldEntry.objects.get()
        assert (entry.situation, bool(entry.submitted_at)) == ("family", True)


def test_a_tap_never_replaces_a_draft(learner, enrollment, item_of, url_of):
    item = item_of(Item.Kind.FIELD_LOG)
    today = timezone.localdate().isoformat()
    values = {"client_key": uuid4(), "happened_on": today, "answer_tried": "my words"}
    learner.post(url_of("field_entry_save", item), {**values, "action": "save"})
    assert "Quick entry" not in learner.get(url_of("item_detail", item)).content.decode()
    tap = {"client_key": uuid4(), "happened_on": today, "situation": "family"}
    stale = learner.post(url_of("field_entry_save", item), {**tap, "action": "submit"})
    assert stale.status_code == 409
    with acting_as(enrollment.clinician_id):
        assert FieldEntry.objects.get().answers == {"tried": "my words"}
