"""Messages and people for tests. This app knows people only as the user model."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import factory
from django.conf import settings
from factory.django import DjangoModelFactory

from notifications.models import DeliveryPreference, Message
from notifications.services.messages import new_message_id

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)


class UserFactory(DjangoModelFactory):
    class Meta:
        model = settings.AUTH_USER_MODEL

    name = factory.Sequence(lambda n: f"Ada King {n}")
    email = factory.Sequence(lambda n: f"ada{n}@ward.example")


class MessageFactory(DjangoModelFactory):
    """A message of the test kind, due at NOW."""

    class Meta:
        model = Message

    kind = "tests.note"
    dedupe_key = factory.Sequence(lambda n: f"tests.note:{n}")
    subject_kind = "tests.note"
    subject_id = factory.Sequence(lambda n: n)
    recipient = factory.SubFactory(UserFactory)
    due_at = NOW
    next_attempt_at = factory.SelfAttribute("due_at")
    message_id = factory.LazyFunction(new_message_id)

    class Params:
        in_hand = factory.Trait(
            lease_token=factory.Faker("uuid4"), lease_until=NOW + timedelta(seconds=60)
        )


class SmsFactory(MessageFactory):
    """An SMS to somebody whose number is verified."""

    class Meta:
        skip_postgeneration_save = True

    channel = Message.Channel.SMS

    @factory.post_generation
    def phone(self, create: bool, number: str | None, **_: object) -> None:
        if number != "":
            DeliveryPreference.objects.create(
                person=self.recipient, phone=number or "+15550001111", phone_verified_at=NOW
            )
