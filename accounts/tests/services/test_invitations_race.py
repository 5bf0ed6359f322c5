"""Two acceptances of one invitation at once: one wins. The twin shows that the lock decides it."""

from threading import Barrier, BrokenBarrierError, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django.utils import timezone

from accounts.models import Consent, Invitation, User
from accounts.services import invitations
from accounts.tests.factories import DisclosureFactory, InvitationFactory

pytestmark = pytest.mark.django_db(transaction=True)


def accept_twice(invitation):
    """Accept from two threads; return their outcomes, sorted."""
    start, outcomes = Barrier(2), []

    def run():
        start.wait(10)
        try:
            invitations.accept(
                invitation=Invitation.objects.get(pk=invitation.pk),
                typed_name="Asha Nair",
                name="Asha Nair",
                password=None,
                now=timezone.now(),
            )
            outcomes.append("accepted")
        except ValidationError as refusal:
            outcomes.append(refusal.code)
        finally:
            connections.close_all()

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return sorted(outcomes)


@pytest.fixture
def invitation():
    invitation = InvitationFactory(organization=DisclosureFactory().organization)
    User.objects.filter(pk=invitation.user_id).update(password="!")
    return invitation


def test_of_two_simultaneous_acceptances_one_wins(invitation):
    assert accept_twice(invitation) == ["accepted", "used"]
    assert Consent.objects.count() == 1


def test_twin_without_the_lock_accepts_twice(invitation, monkeypatch):
    both_have_read = Barrier(2)

    def read_without_lock(pk):
        row = Invitation.objects.select_related("user", "organization").get(pk=pk)
        try:
            both_have_read.wait(10)
        except BrokenBarrierError:
            pytest.fail("the rig did not bring both readers together")
        return row

    monkeypatch.setattr(invitations, "lock_invitation", read_without_lock)

    assert accept_twice(invitation) == ["accepted", "accepted"]
    assert Consent.objects.count() == 2
