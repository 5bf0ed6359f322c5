"""One round of questions to a cohort. Planned freely, frozen once it opens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import BaseModel
from outcomes.models.instruments import Instrument
from programs.models import Cohort, Enrollment

if TYPE_CHECKING:
    from accounts.models import User


class WaveQuerySet(models.QuerySet["Wave"]):
    def visible_to(self, user: User) -> Self:
        """Rounds of cohorts whose staff pages `user` may open. It tells nobody's answers."""
        return self.filter(cohort__in=Cohort.objects.visible_to(user))

    def managed_by(self, user: User) -> Self:
        return self.filter(cohort__in=Cohort.objects.managed_by(user))

    def administered_by(self, user: User) -> Self:
        """Released rounds of an admin's organizations."""
        return self.filter(
            cohort__in=Cohort.objects.administered_by(user), state=Wave.State.RELEASED
        )

    def reached_by(self, user: User) -> Self:
        """Rounds that ask `user`: open ones of cohorts they take part in."""
        own = Enrollment.objects.owned_by(user).live()
        return self.filter(cohort__in=own.values("cohort"), state=Wave.State.OPEN)

    def owned_by(self, user: User) -> Self:
        """Rounds that `user` began to answer."""
        return self.filter(responses__respondent=user)


class Wave(BaseModel):
    class Label(models.TextChoices):
        BASELINE = "baseline", _("before the program")
        PULSE = "pulse", _("on the way")
        END = "end", _("at the end")
        FOLLOWUP = "followup", _("some months later")

    class State(models.TextChoices):
        DRAFT = "draft", _("planned")
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")
        RELEASED = "released", _("released")

    class Anchor(models.TextChoices):
        START = "start", _("start of the cohort")
        END = "end", _("end of the cohort")

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="waves")
    label = models.CharField(_("round"), max_length=10, choices=Label)
    number = models.PositiveSmallIntegerField(default=1)  # counts rounds of one label
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    anchor = models.CharField(_("counted from"), max_length=6, choices=Anchor, default=Anchor.START)
    offset_days = models.SmallIntegerField(_("days after it"), default=0)
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    instruments: models.ManyToManyField[Instrument, WaveInstrument] = models.ManyToManyField(
        Instrument, through="WaveInstrument", related_name="waves"
    )
    primary_outcome = models.CharField(max_length=120, blank=True)  # "instrument.subscale"
    breakdowns = models.JSONField(default=list, blank=True)  # of "unit", "role"
    options = models.JSONField(default=dict, blank=True)  # of the analysis, declared beforehand

    objects = WaveQuerySet.as_manager()

    class Meta:
        ordering = ["opens_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "label", "number"], name="wave_once_per_label_and_number"
            ),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")), name="wave_closes_after_it_opens"
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(opened_at__isnull=False),
                name="wave_past_draft_was_opened",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.number} of cohort {self.cohort_id}"

    def get_absolute_url(self) -> str:
        return reverse("outcomes:wave", args=[self.public_id])

    @property
    def is_frozen(self) -> bool:
        return self.state != Wave.State.DRAFT

    def ordered_instruments(self) -> list[Instrument]:
        rows = self.wave_instruments.select_related("instrument").order_by("position")
        return [row.instrument for row in rows]

    def option(self, name: str, default: Any = None) -> Any:
        return self.options.get(name, default)


class WaveInstrumentQuerySet(models.QuerySet["WaveInstrument"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(wave__in=Wave.objects.visible_to(user))


class WaveInstrument(models.Model):
    """An instrument of a round, in the order in which it is asked."""

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="wave_instruments")
    instrument = models.ForeignKey(Instrument, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    objects = WaveInstrumentQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["wave", "instrument"], name="waveinstrument_once"),
            models.UniqueConstraint(fields=["wave", "position"], name="waveinstrument_position"),
        ]

    def __str__(self) -> str:
        return f"{self.instrument_id} in wave {self.wave_id}"
