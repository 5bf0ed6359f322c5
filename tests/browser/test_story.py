"""The main job, once through, by hand: real browser, real database, real mail server.

product.md tells it in eight steps; these are 1 to 5, 7, and of 6 what is built. Each step is a
function that leaves the world as the next one finds it, and holds its taps against their budget.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from coaching.models import Booking
from notifications.tests.smtp import running_post
from tests.browser.northlight import Hand, World, hire, open_practice
from tests.browser.story_admin import the_admin_accepts, the_admin_reads_the_report
from tests.browser.story_consultant import (
    a_client_and_a_contract,
    a_cohort_with_its_live_session,
    a_roster_with_three_bad_rows,
    an_admin_is_invited,
    her_coach_marks_the_session,
)
from tests.browser.story_nurse import (
    she_books_in_two_taps,
    she_does_the_first_steps,
    she_moves_it_from_the_mail,
    the_nurse_accepts,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(window, settings, live_server, tmp_path):
    settings.SITE_URL = live_server.url
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_HOST_USER = "127.0.0.1", ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    open_practice()
    maya = hire("Maya Lind")
    hire("Tomas Reyes")
    with running_post() as post:
        settings.EMAIL_PORT = post.port
        people = [Hand(window(width)) for width in (1280, 390, 1280)]
        yield World(*people, post=post, folder=tmp_path, maya=maya)


def test_from_an_empty_practice_to_the_report_of_a_cohort(world):
    a_client_and_a_contract(world)
    a_cohort_with_its_live_session(world)
    a_roster_with_three_bad_rows(world)
    an_admin_is_invited(world)
    the_admin_accepts(world)
    the_nurse_accepts(world)
    she_does_the_first_steps(world)
    she_books_in_two_taps(world)
    she_moves_it_from_the_mail(world)
    session = Booking.objects.select_related("coaching_session").get().coaching_session
    with time_machine.travel(session.ends_at + timedelta(minutes=5), tick=True):
        her_coach_marks_the_session(world)
        the_admin_reads_the_report(world)
