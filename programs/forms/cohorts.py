"""Cohorts and their staff."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms.time_zones import TimeZoneField
from accounts.models import User
from core.forms import Audience, AudienceForm, DayField
from programs.models import CohortStaff, ProgramVersion


class StaffChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj)


class CohortEditForm(AudienceForm):
    """What may change while a cohort runs. Its program edition may not."""

    audience = dict.fromkeys(
        ("name", "starts_on", "ends_on", "time_zone", "grace_days", "lapse_days", "contact"),
        Audience.ORGANIZATION,
    )

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    starts_on = DayField(label=gettext_lazy("First day"))
    ends_on = DayField(label=gettext_lazy("Last day"))
    time_zone = TimeZoneField(help_text=gettext_lazy("Dates of the program count in this zone."))
    grace_days = forms.IntegerField(
        label=gettext_lazy("Days of grace after a due date"), min_value=0, max_value=60, initial=3
    )
    lapse_days = forms.IntegerField(
        label=gettext_lazy("Days without activity until somebody counts as lapsed"),
        min_value=1,
        max_value=120,
        initial=14,
    )
    contact = StaffChoiceField(
        label=gettext_lazy("Named contact"),
        queryset=User.objects.none(),
        required=False,
        help_text=gettext_lazy("Whom clinicians and the organization turn to."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff = User.objects.practice_staff().order_by("name", "email")
        for name in ("contact", "facilitators", "coaches"):
            if name in self.fields:
                self.fields[name].queryset = staff  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "starts_on" in data and "ends_on" in data and data["ends_on"] < data["starts_on"]:
            message = _("The last day must not lie before the first.")
            self.add_error("ends_on", ValidationError(message, code="ends_before_start"))
        return data


class CohortForm(CohortEditForm):
    """A new cohort: also which edition it takes for good, and who leads it."""

    audience = {
        **CohortEditForm.audience,
        "version": Audience.ORGANIZATION,
        "facilitators": Audience.ORGANIZATION,
        "coaches": Audience.ORGANIZATION,
    }
    field_order = ("name", "version", "starts_on", "ends_on", "time_zone", "facilitators",
                   "coaches", "contact", "grace_days", "lapse_days")  # fmt: skip

    version = forms.ModelChoiceField(
        label=gettext_lazy("Program"),
        queryset=ProgramVersion.objects.none(),
        help_text=gettext_lazy("The cohort keeps this edition, whatever is published later."),
    )
    facilitators = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Facilitators"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    coaches = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Coaches"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].queryset = (  # type: ignore[attr-defined]
            ProgramVersion.objects.published()
            .select_related("program")
            .defer("content")
            .order_by("program__title", "-published_at")
        )


class StaffForm(AudienceForm):
    """One more person in the cohort's team."""

    audience = {"person": Audience.ORGANIZATION, "role": Audience.ORGANIZATION}

    person = StaffChoiceField(label=gettext_lazy("Person"), queryset=User.objects.none())
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=CohortStaff.Role.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff = User.objects.practice_staff().order_by("name", "email")
        self.fields["person"].queryset = staff  # type: ignore[attr-defined]
