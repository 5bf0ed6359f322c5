"""Links for patients: who may make them, what is kept of a form, CARE's own rule."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from accounts.tests.factories import MembershipFactory, UnitFactory, UserFactory
from outcomes.models import Instrument, InstrumentGrant, PatientRating, RatingLink
from outcomes.reports.ratings import rating_lines
from outcomes.services import ratings
from outcomes.services.ratings import make_rating_link, receive_rating, revoke_rating_link
from outcomes.services.waves import open_wave
from outcomes.tests.factories import InstrumentFactory, WaveFactory, patient_questions, shipped

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
DAY = NOW.date()
OVER = NOW + timedelta(days=40)
ALL_FIVE = dict.fromkeys(("time", "worries", "clear", "together", "kind"), 5.0)


@pytest.fixture
def make(organization):
    actor = UserFactory()

    def run(**fields):
        given = {"opens_on": DAY, "closes_on": DAY + timedelta(days=30)} | fields
        given.setdefault("instrument", None)
        given["instrument"] = given["instrument"] or patient_questions()
        return make_rating_link(organization=organization, actor=actor, now=NOW, **given)

    return run


def refusal(call, *args, **fields):
    with pytest.raises(ValidationError) as raised:
        call(*args, **fields)
    return raised.value.code


def fill(link, count, now=NOW, **answers):
    for number in range(count):
        kind = float(number % 5 + 1)
        receive_rating(link=link, answers=ALL_FIVE | {"kind": kind} | answers, now=now)


def test_a_form_keeps_its_answers_and_a_day_and_nothing_else(make):
    receive_rating(link=make(), answers=ALL_FIVE | {"kind": None}, now=NOW)
    columns = {field.name for field in PatientRating._meta.get_fields()}

    assert columns == {"id", "link", "received_on", "answers", "value"}
    assert PatientRating.objects.get().received_on == DAY
    assert PatientRating.objects.get().value == 5


def test_the_token_is_made_anew_and_only_its_hash_is_kept(make):
    link = make()

    assert len(link.token()) == 16
    assert link.token() == RatingLink.objects.get().token()
    assert link.token() not in str(vars(link))
    typed = link.address.rsplit("/", 2)[-2].upper()
    assert RatingLink.objects.with_token(typed).get() == link


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"closes_on": DAY - timedelta(days=1)}, "over"),
        ({"closes_on": DAY + timedelta(days=367)}, "too_long"),
    ],
)
def test_dates_are_checked(make, fields, code):
    assert refusal(make, **fields) == code


def test_a_link_is_for_patients_of_this_organization(make):
    assert refusal(make, instrument=InstrumentFactory()) == "instrument"
    assert refusal(make, unit=UnitFactory()) == "unit"
    assert refusal(make, owner=UserFactory()) == "owner"


def test_a_place_has_one_link_at_a_time_so_that_none_can_stand_for_a_clinician(make, organization):
    unit = UnitFactory(organization=organization)
    first = make(unit=unit)

    assert refusal(make, unit=unit, opens_on=DAY + timedelta(days=30)) == "overlap"
    assert make()  # the whole organization is another place
    assert make(unit=UnitFactory(organization=organization))
    person = MembershipFactory(organization=organization).user
    assert make(owner=person)
    assert refusal(make, owner=person) == "overlap"
    revoke_rating_link(link=first, now=NOW)
    assert refusal(make, unit=unit) == "overlap"  # today it ran
    assert make(unit=unit, opens_on=DAY + timedelta(days=1))


def test_care_needs_its_permission_and_its_wording(make, organization):
    care = shipped("care")
    assert refusal(make, instrument=care) == "licence"
    grant = InstrumentGrant.objects.create(
        instrument=care, organization=organization, kind="permission", holder="H", reference="R"
    )
    assert refusal(make, instrument=care) == "text"
    grant.texts = {str(number): f"Question {number}" for number in range(1, 11)}
    grant.valid_until = DAY + timedelta(days=10)
    grant.save()
    assert refusal(make, instrument=care) == "licence"  # it ends before the link does
    link = make(instrument=care, closes_on=DAY + timedelta(days=10))
    form = {str(number): 4.0 for number in range(1, 11)}
    receive_rating(link=link, answers=form, now=NOW)
    grant.valid_until = DAY - timedelta(days=1)  # it was taken back
    grant.save()
    assert refusal(receive_rating, link=link, answers=form, now=NOW) == "closed"


@pytest.mark.parametrize(("missing", "value"), [(0, 40), (2, 40), (3, None)])
def test_care_takes_the_mean_for_two_missing_answers_and_drops_three(
    make, organization, missing, value
):
    care = shipped("care")
    texts = {str(number): f"Question {number}" for number in range(1, 11)}
    InstrumentGrant.objects.create(
        instrument=care, kind="permission", holder="H", reference="R", texts=texts
    )
    answers = {str(number): 4.0 if number > missing else None for number in range(1, 11)}
    form = receive_rating(link=make(instrument=care), answers=answers, now=NOW)

    assert form.value == (None if value is None else Decimal(value))


def test_a_form_is_taken_only_while_the_link_is_open(make):
    link = make(opens_on=DAY + timedelta(days=1))

    assert refusal(receive_rating, link=link, answers=ALL_FIVE, now=NOW) == "closed"
    assert refusal(receive_rating, link=link, answers=ALL_FIVE, now=OVER) == "closed"
    later = NOW + timedelta(days=1)
    receive_rating(link=link, answers=ALL_FIVE, now=later)
    revoke_rating_link(link=link, now=later)
    assert refusal(receive_rating, link=link, answers=ALL_FIVE, now=later) == "closed"


def test_an_empty_form_and_a_value_off_its_scale_are_refused(make):
    link = make()

    assert refusal(receive_rating, link=link, answers={}, now=NOW) == "empty"
    assert refusal(receive_rating, link=link, answers={"time": 6.0}, now=NOW) == "value"


def test_more_forms_than_any_day_brings_are_refused(make, monkeypatch):
    monkeypatch.setattr(ratings, "MOST_A_DAY", 3)
    link = make()
    fill(link, 3)

    assert refusal(receive_rating, link=link, answers=ALL_FIVE, now=NOW) == "too_many"
    receive_rating(link=link, answers=ALL_FIVE, now=NOW + timedelta(days=1))


@pytest.mark.parametrize(("forms", "shown"), [(29, False), (30, True)])
def test_an_organization_sees_a_figure_from_thirty_forms_and_only_at_the_end(make, forms, shown):
    link = make()
    fill(link, forms)

    assert rating_lines([link], now=NOW)[0].summary is None
    assert bool(rating_lines([link], now=OVER)[0].summary) is shown


@pytest.mark.parametrize(("forms", "shown"), [(9, False), (10, True)])
def test_a_clinician_sees_their_own_from_ten_forms_and_nobody_else_does(
    make, organization, forms, shown
):
    owner, admin = UserFactory(), UserFactory()
    lead, chief = UserFactory(practice_role="consultant"), UserFactory(practice_role="owner")
    MembershipFactory(user=owner, organization=organization)
    MembershipFactory(user=admin, organization=organization, role="admin")
    organization.consultants.add(lead)
    link = make(owner=owner)
    fill(link, forms)

    assert bool(rating_lines([link], now=OVER)[0].summary) is shown
    assert RatingLink.objects.visible_to(owner).get() == link
    for other in (admin, lead, chief):
        assert not RatingLink.objects.visible_to(other).exists()


def test_today_is_the_organizations_own(make, organization):
    organization.time_zone = "Pacific/Auckland"
    organization.save()
    link = make(opens_on=date(2026, 3, 3))  # it is the 3rd there already

    assert receive_rating(link=link, answers=ALL_FIVE, now=NOW).received_on == date(2026, 3, 3)


@pytest.mark.usefixtures("db")
def test_no_round_of_staff_asks_what_is_for_patients():
    wave = WaveFactory(instruments=[patient_questions()])

    assert refusal(open_wave, wave=wave, now=NOW) == "patients"
    assert not Instrument.objects.for_staff().exists()
    assert [one.key for one in Instrument.objects.for_patients()] == ["patient-questions"]
