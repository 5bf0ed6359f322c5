import html5lib
import pytest
from django.urls import reverse

from accounts.models import Practice, User
from accounts.tests.factories import OrganizationFactory, UserFactory
from notifications.models import Message

pytestmark = pytest.mark.django_db
PRACTICE, STAFF = "accounts:practice_edit", "accounts:staff_list"


@pytest.fixture
def owner(client):
    user = UserFactory(practice_role="owner")
    client.force_login(user)
    return user


def test_the_first_saving_makes_the_one_row(client, owner):
    answers = {
        "name": "Quiet Hour Coaching",
        "sender_name": "Quiet\r\nHour",
        "reply_to": "",
        "support_phone": "",
        "time_zone": "UTC",
    }
    html5lib.HTMLParser(strict=True).parse(client.get(reverse(PRACTICE)).content.decode())
    for _ in range(2):
        assert client.post(reverse(PRACTICE), answers).status_code == 302

    assert Practice.objects.get().sender_name == "Quiet Hour"
    assert "Quiet Hour Coaching" in client.get(reverse(PRACTICE)).content.decode()


def test_staff_are_added_with_a_mail_and_removed_with_their_clients(client, owner):
    answers = {"name": "Tom Reyes", "email": "Tom@example.org", "practice_role": "consultant"}
    html5lib.HTMLParser(strict=True).parse(client.get(reverse(STAFF)).content.decode())
    assert client.post(reverse(STAFF), answers).status_code == 302
    tom = User.objects.get(email="tom@example.org")
    organization = OrganizationFactory()
    organization.consultants.add(tom)
    assert (tom.practice_role, Message.objects.get().recipient) == ("consultant", tom)

    client.post(reverse("accounts:staff_remove", args=[tom.public_id]))

    tom.refresh_from_db()
    assert tom.practice_role == ""
    assert not organization.consultants.exists()


@pytest.mark.parametrize(
    ("changes", "code"), [({"email": "owner@example.org"}, "already_staff"), ({"email": "x"}, None)]
)
def test_staff_refuses(client, owner, changes, code):
    User.objects.filter(pk=owner.pk).update(email="owner@example.org")
    answers = {"name": "Tom", "email": "tom@example.org", "practice_role": "consultant"} | changes

    response = client.post(reverse(STAFF), answers)

    assert response.status_code == 400
    if code:
        assert response.context["form"].has_error("__all__", code)
    assert Message.objects.count() == 0


def test_an_owner_cannot_lock_themselves_out(client, owner):
    client.post(reverse("accounts:staff_remove", args=[owner.public_id]))

    assert User.objects.get(pk=owner.pk).practice_role == "owner"
