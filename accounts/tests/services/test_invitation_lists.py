from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Invitation, Membership, User
from accounts.services.invitation_lists import Invitee, invite_list, send_list
from accounts.tests.factories import (
    InvitationFactory,
    MembershipFactory,
    OrganizationFactory,
    UnitFactory,
    UserFactory,
)
from notifications.models import Message

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)


@pytest.fixture
def organization():
    return OrganizationFactory(time_zone="America/Denver")


@pytest.fixture
def invite(organization):
    by = UserFactory(practice_role="consultant")

    def inviting(*people, now=NOW):
        return invite_list(organization=organization, people=people, invited_by=by, now=now)

    return inviting


def test_a_list_makes_accounts_memberships_and_invitations_and_sends_nothing(invite, organization):
    unit = UnitFactory(organization=organization)
    found = invite(Invitee("a@x.org", "Asha", "nurse", unit), Invitee("b@x.org"))

    assert list(found) == ["a@x.org", "b@x.org"]
    asha = User.objects.get(email="a@x.org")
    assert (asha.name, asha.profession, asha.time_zone) == ("Asha", "nurse", "America/Denver")
    assert not asha.has_usable_password()
    membership = asha.memberships.get()
    assert (membership.unit, membership.started_at) == (unit, None)
    assert Message.objects.count() == 0
    assert Invitation.objects.with_token(found["a@x.org"].token()).get() == found["a@x.org"]


def test_inviting_again_reuses_what_is_open(invite):
    first = invite(Invitee("a@x.org"))["a@x.org"]
    assert invite(Invitee("a@x.org"))["a@x.org"].pk == first.pk
    assert Invitation.objects.get().rev == 1


def test_an_expired_invitation_is_renewed_with_another_link(invite, organization):
    old = InvitationFactory(
        organization=organization, user__email="a@x.org", expires_at=NOW - timedelta(days=1)
    )
    new = invite(Invitee("a@x.org"))["a@x.org"]

    assert (new.pk, new.rev) == (old.pk, 2)
    new.refresh_from_db()
    assert new.token_hash != old.token_hash
    assert new.is_open_at(NOW)
    assert send_list(invitations=[new], now=NOW) == 1


def test_only_what_is_empty_is_filled_in(invite, organization):
    UserFactory(email="a@x.org", name="Asha", profession="")
    unit = UnitFactory(organization=organization)
    member = MembershipFactory(user__email="b@x.org", organization=organization)
    started_at = member.started_at

    invite(Invitee("a@x.org", "Other", "nurse"), Invitee("b@x.org", unit=unit))

    asha = User.objects.get(email="a@x.org")
    assert (asha.name, asha.profession) == ("Asha", "nurse")
    member.refresh_from_db()
    assert (member.unit, member.started_at) == (unit, started_at)
    assert Membership.objects.filter(user=member.user).count() == 1


def test_a_deactivated_account_stops_the_list(invite):
    UserFactory(email="a@x.org", is_active=False)

    with pytest.raises(ValidationError) as refusal:
        invite(Invitee("a@x.org"), Invitee("b@x.org"))

    assert refusal.value.code == "inactive"


def test_each_mail_is_owed_once(invite):
    found = invite(Invitee("a@x.org"), Invitee("b@x.org")).values()

    assert send_list(invitations=found, now=NOW) == 2
    assert send_list(invitations=found, now=NOW) == 0
    messages = Message.objects.all()
    assert {(row.kind, row.state, row.due_at) for row in messages} == {
        ("accounts.invitation", "pending", NOW)
    }
    assert {row.recipient.email for row in messages} == {"a@x.org", "b@x.org"}
    assert Invitation.objects.filter(sent_at=NOW).count() == 2
