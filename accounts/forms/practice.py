"""The practice's own name and sender."""

from __future__ import annotations

from accounts.forms.time_zones import TimeZoneField
from accounts.models import Practice
from core.forms import Audience, AudienceModelForm


class PracticeForm(AudienceModelForm):
    audience = dict.fromkeys(
        ("name", "sender_name", "reply_to", "support_phone", "time_zone"), Audience.ORGANIZATION
    )

    time_zone = TimeZoneField()

    class Meta:
        model = Practice
        fields = ("name", "sender_name", "reply_to", "support_phone", "time_zone")

    def clean_name(self) -> str:
        return self._one_line("name")

    def clean_sender_name(self) -> str:
        """A sender's name is a mail header: one line."""
        return self._one_line("sender_name")

    def _one_line(self, field: str) -> str:
        return " ".join(str(self.cleaned_data[field]).split())
