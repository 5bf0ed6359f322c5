"""Whether a channel's provider takes messages just now. One row a channel, shared by all workers."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class CircuitQuerySet(models.QuerySet["Circuit"]):
    def waiting(self) -> Self:
        """Those that do not send just now."""
        return self.exclude(state=Circuit.State.CLOSED).order_by("channel")


class Circuit(models.Model):
    """Closed: it sends. Open: it waits until `retry_at`, then one message is the probe."""

    class State(models.TextChoices):
        CLOSED = "closed", _("sending")
        OPEN = "open", _("waiting for the provider")
        PROBING = "probing", _("trying one message")

    channel = models.CharField(primary_key=True, max_length=5)
    state = models.CharField(max_length=7, choices=State, default=State.CLOSED)
    failures = models.PositiveIntegerField(default=0)  # in a row, of all workers
    openings = models.PositiveIntegerField(default=0)  # in a row: each waits longer
    opened_at = models.DateTimeField(null=True, blank=True)  # the first of them
    retry_at = models.DateTimeField(null=True, blank=True)
    last_error_code = models.CharField(max_length=40, blank=True)

    objects = CircuitQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="closed", opened_at=None, retry_at=None)
                | (
                    ~models.Q(state="closed")
                    & models.Q(opened_at__isnull=False, retry_at__isnull=False)
                ),
                name="circuit_open_until_an_instant",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel}: {self.state}"

    @property
    def is_closed(self) -> bool:
        return self.state == self.State.CLOSED
