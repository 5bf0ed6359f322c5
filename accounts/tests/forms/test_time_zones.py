from zoneinfo import available_timezones

from django import forms

from accounts.forms.time_zones import TimeZoneField, place_zones


class ZoneForm(forms.Form):
    time_zone = TimeZoneField()


def test_a_place_is_offered_once_by_its_name_of_today():
    page = str(ZoneForm()["time_zone"])

    assert place_zones() < available_timezones()
    assert 'value="Asia/Kolkata"' in page
    assert "Asia/Calcutta" not in page


def test_an_older_name_that_is_stored_stays_chosen():
    form = ZoneForm({"time_zone": "Asia/Calcutta"})

    assert form.is_valid()
    assert '<option value="Asia/Calcutta" selected>Calcutta (Asia)</option>' in str(
        form["time_zone"]
    )
    assert not ZoneForm({"time_zone": "Asia/Nowhere"}).is_valid()
