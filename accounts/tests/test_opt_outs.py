"""The link that stops mail: one click for a mail program, a button for a person, nobody else's."""

import pytest
from django.test import Client

from accounts.tests.factories import UserFactory
from notifications.services.opt_outs import has_opted_out, stop_address

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return UserFactory()


def path_of(person):
    return "/" + stop_address(person=person, topic="learning").split("/", 3)[3]


def test_looking_changes_nothing_and_one_click_stops_it(person):
    client = Client(enforce_csrf_checks=True)  # a mail program has no cookie
    path = path_of(person)
    assert "Stop these mails?" in client.get(path).content.decode()
    assert not has_opted_out(person=person, topic="learning")

    for _ in range(2):
        answer = client.post(path, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert has_opted_out(person=person, topic="learning")
    client.post(path, {"again": "1"})
    assert not has_opted_out(person=person, topic="learning")


def test_a_link_is_good_for_its_person_and_topic_alone(client, person):
    path = path_of(person)
    token = path.split("/")[-2]
    other = UserFactory()
    for forged in (
        path.replace("learning", "sessions"),
        path.replace(token, token[:-1] + ("A" if token[-1] != "A" else "B")),
        path.replace(token, "x" * 80),
    ):
        assert client.post(forged).status_code == 404
    client.post(path)
    assert not has_opted_out(person=other, topic="learning")
