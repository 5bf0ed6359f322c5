"""The forms on which a person is invited, and on which an invitation is accepted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import Audience, AudienceForm


class InvitationAcceptForm(AudienceForm):
    """Name, signature and, for a new account, a password or none.

    `signs` asks for the signature (clinicians); `is_new` for a password; `names_visible` says
    whether the organization will read the name.
    """

    name = forms.CharField(
        label=_("Your name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    typed_name = forms.CharField(
        label=_("Type your name to sign"),
        max_length=150,
        help_text=_("It says that you have read the six lines above and agree to them."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    password = forms.CharField(
        label=_("A password"),
        required=False,
        strip=False,
        max_length=200,
        help_text=_("At least 12 characters. Three or four words that you make up are good."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=False),
    )
    no_password = forms.BooleanField(
        label=_("No password: send me a code by e-mail each time I sign in"), required=False
    )
    shown_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def __init__(
        self, *args: Any, signs: bool, is_new: bool, names_visible: bool, **kwargs: Any
    ) -> None:
        self.audience = {
            "name": Audience.ORGANIZATION if names_visible else Audience.PRACTICE,
            "typed_name": Audience.PRACTICE,
            "password": Audience.ONLY_ME,
            "no_password": Audience.ONLY_ME,
            "shown_sha256": Audience.PRACTICE,
        }
        super().__init__(*args, **kwargs)
        if not signs:
            del self.fields["typed_name"], self.fields["shown_sha256"]
        if not is_new:
            del self.fields["password"], self.fields["no_password"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "password" in self.fields:
            if cleaned.get("no_password"):
                cleaned["password"] = ""
            elif not cleaned.get("password") and "password" not in self.errors:
                self.add_error(
                    "password",
                    ValidationError(
                        _("Choose a password, or tick that you want codes by e-mail."),
                        code="password_required",
                    ),
                )
        return cleaned


class AdminInviteForm(AudienceForm):
    """Whom to invite as an admin of an organization."""

    audience = {"name": Audience.ORGANIZATION, "email": Audience.ORGANIZATION}

    name = forms.CharField(label=_("Name"), max_length=150)
    email = forms.EmailField(label=_("Work e-mail"), max_length=254)
