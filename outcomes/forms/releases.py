"""What the practice recommends with a release, in its own words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import Audience, AudienceForm
from outcomes.services.recommendations import LONGEST, MOST

if TYPE_CHECKING:
    from outcomes.models import Release

NAMES = tuple(f"recommendation_{number}" for number in range(1, MOST + 1))


class ReleaseForm(AudienceForm):
    """Up to three recommendations; a release is made without any, too."""

    audience = dict.fromkeys(NAMES, Audience.ORGANIZATION)

    def __init__(self, *args: Any, last: Release | None = None, **kwargs: Any) -> None:
        """Args: last: the release before, whose recommendations stand in the boxes."""
        super().__init__(*args, **kwargs)
        before = [one["text"] for one in last.payload.get("recommendations", ())] if last else []
        for place, name in enumerate(NAMES):
            self.fields[name] = forms.CharField(
                label=_("Recommendation %(number)d") % {"number": place + 1},
                required=False,
                max_length=LONGEST,
                initial=before[place] if place < len(before) else "",
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text=(
                    gettext_lazy(
                        "Your own words, signed with your name. Nothing that somebody wrote or said"
                        " to you. Leave it empty if you recommend nothing."
                    )
                    if place == 0
                    else ""
                ),
            )

    @property
    def recommendations(self) -> list[str]:
        return [self.cleaned_data.get(name, "") for name in NAMES]
