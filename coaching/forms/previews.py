"""For whom and for what the preview of free times is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coaching.models import SessionType

_USUAL_ZONES = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "Europe/London",
    "Europe/Berlin",
)


class PreviewForm(forms.Form):
    """Session type and the zone of who looks. What is not among the choices means the first."""

    preview_type = forms.ChoiceField(label=_("Session type"))
    preview_zone = forms.ChoiceField(label=_("Seen from"))

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        types: Sequence[SessionType],
        zones: Iterable[str],
        own_zone: str,
    ) -> None:
        self.types = {str(kind.public_id): kind for kind in types}
        offered = [own_zone, *sorted({*zones, *_USUAL_ZONES} - {own_zone})]
        chosen = {name: (data or {}).get(name, "") for name in ("preview_type", "preview_zone")}
        if chosen["preview_type"] not in self.types:
            chosen["preview_type"] = next(iter(self.types), "")
        if chosen["preview_zone"] not in offered:
            chosen["preview_zone"] = own_zone
        super().__init__(initial=chosen)
        self.chosen = chosen
        self.fields["preview_type"].choices = [  # type: ignore[attr-defined]
            (key, kind.name) for key, kind in self.types.items()
        ]
        self.fields["preview_zone"].choices = [  # type: ignore[attr-defined]
            (name, name.replace("_", " ")) for name in offered
        ]

    @property
    def session_type(self) -> SessionType:
        return self.types[self.chosen["preview_type"]]

    @property
    def zone(self) -> str:
        return self.chosen["preview_zone"]
