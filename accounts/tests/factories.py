"""People and organizations for tests. Explicit relations stay inside one organization."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.models import (
    Consent,
    Disclosure,
    Invitation,
    Membership,
    Organization,
    Unit,
    User,
)

TEXT = "Your organization sees that you take part and what is done. Never what you write."


class UserFactory(DjangoModelFactory):
    """A person with the password "correct horse battery"; `practice_role` makes a consultant."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Person {n}")
    email = factory.Sequence(lambda n: f"person{n}@example.org")
    time_zone = "America/New_York"

    @factory.post_generation
    def password(self, create: bool, extracted: str | None, **kwargs: Any) -> None:
        self.set_password(extracted or "correct horse battery")
        if create:
            self.save(update_fields=["password"])


class OrganizationFactory(DjangoModelFactory):
    class Meta:
        model = Organization

    name = factory.Sequence(lambda n: f"Hospital {n}")


class UnitFactory(DjangoModelFactory):
    class Meta:
        model = Unit

    organization = factory.SubFactory(OrganizationFactory)
    name = factory.Sequence(lambda n: f"Ward {n}")


class MembershipFactory(DjangoModelFactory):
    """A clinician who is in; `role="admin"` for an organization admin."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    organization = factory.SubFactory(OrganizationFactory)
    role = "clinician"
    started_at = factory.LazyFunction(timezone.now)


class DisclosureFactory(DjangoModelFactory):
    class Meta:
        model = Disclosure

    organization = factory.SubFactory(OrganizationFactory)
    version = factory.Sequence(lambda n: n + 101)  # after those that services number from 1
    visibility = "completion"
    text = TEXT
    sha256 = factory.LazyAttribute(lambda row: hashlib.sha256(row.text.encode()).hexdigest())
    effective_from = factory.LazyFunction(lambda: timezone.now() - timedelta(days=90))


class ConsentFactory(DjangoModelFactory):
    class Meta:
        model = Consent

    user = factory.SubFactory(UserFactory)
    disclosure = factory.SubFactory(DisclosureFactory)
    sha256 = factory.SelfAttribute("disclosure.sha256")
    typed_name = factory.SelfAttribute("user.name")
    at = factory.LazyFunction(timezone.now)


class InvitationFactory(DjangoModelFactory):
    """An open invitation for a clinician, good for a week."""

    class Meta:
        model = Invitation

    organization = factory.SubFactory(OrganizationFactory)
    user = factory.SubFactory(UserFactory, name="")
    role = "clinician"
    invited_by = factory.SubFactory(UserFactory, practice_role="consultant")
    sent_at = factory.LazyFunction(timezone.now)
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))

    @factory.lazy_attribute
    def token_hash(self) -> str:
        return ""

    @classmethod
    def _create(cls, model_class: type[Invitation], *args: Any, **kwargs: Any) -> Invitation:
        invitation = model_class(*args, **kwargs)
        invitation.refresh_token_hash()
        invitation.save()
        return invitation
