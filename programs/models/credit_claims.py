"""Who claimed how much credit, what they thought of the activity, and what the registry said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import BaseModel
from programs.engine.credits import amount_words
from programs.models.credit_offers import CreditOffer, Degree
from programs.models.enrollments import Enrollment

if TYPE_CHECKING:
    from accounts.models import User


class CreditEvaluation(models.Model):
    """Answered before credit is claimed. Choices only; counted for the provider, without names."""

    class Change(models.TextChoices):
        YES = "yes", _("Yes, I will do something differently")
        ALREADY = "already", _("I already do what it teaches")
        NO = "no", _("No")

    class Bias(models.TextChoices):
        NONE = "none", _("Yes, it was fair and free of advertising")
        SOME = "some", _("No, something in it was biased")

    class Outcome(models.TextChoices):
        KNOWLEDGE = "knowledge", _("I know more")
        COMPETENCE = "competence", _("I can do more")
        PERFORMANCE = "performance", _("I work differently")
        PATIENTS = "patients", _("My patients notice a difference")
        NONE = "none", _("Nothing yet")

    enrollment = models.OneToOneField(Enrollment, models.PROTECT, related_name="credit_evaluation")
    intends_change = models.CharField(max_length=8, choices=Change)
    bias = models.CharField(max_length=5, choices=Bias)
    outcome = models.CharField(max_length=12, choices=Outcome)
    answered_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"evaluation {self.enrollment_id}"


class CreditClaimQuerySet(models.QuerySet["CreditClaim"]):
    def owned_by(self, user: User) -> Self:
        return self.filter(enrollment__clinician=user)

    def managed_by(self, user: User) -> Self:
        """All, to the practice's owner, who answers to the provider; none to anybody else."""
        return self if user.is_owner else self.none()

    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)

    def awarded(self) -> Self:
        return self.standing().filter(amount__gt=0)


class CreditClaim(BaseModel):
    """What a learner attested. Zero: they took part, and the credit is for another profession."""

    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="credit_claims")
    offer = models.ForeignKey(CreditOffer, models.PROTECT, related_name="claims")
    degree = models.CharField(max_length=16, choices=Degree)
    amount = models.DecimalField(max_digits=6, decimal_places=2)
    claimable = models.DecimalField(max_digits=6, decimal_places=2)  # as it was worked out
    minutes = models.PositiveIntegerField()
    claimed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    withdrawn_reason = models.CharField(max_length=200, blank=True)

    objects = CreditClaimQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment"], condition=Q(withdrawn_at=None), name="creditclaim_one_stands"
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0, amount__lte=F("claimable")),
                name="creditclaim_within_the_claimable",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.offer_id} {self.enrollment_id}"

    @property
    def words(self) -> str:
        return amount_words(self.amount)


class CreditIdentityQuerySet(models.QuerySet["CreditIdentity"]):
    def owned_by(self, user: User) -> Self:
        return self.filter(person=user)


class CreditIdentity(models.Model):
    """License, name and birthday for a registry, sealed under SECRET_KEY; kept by permission only."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="credit_identity"
    )
    sealed = models.BinaryField()
    permitted_at = models.DateTimeField()  # "my credit may be reported"
    changed_at = models.DateTimeField()

    objects = CreditIdentityQuerySet.as_manager()

    def __str__(self) -> str:
        return f"identity {self.person_id}"


class ExportStateQuerySet(models.QuerySet["ExportState"]):
    def managed_by(self, user: User) -> Self:
        return self if ExportState.may_be_taken_by(user) else self.none()

    def of(self, registry: str) -> Self:
        return self.filter(claim__offer__registry=registry)

    def pending(self) -> Self:
        return self.filter(state=ExportState.State.PENDING)


class ExportState(BaseModel):
    """One line for a registry, and what became of it. A correction is a deletion and a new line."""

    class Action(models.TextChoices):
        ADD = "add", _("add")
        DELETE = "delete", _("delete")

    class State(models.TextChoices):
        PENDING = "pending", _("to be sent")
        ACCEPTED = "accepted", _("accepted")
        REJECTED = "rejected", _("refused")

    claim = models.ForeignKey(CreditClaim, models.PROTECT, related_name="exports")
    action = models.CharField(max_length=6, choices=Action, default=Action.ADD)
    state = models.CharField(max_length=8, choices=State, default=State.PENDING)
    reason = models.CharField(max_length=200, blank=True)
    exported_at = models.DateTimeField(null=True, blank=True)  # last time it was in a file
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = ExportStateQuerySet.as_manager()

    class Meta:
        permissions = [("export_learners", "Can export learners' records for a registry")]
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "action"],
                condition=Q(state="pending"),
                name="exportstate_one_pending",
            ),
            models.CheckConstraint(
                condition=~Q(state="rejected") | ~Q(reason=""), name="exportstate_refused_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.claim_id} {self.state}"

    @staticmethod
    def may_be_taken_by(user: User) -> bool:
        """The owner, and whoever of the practice's people was given this permission."""
        return user.is_owner or (
            user.is_consultant
            and user.is_active
            and not user.is_superuser
            and user.has_perm("programs.export_learners")
        )
