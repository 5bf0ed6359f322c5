"""An invitation in a real browser: its form must come through the CSRF check of Origin."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Invitation, User
from accounts.services.disclosures import publish_disclosure
from accounts.tests.factories import InvitationFactory, OrganizationFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_invitation_is_accepted_on_a_phone_without_scripts(chromium, live_server):
    organization = OrganizationFactory()
    publish_disclosure(
        organization=organization, visibility="completion", thresholds={}, now=timezone.now()
    )
    invitation = InvitationFactory(organization=organization)
    User.objects.filter(pk=invitation.user_id).update(password="!", name="Tom Reyes")
    context = chromium.new_context(
        viewport={"width": 390, "height": 800}, java_script_enabled=False
    )
    page = context.new_page()

    page.goto(live_server.url + reverse("accounts:invitation_accept", args=[invitation.token()]))
    page.fill("input[name=typed_name]", "Tom Reyes")
    page.check("input[name=no_password]")
    page.click("button:has-text('Sign and join')")

    page.wait_for_url(live_server.url + reverse("outcomes:today"))
    assert Invitation.objects.get(pk=invitation.pk).accepted_at
    context.close()
