"""The one field template, the readers of each field, and refusals on forms that lack the field."""

from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

import html5lib
import pytest
from django import forms
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db.models.fields import BLANK_CHOICE_DASH

from core.forms import Audience, AudienceForm, DayField, add_refusal


class NoteForm(AudienceForm):
    audience = {"text": Audience.ONLY_ME, "agenda": Audience.ME_AND_COACH, "key": Audience.ONLY_ME}

    text = forms.CharField(label="Note", help_text="A sentence is enough.")
    agenda = forms.ChoiceField(
        label="About", choices=[("a", "One"), ("b", "Two")], widget=forms.RadioSelect
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)


def parsed(form):
    return html5lib.parse(f"<form>{form}</form>", namespaceHTMLElements=False)


def by_id(tree, name):
    found = [element for element in tree.iter() if element.get("id") == name]
    assert len(found) == 1, name
    return found[0]


def words(element):
    return " ".join("".join(element.itertext()).split())


def test_a_field_without_readers_is_refused_when_the_form_is_made():
    class Forgetful(NoteForm):
        extra = forms.CharField()

    with pytest.raises(ImproperlyConfigured, match="Forgetful does not say who reads: extra"):
        Forgetful()


def test_a_control_is_described_by_readers_hint_and_error_that_exist():
    tree = parsed(NoteForm({"text": ""}))
    control = by_id(tree, "id_text")
    described = control.get("aria-describedby").split()

    assert described == ["id_text_audience", "id_text_helptext", "id_text_error"]
    assert words(by_id(tree, "id_text_audience")) == "Who reads this: Only you"
    assert words(by_id(tree, "id_text_helptext")) == "A sentence is enough."
    assert words(by_id(tree, "id_text_error")) == "This field is required."
    assert control.get("aria-invalid") == "true"


def test_readers_stand_before_the_control():
    order = [element.get("id") for element in parsed(NoteForm()).iter() if element.get("id")]

    assert order.index("id_text_audience") < order.index("id_text")


def test_a_group_of_choices_is_described_as_a_whole():
    tree = parsed(NoteForm())
    group = next(element for element in tree.iter("fieldset"))

    assert group.get("aria-describedby") == "id_agenda_audience"
    assert words(next(group.iter("legend"))) == "About"
    assert [label.get("for") for label in group.iter("label")] == ["id_agenda_0", "id_agenda_1"]


def test_real_names_replace_the_generic_words():
    names = {Audience.ME_AND_COACH: "Maya"}

    assert NoteForm()["agenda"].audience_label == "Only you and your coach"
    assert (
        NoteForm(audience_names=names)["agenda"].audience_label == "Only you and Maya, your coach"
    )


def test_named_readers_need_names():
    with pytest.raises(ImproperlyConfigured):
        Audience.NAMED.label()
    assert Audience.NAMED.label("Jo Park") == "You and Jo Park"


def test_only_the_writer_and_their_coach_count_as_private():
    assert [audience for audience in Audience if audience.is_private] == [
        Audience.ONLY_ME,
        Audience.ME_AND_COACH,
    ]


def test_every_audience_has_words():
    assert all(audience.label("Somebody") for audience in Audience)


def test_hidden_fields_survive_a_form_of_nothing_else():
    class Key(forms.Form):
        key = forms.CharField(widget=forms.HiddenInput, initial="k1")

    assert str(Key()).count('value="k1"') == 1
    assert str(NoteForm()).count('name="key"') == 1


def test_a_label_escapes_what_people_named():
    names = {Audience.ME_AND_COACH: "<b>Maya</b>"}

    assert "<b>Maya</b>" not in str(NoteForm(audience_names=names))


def test_a_refusal_lands_on_its_field_with_its_code():
    form = NoteForm({"text": "x", "agenda": "a"})
    assert form.is_valid()

    add_refusal(form, ValidationError({"text": ValidationError("No.", code="too_long")}))

    assert form.errors.as_data()["text"][0].code == "too_long"


def test_a_refusal_of_a_field_the_form_lacks_goes_to_the_top():
    form = NoteForm({"text": "x", "agenda": "a"})
    assert form.is_valid()

    add_refusal(form, ValidationError({"span": ValidationError("Taken.", code="time_taken")}))

    assert [error.code for error in form.non_field_errors().as_data()] == ["time_taken"]


def test_a_plain_refusal_keeps_its_code():
    form = NoteForm({"text": "x", "agenda": "a"})
    assert form.is_valid()

    add_refusal(form, ValidationError("Gone.", code="slot_taken"))

    assert [error.code for error in form.non_field_errors().as_data()] == ["slot_taken"]


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"])
def test_a_day_at_the_end_of_time_is_refused_with_a_sentence(day):
    class DayForm(forms.Form):
        day = DayField()

    form = DayForm({"day": day})
    assert not form.is_valid()
    assert form.errors["day"] == ["Enter a day between 1900 and 2199."]
    assert DayForm({"day": "2199-12-31"}).is_valid()
    assert 'type="date"' in str(form)


def test_every_day_in_a_form_has_ends():
    """A model form's own date fields too: year 9999 overflows in some zone."""
    for form in every_form():
        for name, field in form.base_fields.items():
            if isinstance(field, forms.DateField):
                assert isinstance(field, DayField), f"{form.__qualname__}.{name}"


def every_form():
    found, open_ends = [], [forms.BaseForm]
    for app in apps.get_app_configs():
        package = f"{app.name}.forms"
        if find_spec(package) and app.path.startswith(str(settings.BASE_DIR)):
            module = import_module(package)
            for part in getattr(module, "__path__", ()) and iter_modules(module.__path__):
                import_module(f"{package}.{part.name}")
    while open_ends:
        children = open_ends.pop().__subclasses__()
        found += [one for one in children if hasattr(one, "base_fields")]
        open_ends += children
    return [one for one in found if not one.__module__.startswith(("django.", "allauth."))]


@pytest.mark.parametrize(("is_required", "words"), [(True, "choose…"), (False, "none")])
def test_an_empty_choice_says_what_it_means(is_required, words):
    """Not Django's row of dashes."""
    types = apps.get_model("contenttypes", "ContentType")

    class PickForm(AudienceForm):
        audience = dict.fromkeys(("one", "named", "kind"), Audience.PRACTICE)
        one = forms.ModelChoiceField(types.objects.none(), required=is_required)
        named = forms.ModelChoiceField(types.objects.none(), required=False, empty_label="nobody")
        kind = forms.TypedChoiceField(
            choices=[*BLANK_CHOICE_DASH, ("a", "A")], required=is_required
        )

    form = PickForm()
    assert [str(form.fields[name].empty_label) for name in ("one", "named")] == [words, "nobody"]
    assert [str(label) for _value, label in form.fields["kind"].choices] == [words, "A"]
    assert "-----" not in str(form)
