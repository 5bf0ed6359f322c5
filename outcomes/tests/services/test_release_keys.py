"""The ledger knows people again after the installation's key was changed, or refuses."""

import pytest
from django.conf import settings as configured

from outcomes.tests.services.test_releases import Asked, answered, code

pytestmark = pytest.mark.django_db
OLD = configured.SECRET_KEY


@pytest.fixture
def asked():
    """A released round of fourteen, to which two answer late."""
    made = Asked(ICU=16)
    made.round("baseline", made.people)
    made.end = made.round("end", made.people[:14])
    made.release(made.end)
    for enrollment in made.people[14:]:
        answered(made.end, enrollment, 3.5)
    return made


@pytest.mark.parametrize(
    ("fallbacks", "reason"), [([OLD], "unsafe"), ([], "unreadable")], ids=["kept", "lost"]
)
def test_two_late_answers_are_refused_under_a_new_key(asked, settings, fallbacks, reason):
    settings.SECRET_KEY = "a new key of the installation, long enough to be one, 0123456789"
    settings.SECRET_KEY_FALLBACKS = fallbacks
    assert code(asked.release, asked.end) == reason
    assert asked.end.releases.count() == 1
