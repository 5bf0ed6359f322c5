"""What an accredited provider designated an edition for, and the dated rules of credit."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import BaseModel
from programs.engine.credits import AMA, INTERPROFESSIONAL, NURSING, OTHER, QUARTER
from programs.models.versions import ProgramVersion

if TYPE_CHECKING:
    from accounts.models import User


class CreditType(models.TextChoices):
    AMA = AMA, _("AMA PRA Category 1 Credit™ (physicians)")
    NURSING = NURSING, _("Nursing contact hours (ANCC)")
    INTERPROFESSIONAL = INTERPROFESSIONAL, _("Interprofessional credit (Joint Accreditation)")
    OTHER = OTHER, _("Other credit")


class Degree(models.TextChoices):
    """What a learner says of themselves; the keys are the engine's."""

    MD = "md", _("MD or equivalent")
    DO = "do", _("DO")
    NURSE = "nurse", _("Nurse")
    PHARMACIST = "pharmacist", _("Pharmacist")
    PSYCHOLOGIST = "psychologist", _("Psychologist")
    SOCIAL_WORKER = "social_worker", _("Social worker")
    OTHER = "other", _("Another profession")


class CreditRuleChange(models.Model):
    """What the practice entered when a manual changed. Rows are only ever added."""

    credit_type = models.CharField(max_length=20, choices=CreditType)
    in_force_from = models.DateField()
    unit = models.CharField(max_length=80)  # as printed after the amount
    minutes_per_credit = models.PositiveSmallIntegerField(
        default=60, validators=[MinValueValidator(15), MaxValueValidator(240)]
    )
    degrees = models.JSONField(default=list, blank=True)  # who is awarded it; empty: everybody
    designated_before = models.BooleanField(default=True)
    years_kept = models.PositiveSmallIntegerField(
        default=6, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    source = models.CharField(max_length=200)
    checked_on = models.DateField(null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    entered_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.credit_type} from {self.in_force_from}"


class CreditOfferQuerySet(models.QuerySet["CreditOffer"]):
    def managed_by(self, user: User) -> Self:
        """All, to the practice's owner; none to anybody else."""
        return self if user.is_owner else self.none()

    def enabled(self) -> Self:
        return self.exclude(enabled_at=None).filter(ended_at=None)


class CreditOffer(BaseModel):
    """Nothing is offered until an owner enables it; then "completion, no credit" ends for it.

    The fields are those of an accredited activity: who designated it, for how much, until when.
    """

    class Registry(models.TextChoices):
        NONE = "", _("none")
        PARS = "pars", _("PARS (ACCME)")
        JA_PARS = "ja_pars", _("JA-PARS (Joint Accreditation)")

    class Format(models.TextChoices):
        LIVE = "live", _("live")
        ENDURING = "enduring", _("online, in one's own time")
        BLENDED = "blended", _("online and live")

    version = models.ForeignKey(ProgramVersion, models.PROTECT, related_name="credit_offers")
    credit_type = models.CharField(max_length=20, choices=CreditType)
    maximum = models.DecimalField(
        max_digits=6,
        decimal_places=2,
        validators=[MinValueValidator(QUARTER), MaxValueValidator(Decimal(200))],
    )
    provider_name = models.CharField(max_length=160)
    provider_id = models.CharField(max_length=40)
    provider_address = models.CharField(max_length=200, blank=True)  # a web address will do
    activity_id = models.CharField(max_length=40, blank=True)
    is_joint = models.BooleanField(default=False)
    format = models.CharField(max_length=8, choices=Format, default=Format.BLENDED)
    place = models.CharField(max_length=120, blank=True)
    description = models.CharField(max_length=2500, blank=True)
    professions = models.CharField(max_length=200, blank=True)
    measures = models.JSONField(default=list, blank=True)  # knowledge, competence, …
    designation = models.CharField(max_length=1000)  # the provider's words
    statement = models.CharField(max_length=300, blank=True)  # accreditation; on the certificate
    reviewer = models.CharField(max_length=120)
    moc_board = models.CharField(max_length=80, blank=True)
    moc_points = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    registry = models.CharField(max_length=8, choices=Registry, blank=True, default=Registry.NONE)
    counts_online = models.BooleanField(default=True)
    counts_live = models.BooleanField(default=True)
    counts_home = models.BooleanField(default=False)  # only if it is designated
    starts_on = models.DateField()
    expires_on = models.DateField()
    enabled_at = models.DateTimeField(null=True, blank=True)
    enabled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = CreditOfferQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "credit_type"],
                condition=Q(enabled_at__isnull=False, ended_at=None),
                name="creditoffer_one_of_a_type",
            ),
            models.CheckConstraint(
                condition=Q(expires_on__gte=F("starts_on")), name="creditoffer_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(maximum__gte=QUARTER), name="creditoffer_a_quarter_at_least"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} · {self.get_credit_type_display()}"

    @property
    def is_open(self) -> bool:
        return self.enabled_at is not None and self.ended_at is None
