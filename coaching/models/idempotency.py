"""One key, one booking: a repeated request finds its first answer."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from coaching.models.bookings import Booking


class IdempotencyKey(models.Model):
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.UUIDField()
    request_sha256 = models.CharField(max_length=64)
    booking = models.ForeignKey(Booking, models.CASCADE, null=True, blank=True, related_name="+")
    # Of a series: what became of each occurrence, as it was answered.
    answer = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["actor", "key"], name="idempotencykey_used_once")
        ]

    def __str__(self) -> str:
        return str(self.key)
