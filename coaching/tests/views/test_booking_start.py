"""The Book tab: with no program, one, or several."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import UserFactory
from coaching.tests.factories import CoachedEnrollmentFactory

pytestmark = pytest.mark.django_db


def test_the_book_tab_of_somebody_in_no_program_says_what_comes(client):
    client.force_login(UserFactory())
    answer = client.get(reverse("coaching:booking_start"))

    assert (answer.status_code, answer.context["enrollments"]) == (200, [])


def test_the_book_tab_goes_straight_to_the_one_program(clinician, enrollment, url):
    assert clinician.get(reverse("coaching:booking_start")).url == url("session_book", enrollment)


def test_the_book_tab_asks_which_of_two_programs(clinician, enrollment):
    second = CoachedEnrollmentFactory(clinician=enrollment.clinician)
    CoachedEnrollmentFactory(clinician=enrollment.clinician, withdrawn_at=timezone.now())
    answer = clinician.get(reverse("coaching:booking_start"))

    assert answer.status_code == 200
    assert set(answer.context["enrollments"]) == {enrollment, second}
