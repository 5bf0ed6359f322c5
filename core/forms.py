"""Forms: one field template, hint and error ids, and the readers of every field by name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ImproperlyConfigured, ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms.boundfield import BoundField as DjangoBoundField
from django.forms.renderers import TemplatesSetting
from django.utils.functional import cached_property
from django.utils.translation import gettext, gettext_lazy


class Audience(StrEnum):
    """Who can read what is typed into a field."""

    ONLY_ME = "only_me"
    ME_AND_COACH = "me_and_coach"
    NAMED = "named"
    GROUP = "group"
    PRACTICE = "practice"
    ORGANIZATION = "organization"
    COUNTS_ONLY = "counts_only"
    CLIENTS = "clients"

    @property
    def is_private(self) -> bool:
        """Lilac on the page: nobody but the writer, or the writer and their coach."""
        return self in (Audience.ONLY_ME, Audience.ME_AND_COACH)

    def label(self, name: str = "") -> str:
        """Say the readers in words; `name` is the real person or organization."""
        match self:
            case Audience.ONLY_ME:
                return gettext("Only you")
            case Audience.ME_AND_COACH:
                if name:
                    return gettext("Only you and %(name)s, your coach") % {"name": name}
                return gettext("Only you and your coach")
            case Audience.NAMED:
                if not name:
                    raise ImproperlyConfigured("Audience.NAMED needs the names of the readers.")
                return gettext("You and %(name)s") % {"name": name}
            case Audience.GROUP:
                return gettext("Your group")
            case Audience.PRACTICE:
                return gettext("The team at %(name)s") % {"name": name or gettext("the practice")}
            case Audience.ORGANIZATION:
                name = name or gettext("the organization")
                return gettext("The practice and %(name)s") % {"name": name}
            case Audience.COUNTS_ONLY:
                return gettext("Counted without your name")
            case Audience.CLIENTS:
                return gettext("Everybody who may book")


class BoundField(DjangoBoundField):
    """A field on a page: its audience badge, hint and errors are tied to its control by id."""

    @property
    def audience(self) -> Audience | None:
        declared = getattr(self.form, "audience", None)
        return declared.get(self.name) if declared else None

    @property
    def audience_label(self) -> str:
        audience = self.audience
        if audience is None:
            return ""
        return audience.label(self.form.audience_names.get(audience, ""))  # type: ignore[attr-defined]

    @property
    def audience_id(self) -> str:
        return f"{self.auto_id}_audience" if self.auto_id else ""

    @property
    def aria_describedby(self) -> str | None:
        described = super().aria_describedby
        if described is None or self.is_hidden or not self.audience or not self.audience_id:
            return described
        return f"{self.audience_id} {described}".strip()

    @cached_property
    def kind(self) -> str:
        """How the field template draws it: check, choices, hidden or box."""
        widget = self.field.widget
        if widget.is_hidden:
            return "hidden"
        # CheckboxSelectMultiple is a RadioSelect to Django: both are lists of choices.
        if isinstance(widget, forms.RadioSelect):
            return "choices"
        return "check" if isinstance(widget, forms.CheckboxInput) else "box"


class FormRenderer(TemplatesSetting):
    """Every form of the site, allauth's included, is drawn by the one field template."""

    form_template_name = "django/forms/form.html"
    field_template_name = "django/forms/field.html"
    bound_field_class = BoundField


class DayField(forms.DateField):
    """A day that a calendar can hold: one of the year 1 or 9999 has no neighbor in another zone."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**kwargs)
        message = gettext_lazy("Enter a day between 1900 and 2199.")
        self.validators += [
            MinValueValidator(date(1900, 1, 1), message),
            MaxValueValidator(date(2199, 12, 31), message),
        ]


class AudienceForm(forms.Form):
    """A form that takes text from people: each field declares who reads it.

    Class attribute `audience` maps every field's name to an `Audience`. `audience_names` gives the
    real names behind them: `{Audience.ME_AND_COACH: "Maya"}`.
    """

    audience: Mapping[str, Audience] = {}

    def __init__(
        self, *args: Any, audience_names: Mapping[Audience, str] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.audience_names: Mapping[Audience, str] = audience_names or {}
        missing = sorted(self.fields.keys() - self.audience.keys())
        if missing:
            name = type(self).__name__
            raise ImproperlyConfigured(f"{name} does not say who reads: {', '.join(missing)}")
        for field in self.fields.values():
            _name_blank_choice(field)


def _name_blank_choice(field: forms.Field) -> None:
    """Say what the empty choice means, instead of a row of dashes."""
    words = gettext_lazy("choose…") if field.required else gettext_lazy("none")
    if isinstance(field, forms.ModelChoiceField):
        if field.empty_label == BLANK_CHOICE_DASH[0][1]:
            field.empty_label = words
    elif isinstance(field, forms.TypedChoiceField):
        choices = list(field.choices)  # type: ignore[arg-type]
        if choices and choices[0] == BLANK_CHOICE_DASH[0]:
            field.choices = [("", words), *choices[1:]]


class AudienceModelForm(AudienceForm, forms.ModelForm):
    """`AudienceForm` over a model."""


def add_refusal(form: forms.BaseForm, refusal: ValidationError) -> None:
    """Show a service's refusal on `form`, codes kept.

    Unlike `form.add_error(None, refusal)`, errors of a field that the form lacks (named by a
    model's `full_clean()`) go to the top of the form instead of raising `ValueError`.
    """
    if not hasattr(refusal, "error_dict"):
        form.add_error(None, refusal)
        return
    for name, errors in refusal.error_dict.items():
        known = name != NON_FIELD_ERRORS and name in form.fields
        for error in errors:
            form.add_error(name if known else None, error)
