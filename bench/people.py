"""Who opens pages in a benchmark, each with a client that is signed in."""

from __future__ import annotations

from django.test import Client

from accounts.models import User
from programs.models import Cohort, Enrollment


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def large_cohort() -> Cohort:
    return Cohort.objects.select_related("engagement", "version").get(name="The large one")


def clinician() -> Enrollment:
    """Somebody of an ordinary cohort, with `clinician` and `cohort` loaded."""
    return Enrollment.objects.select_related("clinician", "cohort__engagement").order_by("pk")[10]


def clinician_of_the_large_cohort() -> Enrollment:
    return (
        Enrollment.objects.filter(cohort=large_cohort())
        .select_related("clinician", "cohort__engagement")
        .order_by("pk")[10]
    )


def consultant() -> User:
    return User.objects.practice_staff().order_by("pk")[2]


def by_address(email: str) -> User:
    return User.objects.get(email=email)


def admin() -> User:
    return User.objects.get(email="admin@bench.example")
