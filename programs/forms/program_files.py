"""Programs and conversations that come as files."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import Audience, AudienceForm
from programs.engine.content_archives import MOST_BYTES

MOST_TWEE_BYTES = 512 * 1024


class ProgramFileForm(AudienceForm):
    file = forms.FileField(
        label=gettext_lazy("Program as .zip"),
        help_text=gettext_lazy("One folder, as “Download” gives it. At most 2 MB."),
        widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}),
    )

    audience = {"file": Audience.CLIENTS}

    def clean_file(self) -> bytes:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise ValidationError(_("This file is larger than 2 MB."), code="too_big")
        return file.read()


class TweeForm(AudienceForm):
    file = forms.FileField(
        label=gettext_lazy("Conversation as .twee"),
        help_text=gettext_lazy("It takes the place of this draft's conversation. At most 512 KB."),
        widget=forms.FileInput(attrs={"accept": ".twee,.tw,text/plain"}),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    audience = dict.fromkeys(("file", "revision"), Audience.CLIENTS)

    def clean_file(self) -> str:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MOST_TWEE_BYTES:
            raise ValidationError(_("This file is larger than 512 KB."), code="too_big")
        try:
            text = file.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ValidationError(_("This file is not UTF-8 text."), code="encoding") from error
        if "\0" in text:
            raise ValidationError(_("This file holds a NUL character."), code="encoding")
        return text
