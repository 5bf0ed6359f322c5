"""Clients of the practice and their units."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.time_zones import TimeZoneField
from accounts.models import User
from core.forms import Audience, AudienceForm


class OrganizationForm(AudienceForm):
    """A client's name and zone. Writes nothing: the service does."""

    audience = {"name": Audience.ORGANIZATION, "time_zone": Audience.ORGANIZATION}

    name = forms.CharField(label=_("Name"), max_length=160)
    time_zone = TimeZoneField(help_text=_("New people start with this zone."))


class OrganizationEditForm(OrganizationForm):
    """Also who looks after the client."""

    audience = {**OrganizationForm.audience, "consultants": Audience.PRACTICE}

    consultants = forms.ModelMultipleChoiceField(
        label=_("Account leads"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They see contracts, rosters and reports of this client."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        staff = User.objects.practice_staff().order_by("name", "email")
        self.fields["consultants"].queryset = staff  # type: ignore[attr-defined]


class UnitForm(AudienceForm):
    """The name of a ward, department or site."""

    audience = {"name": Audience.ORGANIZATION}

    name = forms.CharField(label=_("Name of the unit"), max_length=120)
