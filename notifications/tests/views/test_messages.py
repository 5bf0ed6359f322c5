from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone

from notifications.models import Message, Outbox
from notifications.models.messages import RECIPIENT_SCOPES
from notifications.services.outbox import pause
from notifications.tests.factories import MessageFactory, UserFactory

pytestmark = pytest.mark.django_db
LIST = reverse("notifications:message_list")
RETRY = reverse("notifications:message_retry")
RESUME = reverse("notifications:sending_resume")


@pytest.fixture
def consultant(client):
    """Signed in; looks after nobody, so sees the mail to her own address alone."""
    person = UserFactory(name="Maya Lind", practice_role="consultant")
    client.force_login(person)
    return person


@pytest.fixture
def owner(client):
    person = UserFactory(name="Olga Owner", practice_role="owner")
    client.force_login(person)
    return person


def test_the_owner_sees_every_message_newest_first_and_no_address(client, owner):
    now = timezone.now()
    for minutes, kind in ((1, "tests.note"), (2, "tests.secret")):
        MessageFactory(kind=kind, due_at=now - timedelta(minutes=minutes), state="sent")

    html = client.get(LIST).content.decode()

    assert re.findall(r"<td>(Note|Secret)</td>", html) == ["Note", "Secret"]
    assert "@ward.example" not in html[html.index("<main") : html.index("</main")]


def test_a_consultant_sees_nothing_of_people_she_does_not_look_after(client, consultant):
    stranger = MessageFactory(recipient__name="Grace Hopper", state="failed")
    MessageFactory(recipient=consultant)
    MessageFactory(recipient=None, address="inquiry@ward.example")

    html = client.get(LIST).content.decode()

    assert "Maya Lind" in html
    assert "Grace Hopper" not in html
    assert "inquiry@" not in html
    assert client.post(RETRY, {"message": stranger.pk}).status_code == 404
    stranger.refresh_from_db()
    assert stranger.state == "failed"


@pytest.mark.parametrize(("method", "url"), [("get", LIST), ("post", RETRY), ("post", RESUME)])
def test_people_outside_the_practice_get_404(client, method, url):
    client.force_login(UserFactory())

    assert getattr(client, method)(url).status_code == 404


def test_visitors_are_asked_to_sign_in(client):
    assert client.get(LIST).status_code == 302


def test_trouble_has_its_own_list_with_a_button_where_it_helps(client, owner):
    failed = MessageFactory(recipient__name="Grace Hopper", state="failed")
    MessageFactory(recipient__name="Late Riser", state="missed")
    MessageFactory(recipient__name="All Well", state="sent")

    html = client.get(LIST, {"show": "trouble"}).content.decode()

    assert "Did not arrive (2)" in html
    assert "All Well" not in html
    assert re.findall(r'name="message" value="(\d+)"', html) == [str(failed.pk)]

    answer = client.post(RETRY, {"message": failed.pk}, follow=True)
    assert answer.redirect_chain == [(LIST, 302)]
    failed.refresh_from_db()
    assert failed.state == "pending"


def test_a_message_that_cannot_be_sent_again_is_refused_in_words(client, owner):
    sent = MessageFactory(state="sent")

    answer = client.post(RETRY, {"message": sent.pk}, follow=True)

    assert "That message cannot be sent again." in answer.content.decode()
    sent.refresh_from_db()
    assert sent.state == "sent"


@pytest.mark.parametrize("key", ["", "x", "-1", "9" * 30, "²", "0"])
def test_a_key_that_is_none_is_404(client, owner, key):
    assert client.post(RETRY, {"message": key}).status_code == 404


def test_a_paused_outbox_is_told_and_only_the_owner_ends_it(client, consultant):
    pause(now=timezone.now())

    assert "Nothing is being sent" in client.get(LIST).content.decode()
    assert RESUME not in client.get(LIST).content.decode()
    assert client.post(RESUME).status_code == 404
    assert Outbox.objects.get().is_paused

    client.force_login(UserFactory(practice_role="owner"))
    assert RESUME in client.get(LIST).content.decode()
    client.post(RESUME)
    assert not Outbox.objects.get().is_paused


def test_the_page_costs_the_same_queries_at_any_length(client, owner, count_queries):
    counts = []
    for size in (2, 20):
        MessageFactory.create_batch(size)
        with count_queries() as queries:
            client.get(LIST)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_long_lists_have_pages(client, owner):
    MessageFactory.create_batch(51)

    assert client.get(LIST).content.decode().count('<th scope="row">') == 50
    assert client.get(LIST, {"page": 2}).content.decode().count('<th scope="row">') == 1
    assert client.get(LIST, {"page": "10000000000"}).status_code == 200


def test_without_a_scope_nobody_sees_anything(owner, monkeypatch):
    MessageFactory()
    monkeypatch.setattr(RECIPIENT_SCOPES, "_items", {})

    assert not Message.objects.visible_to(owner).exists()


def test_scopes_add_up(owner):
    people = get_user_model().objects.all()
    MessageFactory()

    assert Message.objects.visible_to(owner).count() == people.exclude(pk=owner.pk).count() == 1
