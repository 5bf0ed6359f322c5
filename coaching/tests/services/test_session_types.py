"""The service holds what the form promises, whoever calls it."""

import pytest
from django.core.exceptions import ValidationError

from coaching.models import SessionType
from coaching.services.session_types import create_session_type, edit_session_type
from coaching.tests.factories import CoachingSessionFactory, SessionTypeFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("change", [{"kind": "group"}, {"channel": "phone"}, {"uses_hours": False}])
def test_settled_fields_of_a_used_type_stay(change):
    session = CoachingSessionFactory()
    with pytest.raises(ValidationError) as refusal:
        edit_session_type(session_type=session.session_type, **change)

    (name,) = change
    assert refusal.value.error_dict[name][0].code == "in_use"
    fresh = SessionType.objects.get()
    assert (fresh.kind, fresh.channel, fresh.uses_hours) == ("one", "video", True)


def test_the_other_fields_change():
    kind = CoachingSessionFactory().session_type
    changed = edit_session_type(session_type=kind, kind="one", buffer_after_min=25)

    assert changed.buffer_after_min == 25


def test_a_group_of_one_to_one_is_refused_by_the_model():
    with pytest.raises(ValidationError):
        create_session_type(name="Odd", kind="one", capacity=3)


def test_an_archived_name_is_free_again():
    old = SessionTypeFactory(name="Debrief")
    SessionType.objects.filter(pk=old.pk).update(archived_at=old.created_at)

    assert create_session_type(name="Debrief").pk != old.pk
