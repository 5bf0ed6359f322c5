import html
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Consent, Invitation, Membership, User
from accounts.services.disclosures import publish_disclosure
from accounts.tests.factories import (
    InvitationFactory,
    MembershipFactory,
    OrganizationFactory,
    UserFactory,
)
from notifications.models import Message

pytestmark = pytest.mark.django_db
ANSWERS = {"name": "Asha Nair", "typed_name": "Asha Nair", "no_password": "on"}


def an_invitation(**changes):
    organization = OrganizationFactory(name="Northfield Hospital")
    publish_disclosure(
        organization=organization, visibility="completion", thresholds={}, now=timezone.now()
    )
    invitation = InvitationFactory(
        organization=organization, invited_by__name="Maya Lind", **changes
    )
    User.objects.filter(pk=invitation.user_id).update(password="!")
    return Invitation.objects.get(pk=invitation.pk)


@pytest.fixture
def invitation():
    return an_invitation()


def link(invitation):
    return reverse("accounts:invitation_accept", args=[invitation.token()])


def snapshot():
    models = (Invitation, User, Membership, Consent, Message)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_opening_the_link_shows_who_and_what_and_consumes_nothing(client, invitation):
    before = snapshot()

    for _ in range(3):
        response = client.get(link(invitation))
    page = html.unescape(response.content.decode())

    assert response.status_code == 200
    assert response.headers["Referrer-Policy"] == "strict-origin"
    assert "no-store" in response.headers["Cache-Control"]
    assert "Maya Lind invites you" in page
    for line in response.context["disclosure"].lines:
        assert line in page
    assert snapshot() == before


def test_head_consumes_nothing(client, invitation):
    before = snapshot()
    client.head(link(invitation))
    assert snapshot() == before


def test_accepting_signs_the_new_person_in(client, invitation):
    response = client.post(link(invitation), ANSWERS)

    assert response.status_code == 302
    assert response.url == reverse("outcomes:today")
    assert client.session["_auth_user_id"] == str(invitation.user_id)
    assert Consent.objects.get().typed_name == "Asha Nair"
    assert Membership.objects.get(user=invitation.user).started_at


def test_accepting_with_a_password(client, invitation):
    answers = {"name": "Asha Nair", "typed_name": "Asha Nair", "password": "quiet river lamp seven"}
    assert client.post(link(invitation), answers).status_code == 302

    assert User.objects.get(pk=invitation.user_id).check_password("quiet river lamp seven")


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"typed_name": ""}, "typed_name", "required"),
        ({"name": " "}, "name", "required"),
        ({"no_password": ""}, "password", "password_required"),
        ({"no_password": "", "password": "short"}, "__all__", "password_too_short"),
        ({"shown_sha256": "0" * 64}, "__all__", "disclosure_changed"),
        ({"typed_name": "x"}, "__all__", "signature_required"),
    ],
)
def test_a_refused_form_keeps_the_invitation_open(client, invitation, changes, field, code):
    response = client.post(link(invitation), ANSWERS | changes)

    assert response.context["form"].has_error(field, code)
    assert Invitation.objects.get(pk=invitation.pk).accepted_at is None
    assert "_auth_user_id" not in client.session
    assert Consent.objects.count() == 0


def test_a_used_link_says_so_and_signs_nobody_in(client, invitation):
    Client().post(link(invitation), ANSWERS)

    for response in (client.get(link(invitation)), client.post(link(invitation), ANSWERS)):
        assert (response.status_code, response.context["problem"]) == (410, "used")
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"expires_at": timezone.now() - timedelta(seconds=1)}, "expired"),
        ({"revoked_at": timezone.now()}, "revoked"),
    ],
)
def test_closed_links_say_why(client, changes, problem):
    invitation = an_invitation(**changes)
    before = snapshot()

    for response in (client.get(link(invitation)), client.post(link(invitation), ANSWERS)):
        assert (response.status_code, response.context["problem"]) == (410, problem)
    assert snapshot() == before


def test_an_unknown_token_is_404_and_names_nobody(client, invitation):
    response = client.get(reverse("accounts:invitation_accept", args=["x" * 43]))

    assert (response.status_code, response.context["problem"]) == (404, "unknown")
    assert "Northfield" not in response.content.decode()
    assert response.headers["Referrer-Policy"] == "strict-origin"


def test_somebody_else_who_is_signed_in_stays_who_they_are(client, invitation):
    other = UserFactory()
    client.force_login(other)
    before = snapshot()

    shown, posted = client.get(link(invitation)), client.post(link(invitation), ANSWERS)

    assert (shown.status_code, shown.context["problem"]) == (200, "wrong_user")
    assert (posted.status_code, posted.context["problem"]) == (409, "wrong_user")
    assert invitation.user.email not in shown.content.decode()
    assert snapshot() == before
    assert client.session["_auth_user_id"] == str(other.pk)


@pytest.mark.parametrize("sort", ["password", "member", "consultant"])
def test_an_account_in_use_is_never_signed_in_by_a_link(client, invitation, sort):
    if sort == "password":
        invitation.user.set_password("quiet river lamp seven")
    elif sort == "consultant":
        invitation.user.practice_role = "consultant"
    else:
        MembershipFactory(user=invitation.user)
    invitation.user.save()

    shown, posted = client.get(link(invitation)), client.post(link(invitation), ANSWERS)

    assert shown.context["problem"] == posted.context["problem"] == "sign_in"
    assert f"?next={link(invitation)}" in shown.content.decode()
    assert "_auth_user_id" not in client.session
    assert Consent.objects.count() == 0


def test_the_owner_of_an_account_accepts_signed_in_and_keeps_the_password(client, invitation):
    invitation.user.set_password("quiet river lamp seven")
    invitation.user.save()
    client.force_login(invitation.user)

    assert "password" not in client.get(link(invitation)).context["form"].fields
    answers = ANSWERS | {"password": "another river lamp seven"}
    assert client.post(link(invitation), answers).status_code == 302

    assert User.objects.get(pk=invitation.user_id).check_password("quiet river lamp seven")
    assert Invitation.objects.get(pk=invitation.pk).accepted_at


def test_an_admin_joins_without_signing(client):
    invitation = an_invitation(role="admin")

    assert "typed_name" not in client.get(link(invitation)).context["form"].fields
    assert client.post(link(invitation), ANSWERS).status_code == 302
    assert Consent.objects.count() == 0
    assert Membership.objects.get(role="admin", user=invitation.user).started_at


@pytest.mark.parametrize("action", ["resend", "revoke"])
def test_resend_and_revoke_are_for_those_who_look_after_the_client(client, invitation, action):
    url = reverse(f"accounts:invitation_{action}", args=[invitation.public_id])
    lead, stranger = (UserFactory(practice_role="consultant") for _ in range(2))
    invitation.organization.consultants.add(lead)
    admin = MembershipFactory(organization=invitation.organization, role="admin").user
    before = snapshot()
    for person in (stranger, admin, invitation.user):
        client.force_login(person)
        before = snapshot()
        assert client.post(url).status_code == 404
        assert snapshot() == before

    client.force_login(lead)
    assert client.get(url).status_code == 405
    response = client.post(url)

    assert response.url == invitation.organization.get_absolute_url()
    fresh = Invitation.objects.get(pk=invitation.pk)
    assert fresh.rev == 2
    assert bool(fresh.revoked_at) is (action == "revoke")
    assert Message.objects.count() == (1 if action == "resend" else 0)


def test_a_foreign_next_is_not_followed(client, invitation):
    lead = UserFactory(practice_role="owner")
    client.force_login(lead)
    url = reverse("accounts:invitation_resend", args=[invitation.public_id])

    response = client.post(url, {"next": "https://evil.example/"})

    assert response.url == invitation.organization.get_absolute_url()


@pytest.mark.django_db(transaction=True)
def test_of_two_simultaneous_posts_one_accepts():
    invitation = an_invitation()
    start, answers = Barrier(2), []

    def post():
        client = Client()
        start.wait(10)
        try:
            response = client.post(link(invitation), ANSWERS)
            answers.append((response.status_code, "_auth_user_id" in client.session))
        finally:
            connections.close_all()

    threads = [Thread(target=post) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sorted(answers) == [(302, True), (410, False)]
    assert Consent.objects.count() == 1
