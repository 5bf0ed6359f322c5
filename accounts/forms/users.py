"""What people set about themselves, and whom an owner invites."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.forms.time_zones import TimeZoneField
from accounts.models import User
from core.forms import Audience, AudienceForm, AudienceModelForm


class AccountForm(AudienceModelForm):
    """Name, zone, language and theme of one's own account.

    `organizations`: the names of those that may read the name, "" for none.
    """

    audience = {
        "name": Audience.PRACTICE,
        "time_zone": Audience.PRACTICE,
        "locale": Audience.ONLY_ME,
        "theme": Audience.ONLY_ME,
    }

    time_zone = TimeZoneField(help_text=_("All times on pages and in mail are in this zone."))
    locale = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = User
        fields = ("name", "time_zone", "locale", "theme")

    def __init__(self, *args: Any, organizations: str = "", **kwargs: Any) -> None:
        names = dict(kwargs.pop("audience_names", None) or {})
        if organizations:
            self.audience = {**self.audience, "name": Audience.ORGANIZATION}
            names[Audience.ORGANIZATION] = organizations
        super().__init__(*args, audience_names=names, **kwargs)
        self.fields["name"].required = True


class StaffInviteForm(AudienceForm):
    """Whom to give a role in the practice."""

    audience = {
        "name": Audience.PRACTICE,
        "email": Audience.PRACTICE,
        "practice_role": Audience.PRACTICE,
    }

    name = forms.CharField(label=_("Name"), max_length=150)
    email = forms.EmailField(label=_("E-mail"), max_length=254)
    practice_role = forms.ChoiceField(
        label=_("Role"),
        choices=[choice for choice in User.PracticeRole.choices if choice[0]],
        initial=User.PracticeRole.CONSULTANT,
        widget=forms.RadioSelect,
    )
