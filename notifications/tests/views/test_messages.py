from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone

from notifications.models import Circuit, Message, Outbox
from notifications.models.messages import RECIPIENT_SCOPES
from notifications.services.outbox import pause
from notifications.tests.factories import MessageFactory, SmsFactory, UserFactory

pytestmark = pytest.mark.django_db
LIST = reverse("notifications:message_list")
RETRY = reverse("notifications:message_retry")
HANDLE = reverse("notifications:message_handle")
PAUSE = reverse("notifications:sending_pause")
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


@pytest.mark.parametrize(
    ("method", "url"),
    [("get", LIST), ("post", RETRY), ("post", HANDLE), ("post", PAUSE), ("post", RESUME)],
)
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
    again = html[html.index(f'action="{RETRY}') :]
    assert html.count(f'action="{RETRY}?show=trouble"') == 1
    assert re.search(r'name="message" value="(\d+)"', again)[1] == str(failed.pk)

    answer = client.post(f"{RETRY}?show=trouble", {"message": failed.pk}, follow=True)
    assert answer.redirect_chain == [(f"{LIST}?show=trouble", 302)]
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


def test_long_lists_are_read_on_by_key_even_where_many_are_due_at_one_instant(client, owner):
    now = timezone.now()
    MessageFactory.create_batch(60, due_at=now)
    MessageFactory.create_batch(45, due_at=now - timedelta(days=1))
    seen, url = [], LIST
    while url:
        html = client.get(url).content.decode()
        seen += re.findall(r'<th scope="row"><a [^>]*>([^<]+)</a>', html)
        older = re.search(r'rel="next" href="([^"]+)"', html)
        url = f"{LIST}{unescape(older[1])}" if older else ""

    assert len(seen) == len(set(seen)) == 105


@pytest.mark.parametrize("key", ["x", "1", "-", "9" * 30 + "-1", "1-" + "9" * 30, "²-1", "0-0"])
def test_a_page_key_that_is_none_is_the_first_page_or_empty(client, owner, key):
    assert client.get(LIST, {"before": key}).status_code == 200


def test_the_list_is_narrowed_by_state_channel_kind_and_person(client, owner):
    wanted = SmsFactory(state="failed", kind="tests.secret", recipient__name="Grace Hopper")
    others = [
        SmsFactory(state="sent", kind="tests.secret"),
        SmsFactory(state="failed"),
        MessageFactory(state="failed", kind="tests.secret"),
    ]
    query = {"state": "failed", "channel": "sms", "kind": "tests.secret"}

    html = client.get(LIST, query).content.decode()
    assert "Grace Hopper" in html
    assert not any(str(other.recipient) in html for other in others)

    person = {"person": str(wanted.recipient.public_id)}
    html = client.get(LIST, person).content.decode()
    assert "To Grace Hopper only." in html
    assert html.count('<th scope="row">') == 1
    for nonsense in ("x", "'", "\0"):
        everything = dict.fromkeys(("state", "channel", "kind", "person"), nonsense)
        assert client.get(LIST, everything).status_code == 200


def test_done_with_it_takes_it_off_the_list_and_says_who(client, consultant):
    mine = MessageFactory(recipient=consultant, state="failed")
    stranger = MessageFactory(state="failed")

    client.post(f"{HANDLE}?show=trouble", {"message": mine.pk})

    mine.refresh_from_db()
    assert (mine.state, mine.handled_by) == ("failed", consultant)
    assert mine.handled_at is not None
    assert "Did not arrive (0)" in client.get(LIST).content.decode()
    assert "Maya Lind saw to it" in client.get(LIST).content.decode()
    again = client.post(HANDLE, {"message": mine.pk}, follow=True).content.decode()
    assert "Somebody has seen to that message already." in again
    assert client.post(HANDLE, {"message": stranger.pk}).status_code == 404
    stranger.refresh_from_db()
    assert stranger.handled_at is None


def test_one_that_was_seen_to_may_still_be_sent_again(client, owner):
    failed = MessageFactory(state="failed", handled_at=timezone.now(), handled_by=owner)

    client.post(RETRY, {"message": failed.pk})

    failed.refresh_from_db()
    assert (failed.state, failed.handled_at, failed.handled_by) == ("pending", None, None)


@pytest.mark.parametrize(
    ("state", "code", "words"),
    [
        ("failed", "recipient_refused_550", "does not know the address"),
        ("pending", "recipient_refused_451", "asked us to try later"),
        ("unknown", "no_answer", "fell silent"),
        ("failed", "no_number", "no verified phone number"),
        ("pending", "provider_429", "slow down"),
        ("pending", "provider_401", "refused us"),
        ("failed", "provider_422", "SMS provider refused it"),
        ("missed", "not_connected", "could not leave in time. The server did not answer."),
        ("skipped_late", "", "time was over when it was planned"),
    ],
)
def test_each_trouble_is_told_in_words(client, owner, state, code, words):
    MessageFactory(state=state, last_error_code=code)

    html = client.get(LIST).content.decode()
    assert words in html
    assert not code or code not in html


def test_only_the_owner_holds_everything_back(client, consultant):
    assert client.post(PAUSE).status_code == 404
    assert PAUSE not in client.get(LIST).content.decode()
    client.force_login(UserFactory(practice_role="owner"))

    client.post(PAUSE)

    assert Outbox.objects.get().is_paused


def test_a_channel_that_waits_for_its_provider_is_told(client, consultant):
    now = timezone.now()
    Circuit.objects.create(channel="sms", state="open", opened_at=now, retry_at=now)

    assert "SMS wait for the provider" in client.get(LIST).content.decode()


def test_the_figures_count_only_what_the_reader_may_see(client, consultant):
    MessageFactory.create_batch(3)
    MessageFactory(recipient=consultant, due_at=timezone.now() - timedelta(minutes=5))
    html = client.get(LIST).content.decode()

    assert re.findall(r'stat-tile__value">([^<]*)<', html) == ["1", "0", "0", "5 minutes"]


def test_without_a_scope_nobody_sees_anything(owner, monkeypatch):
    MessageFactory()
    monkeypatch.setattr(RECIPIENT_SCOPES, "_items", {})

    assert not Message.objects.visible_to(owner).exists()


def test_scopes_add_up(owner):
    people = get_user_model().objects.all()
    MessageFactory()

    assert Message.objects.visible_to(owner).count() == people.exclude(pk=owner.pk).count() == 1
