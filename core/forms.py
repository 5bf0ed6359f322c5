"""Forms: one renderer."""

from django.forms.renderers import TemplatesSetting


class FormRenderer(TemplatesSetting):
    pass
