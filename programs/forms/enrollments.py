"""One person's place in a cohort, as staff handle it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, Unit
from core.forms import Audience, AudienceForm
from programs.models import Module


class EnrollmentForm(AudienceForm):
    """Invite one person by address."""

    audience = dict.fromkeys(("email", "name", "unit", "profession"), Audience.PRACTICE)

    email = forms.EmailField(label=_("Work e-mail"), help_text=_("Where the invitation goes."))
    name = forms.CharField(label=_("Name"), max_length=150, required=False)
    unit = forms.ModelChoiceField(
        label=_("Unit"), queryset=Unit.objects.none(), required=False, empty_label=_("no unit")
    )
    profession = forms.CharField(label=_("Profession"), max_length=80, required=False)

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = organization.units.all()  # type: ignore[attr-defined]


class WithdrawForm(AudienceForm):
    audience = {"reason": Audience.PRACTICE}

    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        required=False,
        help_text=_("A few words for your team. Nothing about health."),
    )


class ExtendForm(AudienceForm):
    """More time for one person."""

    audience = {"modules": Audience.PRACTICE, "by_days": Audience.PRACTICE, "reason": Audience.PRACTICE}  # fmt: skip

    by_days = forms.IntegerField(label=_("Days more"), min_value=1, max_value=365, initial=7)
    modules = forms.ModelMultipleChoiceField(
        label=_("Modules"), queryset=Module.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(self, *args: Any, version_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        modules = Module.objects.filter(version=version_id)
        self.fields["modules"].queryset = modules  # type: ignore[attr-defined]
        self.fields["modules"].label_from_instance = lambda module: module.title  # type: ignore[attr-defined]
