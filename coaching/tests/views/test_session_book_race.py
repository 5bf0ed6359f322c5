"""Fifty people tap the same time at the same moment, each with a connection of their own."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from coaching.models import Booking, TimeClaim
from coaching.tests.factories import CoachedEnrollmentFactory, SessionTypeFactory
from programs.tests.factories import EnrollmentFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

PEOPLE = 50


def test_one_of_fifty_gets_the_time_and_the_others_a_friendly_answer():
    SessionTypeFactory()
    first = CoachedEnrollmentFactory()
    others = EnrollmentFactory.create_batch(PEOPLE - 1, cohort=first.cohort)
    day = datetime.now(UTC).date() + timedelta(days=3)
    at = datetime.combine(day, time(10), UTC)
    slot = f"{first.coach.public_id}:{int(at.timestamp())}"
    browsers = []
    for enrollment in (first, *others):
        browser = Client()
        browser.force_login(enrollment.clinician)
        browsers.append((browser, reverse("coaching:session_book", args=[enrollment.public_id])))
    together = Barrier(PEOPLE, timeout=60)

    def tap(browser: Client, page: str) -> int:
        together.wait()
        try:
            return browser.post(page, {"slot": slot, "idem_key": uuid4()}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(PEOPLE) as pool:
        answers = [pool.submit(tap, *who) for who in browsers]
        statuses = Counter(answer.result(timeout=120) for answer in answers)

    assert statuses[302] == 1
    # "Busy, try again" is the other honest answer, when fifty wait for one lock too long.
    assert statuses[409] + statuses[503] == PEOPLE - 1, statuses
    assert Booking.objects.count() == 1
    assert TimeClaim.objects.filter(person=first.coach, active=True).count() == 1
