"""Sign-in by django-allauth as it is set up here: codes, passwords, resets, limits."""

import re

import html5lib
import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.services.users import invite_staff
from accounts.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
PUBLIC = [
    "account_login",
    "account_request_login_code",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_signup",
    "account_inactive",
]


@pytest.fixture
def person():
    user = UserFactory(email="asha@example.org")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def bare(response):
    """The page without what differs from request to request."""
    text = response.content.decode()
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text)
    text = re.sub(r"X-CSRFToken&quot;: &quot;\w+|\"X-CSRFToken\": \"\w+", "", text)
    return re.sub(r'nonce="[^"]*"', "", text)


def is_signed_in(client):
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("name", PUBLIC)
def test_public_pages_need_no_sign_in_and_are_valid_html(client, name):
    response = client.get(reverse(name))

    assert response.status_code == 200
    html5lib.HTMLParser(strict=True).parse(response.content.decode())
    page = response.content.decode()
    assert page.count("<h1") == 1
    assert not re.search(r'<[^>]+\s(style|on\w+)="', page)


@pytest.mark.parametrize("name", ["account_email", "account_change_password", "accounts:account"])
def test_own_pages_need_a_sign_in(client, name):
    response = client.get(reverse(name))

    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


@pytest.mark.parametrize("name", ["account_email", "account_change_password", "account_logout"])
def test_own_pages_show_to_a_signed_in_person(client, person, name):
    client.force_login(person)
    response = client.get(reverse(name))

    assert response.status_code == 200
    html5lib.HTMLParser(strict=True).parse(response.content.decode())


def test_password_sign_in_leads_to_today(client, person):
    response = client.post(
        reverse("account_login"), {"login": "ASHA@example.org", "password": PASSWORD}
    )

    assert response.url == reverse("outcomes:today")
    assert is_signed_in(client)


def test_sign_in_follows_next_only_on_this_site(client, person):
    credentials = {"login": person.email, "password": PASSWORD}
    away = client.post(reverse("account_login") + "?next=https://evil.example/", credentials)
    assert "evil" not in away.url

    client.logout()
    near = client.post(reverse("account_login"), credentials | {"next": "/account/"})
    assert near.url == "/account/"


def test_code_sign_in(client, person, mailoutbox):
    answer = client.post(reverse("account_request_login_code"), {"email": person.email})
    assert answer.url.startswith(reverse("account_confirm_login_code"))
    assert client.get(answer.url).status_code == 200
    [mail] = mailoutbox
    assert mail.subject == "Your sign-in code"
    assert mail.extra_headers["Auto-Submitted"] == "auto-generated"
    code = re.search(r"^([A-Z0-9-]{6,9})$", mail.body, re.MULTILINE).group(1)

    assert client.post(answer.url, {"code": "WRONG0"}).status_code == 200
    assert not is_signed_in(client)
    assert client.post(answer.url, {"code": code}).url == reverse("outcomes:today")
    assert is_signed_in(client)


def test_an_invited_staff_member_signs_in_by_code_alone(client, mailoutbox):
    user = invite_staff(
        email="new@example.org", name="Tom", practice_role="consultant", now=timezone.now()
    )
    answer = client.post(reverse("account_request_login_code"), {"email": user.email})
    [mail] = mailoutbox
    code = re.search(r"^([A-Z0-9-]{6,9})$", mail.body, re.MULTILINE).group(1)
    client.post(answer.url, {"code": code})

    assert client.session["_auth_user_id"] == str(user.pk)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("account_login", {"login": "{}", "password": "wrong horse battery"}),
        ("account_request_login_code", {"email": "{}"}),
        ("account_reset_password", {"email": "{}"}),
    ],
)
def test_known_and_unknown_addresses_get_the_same_answer(client, person, name, fields, mailoutbox):
    answers = []
    for email in (person.email, "nobody@example.org"):
        client.cookies.clear()
        data = {key: value.format(email) for key, value in fields.items()}
        response = client.post(reverse(name), data, follow=True)
        page = bare(response).replace(email, "the address")
        answers.append((response.status_code, response.redirect_chain, page))

    assert answers[0] == answers[1]
    assert len(mailoutbox) in (0, 2)  # to both or to none


def test_an_unknown_address_is_told_how_accounts_are_made_and_no_sign_up_link(client, mailoutbox):
    client.post(reverse("account_request_login_code"), {"email": "nobody@example.org"})

    [mail] = mailoutbox
    assert "invitation" in mail.body
    assert "signup" not in mail.body


def test_password_reset_by_a_link_from_the_configured_address(client, person, mailoutbox):
    client.post(
        reverse("account_reset_password"), {"email": person.email}, headers={"host": "localhost"}
    )
    [mail] = mailoutbox
    url = re.search(r"^(http\S+)$", mail.body, re.MULTILINE).group(1)
    assert url.startswith("http://testserver/auth/password/reset/key/")

    form = client.get(url, follow=True)
    assert form.status_code == 200
    new = "three quiet yellow lamps"
    answer = client.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert answer.status_code == 302
    person.refresh_from_db()
    assert person.check_password(new)
    assert client.get(url, follow=True).context["token_fail"]


def test_sign_up_is_closed(client):
    client.post(
        reverse("account_signup"), {"email": "new@example.org", "password1": "three quiet lamps"}
    )

    assert not User.objects.filter(email="new@example.org").exists()


def test_five_wrong_passwords_lock_the_account_for_a_while(client, person):
    for _ in range(5):
        client.post(reverse("account_login"), {"login": person.email, "password": "wrong horse"})

    response = client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})

    assert response.context["form"].has_error("__all__", "too_many_login_attempts")
    assert not is_signed_in(client)


def test_a_third_code_within_a_minute_is_the_last(client, person, mailoutbox):
    url = reverse("account_request_login_code")
    for _ in range(4):
        client.cookies.clear()
        response = client.post(url, {"email": person.email})

    assert response.context["form"].has_error("email", "too_many_login_attempts")
    assert len(mailoutbox) == 3


def test_too_many_requests_get_a_page_of_their_own(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    for _ in range(2):
        response = client.post(reverse("account_login"), {"login": "a@b.example", "password": "x"})

    assert response.status_code == 429
    html5lib.HTMLParser(strict=True).parse(response.content.decode())
    assert response.content.decode().count("<h1") == 1


def test_a_deactivated_person_is_out_at_once(client, person):
    client.force_login(person)
    assert client.get(reverse("accounts:account")).status_code == 200

    person.is_active = False
    person.save()

    assert client.get(reverse("accounts:account")).status_code == 302
    client.cookies.clear()
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert not is_signed_in(client)


def test_sign_out_is_a_post(client, person):
    client.force_login(person)
    client.get(reverse("account_logout"))
    assert is_signed_in(client)

    client.post(reverse("account_logout"))
    assert not is_signed_in(client)


def test_a_personal_address_is_added_by_code(client, person, mailoutbox):
    client.force_login(person)
    answer = client.post(
        reverse("account_email"), {"action_add": "1", "email": "asha@home.example"}, follow=True
    )
    assert answer.status_code == 200
    mail = next(mail for mail in mailoutbox if mail.to == ["asha@home.example"])
    assert mail.subject == "Your confirmation code"
    code = re.search(r"^([A-Z0-9-]{6,9})$", mail.body, re.MULTILINE).group(1)
    client.post(reverse("account_email_verification_sent"), {"code": code})

    assert EmailAddress.objects.get(email="asha@home.example").verified


def test_the_django_admin_has_no_sign_in_of_its_own(client, person):
    """Else its form would know no limit on tries."""
    for url in (reverse("admin:index"), reverse("admin:login")):
        response = client.post(url, {"username": person.email, "password": PASSWORD})
        assert response.status_code in (302, 404)
        assert not is_signed_in(client)

    person.is_staff = person.is_superuser = True
    person.save()
    client.force_login(person)
    assert client.get(reverse("admin:index")).status_code == 200
