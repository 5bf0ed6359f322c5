from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Audience, AudienceForm, DayField
from programs.models import Item
from programs.services.practice_logs import MAX_MINUTES


class PracticeEntryForm(AudienceForm):
    """Minutes by a button, or typed; a day; what they count for."""

    use_required_attribute = False

    audience = {
        "client_key": Audience.ONLY_ME,
        "minutes": Audience.ONLY_ME,
        "day": Audience.ONLY_ME,
        "item": Audience.ONLY_ME,
    }

    client_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    minutes = forms.IntegerField(
        label=_("Another length, in minutes"),
        min_value=1,
        max_value=MAX_MINUTES,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    day = DayField(
        label=_("Day"),
    )
    item = forms.ChoiceField(label=_("Practice"), required=False)

    def __init__(self, *args: Any, items: Iterable[Item], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = {str(item.public_id): item for item in items}
        choices = [(key, item.title) for key, item in self.items.items()]
        field = self.fields["item"]
        field.choices = [*choices, ("", _("Practice of my own"))]  # type: ignore[attr-defined]

    def clean_item(self) -> Item | None:
        return self.items.get(self.cleaned_data["item"])
