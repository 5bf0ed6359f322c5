"""Pages on which people, contracts and the practice say how to remind."""

import pytest
from django.urls import reverse

from coaching.models import ReminderRule
from notifications.models import DeliveryPreference, Message, PhoneCode
from notifications.notices import code_of

pytestmark = pytest.mark.django_db
PAGE = "coaching:notification_settings"


@pytest.fixture(autouse=True)
def sms(settings):
    settings.SMS_URL = "file:"


def choices(**changes):
    return {
        "by_mail": "on",
        "is_quiet": "on",
        "quiet_from": "22:00",
        "quiet_until": "07:30",
    } | changes


def due(channel="email"):
    rows = Message.objects.filter(
        kind="coaching.session_reminder", state="pending", channel=channel
    ).order_by("due_at")
    return [row.rule for row in rows]


def verify(client, phone="+1 (312) 555-0100"):
    assert client.post(reverse("coaching:phone_send"), {"phone": phone}).status_code == 302
    code = code_of(PhoneCode.objects.latest("pk"))
    return client.post(reverse("coaching:phone_verify"), {"code": code})


def test_ones_own_times_reach_what_is_booked(clinician, booking):
    answer = clinician.post(
        reverse(PAGE), choices(email_leads=["120", "30"], email_day_before="18:00")
    )
    assert answer.status_code == 302
    assert due() == ["1d-1800", "2h", "30m"]
    row = DeliveryPreference.objects.get()
    assert (row.quiet_from_min, row.quiet_until_min, row.quiet_for_mail) == (1320, 450, False)
    form = clinician.get(reverse(PAGE)).context["form"]
    assert sorted(form["email_leads"].value()) == [30, 120]
    assert form["email_day_before"].value().hour == 18


def test_nothing_chosen_is_as_the_program_has_it(clinician, booking):
    clinician.post(reverse(PAGE), choices(email_leads=["30"]))
    clinician.post(reverse(PAGE), choices())
    assert due() == ["24h", "1h"]
    assert (
        "usually 24 hours before and 1 hour before" in clinician.get(reverse(PAGE)).content.decode()
    )
    clinician.post(reverse(PAGE), {k: v for k, v in choices().items() if k != "by_mail"})
    assert due() == []


@pytest.mark.parametrize(
    "change",
    [{"quiet_from": "07:30"}, {"quiet_from": "25:00"}, {"quiet_until": ""}, {"email_leads": "7"}],
)
def test_what_makes_no_sense_is_refused_in_place(clinician, booking, change):
    answer = clinician.post(reverse(PAGE), choices(**change))
    assert answer.status_code == 422
    assert not ReminderRule.objects.exists()
    assert not DeliveryPreference.objects.exists()


def test_a_number_by_code_then_reminders_by_sms(clinician, booking):
    assert "sms_leads" not in clinician.get(reverse(PAGE)).context["form"].fields
    assert verify(clinician).status_code == 302
    assert DeliveryPreference.objects.get().phone == "+13125550100"
    clinician.post(reverse(PAGE), choices(by_sms="on", sms_leads=["1440"]))
    # 24 hours before is 05:00 in Chicago, which is quiet: 07:30 is long enough before.
    (row,) = Message.objects.filter(
        kind="coaching.session_reminder", channel="sms", state="pending"
    )
    assert f"{row.due_at:%d %H:%M}" == "02 12:30"
    assert clinician.post(reverse("coaching:phone_forget")).status_code == 302
    assert DeliveryPreference.objects.get().phone == ""
    row.refresh_from_db()
    assert row.state == "superseded"


def test_a_wrong_code_keeps_nothing(clinician, booking):
    clinician.post(reverse("coaching:phone_send"), {"phone": "+13125550100"})
    right = code_of(PhoneCode.objects.get())
    wrong = f"{(int(right) + 1) % 10**6:06}"
    answer = clinician.post(reverse("coaching:phone_verify"), {"code": wrong})
    assert answer.status_code == 422
    assert PhoneCode.objects.get().tries == 1
    assert DeliveryPreference.objects.get().phone == ""


@pytest.mark.parametrize("phone", ["3125550100", "+1 call me", ""])
def test_a_number_needs_its_country(clinician, phone):
    answer = clinician.post(reverse("coaching:phone_send"), {"phone": phone})
    assert answer.status_code == 422
    assert not Message.objects.filter(channel="sms").exists()


def test_the_sixth_code_of_a_day_is_refused(clinician):
    for _ in range(5):
        clinician.post(reverse("coaching:phone_send"), {"phone": "+13125550100"})
    answer = clinician.post(reverse("coaching:phone_send"), {"phone": "+13125550100"})
    assert answer.status_code == 422
    assert "Five codes" in answer.content.decode()


def test_without_sms_there_is_no_phone(clinician, settings):
    settings.SMS_URL = ""
    assert "phone" not in clinician.get(reverse(PAGE)).content.decode().lower()
    assert clinician.post(reverse("coaching:phone_send"), {"phone": "+1"}).status_code == 404


def test_a_contract_and_the_practice_set_theirs(client, enrollment, booking):
    engagement = enrollment.cohort.engagement
    page = reverse("coaching:engagement_reminders", args=[engagement.public_id])
    client.force_login(enrollment.clinician)
    assert client.get(page).status_code == 404
    coach = booking.coaching_session.coach
    coach.practice_role = "owner"
    coach.save()
    client.force_login(coach)
    assert client.get(page).status_code == 200
    assert client.post(page, {"email_leads": ["240"]}).status_code == 302
    assert due() == ["4h"]
    practice = reverse("coaching:practice_reminders")
    assert client.post(practice, {"email_day_before": "18:00"}).status_code == 302
    assert due() == ["4h"]
    assert "18:00 the day before" in client.get(page).content.decode()
    client.post(page, {})
    assert due() == ["1d-1800"]
