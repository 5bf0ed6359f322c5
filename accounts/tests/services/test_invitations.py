from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import Consent, Invitation, Membership, User
from accounts.services.invitations import accept, invite, resend, revoke, send_invitation
from accounts.signals import invitation_accepted, invitation_revoked
from accounts.tests.factories import (
    DisclosureFactory,
    InvitationFactory,
    MembershipFactory,
    OrganizationFactory,
    UnitFactory,
    UserFactory,
)
from notifications.models import Message

pytestmark = pytest.mark.django_db
NOW = timezone.now()
PASSWORD = "quiet river lamp seven"


def ask(organization, email="asha@example.org", role="clinician", **changes):
    arguments = {
        "organization": organization,
        "email": email,
        "name": "Asha Nair",
        "role": role,
        "unit": None,
        "profession": "Nurse",
        "invited_by": UserFactory(practice_role="consultant", name="Maya Lind"),
        "now": NOW,
    }
    return invite(**arguments | changes)


def say_yes(invitation, **changes):
    arguments = {"typed_name": "Asha Nair", "name": "Asha Nair", "password": None, "now": NOW}
    return accept(invitation=invitation, **arguments | changes)


@pytest.fixture
def invitation():
    """Open, for a person without an account, into an organization with a disclosure."""
    organization = DisclosureFactory().organization
    user = UserFactory(name="")
    user.set_unusable_password()
    user.save()
    return InvitationFactory(organization=organization, user=user)


def refusal_of(call, *args, **kwargs):
    with pytest.raises(ValidationError) as refusal:
        call(*args, **kwargs)
    return refusal.value.code


def test_invite_makes_an_account_without_password_and_a_membership_that_has_not_begun():
    organization = OrganizationFactory(time_zone="America/Chicago")
    unit = UnitFactory(organization=organization)

    invitation = ask(organization, email=" Asha@Example.org ", unit=unit)

    user = invitation.user
    assert (user.email, user.name, user.profession, user.time_zone) == (
        "asha@example.org",
        "Asha Nair",
        "Nurse",
        "America/Chicago",
    )
    assert not user.has_usable_password()
    membership = Membership.objects.get(user=user)
    assert (membership.unit, membership.started_at, membership.role) == (unit, None, "clinician")
    assert invitation.expires_at == NOW + timedelta(days=7)
    assert Message.objects.count() == 0
    assert organization.disclosures.in_force(NOW).visibility == "aggregate_only"


def test_inviting_again_reuses_account_invitation_and_mail():
    organization = OrganizationFactory()
    first = ask(organization)
    send_invitation(invitation=first, now=NOW)
    ward = UnitFactory(organization=organization)

    again = ask(organization, email="ASHA@example.org", unit=ward, name="Somebody else")
    send_invitation(invitation=again, now=NOW + timedelta(hours=1))

    assert again == first
    assert (User.objects.filter(email="asha@example.org").count(), Message.objects.count()) == (
        1,
        1,
    )
    assert again.user.name == "Asha Nair"
    assert Membership.objects.get(user=first.user).unit == ward


def test_inviting_after_expiry_renews_the_link_and_owes_a_new_mail():
    organization = OrganizationFactory()
    first = ask(organization)
    send_invitation(invitation=first, now=NOW)
    old_token, later = first.token(), NOW + timedelta(days=8)

    again = ask(organization, now=later)
    send_invitation(invitation=again, now=later)

    assert (again.pk, again.rev) == (first.pk, 2)
    assert again.token() != old_token
    assert not Invitation.objects.with_token(old_token).exists()
    assert Message.objects.count() == 2


@pytest.mark.parametrize("email", ["", "asha", "a@b", "a@example.org\nBcc: x@example.org"])
def test_invite_refuses_a_malformed_address(email):
    assert refusal_of(ask, OrganizationFactory(), email=email) == "invalid"
    assert Invitation.objects.count() == 0


def test_invite_refuses_a_foreign_unit_an_unknown_role_and_a_deactivated_person():
    organization = OrganizationFactory()
    gone = UserFactory(is_active=False)

    assert refusal_of(ask, organization, unit=UnitFactory()) == "foreign_unit"
    assert refusal_of(ask, organization, role="owner") == "invalid_role"
    assert refusal_of(ask, organization, email=gone.email) == "inactive"
    assert Membership.objects.count() == 0


def test_accept_signs_starts_the_membership_and_proves_the_address(invitation):
    heard = []

    def hear(sender, invitation, consent, now, **kwargs):
        heard.append((invitation, consent, now))

    invitation_accepted.connect(hear)
    try:
        consent = say_yes(invitation, password=PASSWORD)
    finally:
        invitation_accepted.disconnect(hear)

    user = invitation.user
    user.refresh_from_db()
    assert consent.disclosure == invitation.organization.disclosures.in_force(NOW)
    assert heard == [(invitation, consent, NOW)]
    assert Membership.objects.get(user=user).started_at == NOW
    assert EmailAddress.objects.get(user=user, verified=True, primary=True).email == user.email
    assert user.check_password(PASSWORD)
    assert user.name == "Asha Nair"
    assert invitation.accepted_at == NOW


def test_accept_without_a_password_leaves_codes_by_mail(invitation):
    say_yes(invitation)

    invitation.user.refresh_from_db()
    assert not invitation.user.has_usable_password()


def test_an_admin_signs_nothing():
    invitation = InvitationFactory(role="admin", user__password="x" * 12)

    assert accept(invitation=invitation, typed_name="", name="", password=None, now=NOW) is None
    assert Membership.objects.get(user=invitation.user, role="admin").started_at == NOW
    assert Consent.objects.count() == 0


def test_accept_works_once(invitation):
    say_yes(invitation)

    assert refusal_of(say_yes, invitation) == "used"
    assert Consent.objects.count() == 1


@pytest.mark.parametrize(("seconds", "expected"), [(-1, None), (0, "expired"), (1, "expired")])
def test_accept_until_the_instant_of_expiry(invitation, seconds, expected):
    now = invitation.expires_at + timedelta(seconds=seconds)
    if expected is None:
        assert say_yes(invitation, now=now)
    else:
        assert refusal_of(say_yes, invitation, now=now) == expected
        assert Consent.objects.count() == 0


def test_revoked_is_refused_takes_the_membership_along_and_tells_the_apps_above(invitation):
    MembershipFactory(user=invitation.user, organization=invitation.organization, started_at=None)
    heard = []

    def hear(sender, invitation, now, **kwargs):
        heard.append(invitation.pk)

    invitation_revoked.connect(hear)
    try:
        revoke(invitation=invitation, now=NOW)
    finally:
        invitation_revoked.disconnect(hear)

    assert heard == [invitation.pk]
    assert refusal_of(say_yes, invitation) == "revoked"
    assert refusal_of(revoke, invitation=invitation, now=NOW) == "revoked"
    assert refusal_of(resend, invitation=invitation, now=NOW) == "revoked"
    assert Membership.objects.get(user=invitation.user).ended_at == NOW


def test_a_refused_acceptance_changes_nothing(invitation):
    before = User.objects.filter(pk=invitation.user_id).values().get()

    assert refusal_of(say_yes, invitation, typed_name=" ", name="Mallory") == "signature_required"
    assert (
        refusal_of(say_yes, invitation, shown_sha256="0" * 64, name="Mallory")
        == "disclosure_changed"
    )
    with pytest.raises(ValidationError) as refusal:
        say_yes(invitation, password="short")
    assert "password_too_short" in {error.code for error in refusal.value.error_list}

    assert User.objects.filter(pk=invitation.user_id).values().get() == before
    assert Membership.objects.count() == 0
    assert Consent.objects.count() == 0


def test_a_link_never_sets_the_password_of_an_account_in_use(invitation):
    invitation.user.set_password(PASSWORD)
    invitation.user.save()

    assert refusal_of(say_yes, invitation, password="another river lamp seven") == "has_account"
    assert say_yes(invitation)


def test_a_clinician_cannot_accept_where_nothing_is_promised():
    assert refusal_of(say_yes, InvitationFactory()) == "no_disclosure"


def test_a_deactivated_person_cannot_accept(invitation):
    User.objects.filter(pk=invitation.user_id).update(is_active=False)

    assert refusal_of(say_yes, invitation) == "inactive"


def test_a_failing_receiver_rolls_the_acceptance_back(invitation):
    def fail(**kwargs):
        raise ValidationError("full", code="cohort_full")

    invitation_accepted.connect(fail)
    try:
        assert refusal_of(say_yes, invitation) == "cohort_full"
    finally:
        invitation_accepted.disconnect(fail)

    assert Consent.objects.count() == 0
    assert Invitation.objects.get(pk=invitation.pk).accepted_at is None


def test_resend_kills_the_old_link_and_takes_its_mail_back():
    invitation = ask(OrganizationFactory())
    send_invitation(invitation=invitation, now=NOW)
    old_token, later = invitation.token(), NOW + timedelta(days=9)

    resend(invitation=invitation, now=later)

    invitation.refresh_from_db()
    assert not Invitation.objects.with_token(old_token).exists()
    assert Invitation.objects.with_token(invitation.token()).get() == invitation
    assert invitation.expires_at == later + timedelta(days=7)
    states = Message.objects.order_by("subject_rev").values_list("subject_rev", "state")
    assert list(states) == [(1, "superseded"), (2, "pending")]


def test_resend_and_revoke_refuse_an_accepted_invitation(invitation):
    say_yes(invitation)

    assert refusal_of(resend, invitation=invitation, now=NOW) == "used"
    assert refusal_of(revoke, invitation=invitation, now=NOW) == "used"


def test_send_refuses_an_expired_invitation(invitation):
    now = invitation.expires_at
    Invitation.objects.filter(pk=invitation.pk).update(sent_at=None)

    assert refusal_of(send_invitation, invitation=invitation, now=now) == "expired"
    assert Message.objects.count() == 0


def test_the_database_keeps_only_the_hash_of_a_token(invitation):
    row = Invitation.objects.filter(pk=invitation.pk).values().get()

    assert invitation.token() not in map(str, row.values())
    assert len(invitation.token()) == 43
