import pytest
from django.urls import reverse

from accounts.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def sign_in(client, persona):
    return client.post(reverse("accounts:demo_sign_in", args=[persona]))


@pytest.fixture
def people():
    return {
        persona: UserFactory(email=f"{persona}@demo.rapport.example")
        for persona in ("clinician", "consultant", "admin", "owner", "other")
    }


def test_outside_the_demo_there_is_no_such_page(client, people):
    assert client.get(reverse("accounts:demo")).status_code == 404
    assert sign_in(client, "owner").status_code == 404
    assert "_auth_user_id" not in client.session
    assert "demo/sign-in" not in client.get(reverse("account_login")).content.decode()


@pytest.mark.parametrize("persona", ["clinician", "consultant", "admin", "owner"])
def test_in_the_demo_one_click_signs_in(client, settings, people, persona):
    settings.DEMO_MODE = True

    response = sign_in(client, persona)

    assert response.url == reverse("outcomes:today")
    assert client.session["_auth_user_id"] == str(people[persona].pk)


def test_in_the_demo_the_buttons_are_on_both_pages(client, settings):
    settings.DEMO_MODE = True

    for name in ("accounts:demo", "account_login"):
        page = client.get(reverse(name)).content.decode()
        assert page.count("/demo/sign-in/") == 4


def test_only_the_four_and_only_by_post(client, settings, people):
    settings.DEMO_MODE = True
    UserFactory(email="consultant@example.org")

    assert sign_in(client, "other").status_code == 404
    assert client.get(reverse("accounts:demo_sign_in", args=["owner"])).status_code == 405
    people["owner"].is_active = False
    people["owner"].save()
    assert sign_in(client, "owner").status_code == 404
    assert "_auth_user_id" not in client.session


def test_changing_the_person_leaves_nothing_of_the_one_before(client, settings, people):
    settings.DEMO_MODE = True
    sign_in(client, "consultant")
    session = client.session
    session["acting_as"] = "consultant"
    session.save()

    sign_in(client, "clinician")

    assert client.session["_auth_user_id"] == str(people["clinician"].pk)
    assert "acting_as" not in client.session
