"""The sender's own row: may it send, from which database, and when was it last here?"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Outbox(models.Model):
    """One row. A database that is not the one it names is a copy, and a copy sends nothing."""

    class PauseReason(models.TextChoices):
        NONE = "", _("not paused")
        PERSON = "person", _("somebody paused it")
        COPY = "copy", _("this database is a copy or was restored")

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    system_identifier = models.CharField(max_length=20)  # of the server's data folder
    database_oid = models.BigIntegerField()
    pause_reason = models.CharField(
        max_length=6, choices=PauseReason, blank=True, default=PauseReason.NONE
    )
    paused_at = models.DateTimeField(null=True, blank=True)
    last_pass_at = models.DateTimeField(null=True, blank=True)  # the end of the last whole pass
    pinged_at = models.DateTimeField(null=True, blank=True)  # the outside watch, last told
    reconciled_at = models.DateTimeField(null=True, blank=True)
    repairs = models.PositiveIntegerField(default=0)  # rows that reconciling had to add or take

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="outbox_is_one_row"),
            models.CheckConstraint(
                condition=models.Q(pause_reason="", paused_at=None)
                | (~models.Q(pause_reason="") & models.Q(paused_at__isnull=False)),
                name="outbox_paused_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"outbox, paused: {self.pause_reason}" if self.is_paused else "outbox"

    @property
    def is_paused(self) -> bool:
        return bool(self.pause_reason)

    @classmethod
    def current(cls) -> Outbox | None:
        """Return the row, or None before the first pass."""
        return cls.objects.filter(pk=cls.ONLY).first()
