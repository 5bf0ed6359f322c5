from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Invitation, Practice
from accounts.notices import INVITATION, STAFF_INVITATION
from accounts.services.invitations import resend, send_invitation
from accounts.services.users import invite_staff
from accounts.tests.factories import InvitationFactory
from notifications.kinds import get_kind
from notifications.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def message():
    invitation = InvitationFactory(
        invited_by__name="Maya Lind", user__name="Asha Nair", sent_at=None
    )
    send_invitation(invitation=invitation, now=timezone.now())
    return Message.objects.get()


def subject_of(message):

    return Invitation.objects.get(pk=message.subject_id)


def test_mail_names_inviter_and_practice_and_nothing_of_the_employer(message):
    rendered = get_kind(INVITATION).render(message)
    invitation = subject_of(message)

    assert rendered.subject == "Maya Lind invites you to Northlight"
    assert rendered.sender_name == "Maya Lind · Northlight"
    url = f"http://testserver/invitations/{invitation.token()}/"
    assert url in rendered.text
    assert url in rendered.html
    assert "Hello Asha" in rendered.text
    assert invitation.organization.name not in rendered.subject + rendered.text + rendered.html


def test_the_name_of_a_person_is_no_markup_and_no_header(message):
    invitation = subject_of(message)
    invitation.invited_by.name = "<b>Maya</b>\r\nBcc: x@example.org" + "x" * 80
    invitation.invited_by.save()

    rendered = get_kind(INVITATION).render(message)

    assert "\n" not in rendered.subject
    assert len(rendered.subject) <= 60
    assert "<b>" not in rendered.html


def test_mail_is_current_only_for_the_newest_link_of_an_open_invitation(message):
    kind, invitation = get_kind(INVITATION), subject_of(message)
    assert kind.current(message)

    resend(invitation=invitation, now=timezone.now())
    assert not kind.current(message)

    newest = Message.objects.get(subject_rev=2)
    assert kind.current(newest)
    invitation.user.is_active = False
    invitation.user.save()
    assert not kind.current(newest)


def test_mail_is_not_current_after_expiry(message):
    invitation = subject_of(message)
    invitation.expires_at = timezone.now() - timedelta(seconds=1)
    invitation.save()

    assert not get_kind(INVITATION).current(message)


def test_staff_get_a_mail_without_a_secret():
    Practice(name="Northlight Coaching").save()
    user = invite_staff(
        email="tom@example.org", name="Tom Reyes", practice_role="consultant", now=timezone.now()
    )
    message = Message.objects.get()
    rendered = get_kind(STAFF_INVITATION).render(message)

    assert rendered.subject == "Your place at Northlight Coaching is ready"
    assert "http://testserver/auth/login/code/" in rendered.text
    assert get_kind(STAFF_INVITATION).current(message)
    user.practice_role = ""
    user.save()
    assert not get_kind(STAFF_INVITATION).current(message)
