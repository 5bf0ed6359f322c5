"""Every page of contracts, cohorts, rosters and people: it opens for the account lead, for nobody
else of another organization or role."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from accounts.tests.factories import MembershipFactory, UserFactory
from programs.models import Engagement
from programs.services.engagements import create_engagement
from programs.services.rosters import commit_roster, upload_roster
from programs.services.schedules import refresh_schedule
from programs.tests.factories import (
    CohortFactory,
    CohortStaffFactory,
    EnrollmentFactory,
    ItemFactory,
    LiveSlotFactory,
)
from programs.tests.rosters import files

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)

PAGES = {
    "engagement_create": "organization",
    "engagement_detail": "engagement",
    "engagement_edit": "engagement",
    "cohort_create": "engagement",
    "cohort_detail": "cohort",
    "cohort_progress_csv": "cohort",
    "cohort_edit": "cohort",
    "cohort_staff": "cohort",
    "live_slot_list": "cohort",
    "live_slot_plan": "session",
    "live_slot_edit": "slot",
    "live_slot_attendance": "slot",
    "roster_upload": "cohort",
    "roster_map": "roster",
    "roster_check": "roster",
    "roster_errors_csv": "roster",
    "roster_detail": "imported",
    "enrollment_create": "cohort",
    "enrollment_detail": "enrollment",
    "enrollment_withdraw": "enrollment",
    "enrollment_extend": "enrollment",
}
POSTS = {
    "cohort_open": "cohort",
    "cohort_close": "cohort",
    "cohort_staff_end": "staff",
    "live_slot_cancel": "slot",
    "roster_commit": "roster",
}
# Of a coach who is not the account lead: contracts, rosters and changes are not theirs.
FOR_STAFF = {
    "cohort_detail",
    "cohort_progress_csv",
    "live_slot_list",
    "live_slot_edit",
    "live_slot_attendance",
    "enrollment_detail",
}


@pytest.fixture
def world():
    """A cohort with a person, a coach, a session and two uploads, and the key of each."""
    cohort = CohortFactory()
    organization = cohort.engagement.organization
    lead = UserFactory(practice_role="consultant", name="Lena Lead")
    organization.consultants.add(lead)
    ItemFactory(
        module=cohort.version.modules.first(),
        kind="live",
        title="The middle",
        body={"session": "mid", "prompt": "Come"},
    )
    refresh_schedule(cohort=cohort)
    enrollment = EnrollmentFactory(cohort=cohort, clinician__name="Asha Nair")
    staff = CohortStaffFactory(cohort=cohort)
    slot = LiveSlotFactory(cohort=cohort, key="start", starts_at=NOW - timedelta(days=2))
    uploads = [
        upload_roster(cohort=cohort, content=content, file_name="r.csv", by=lead)
        for content in (files.delimited(), files.delimited([("Email",), ("x@y.org",), ("bad",)]))
    ]
    imported = commit_roster(roster=uploads[1], by=lead, now=NOW)
    return {
        "organization": [organization.public_id],
        "engagement": [cohort.engagement.public_id],
        "cohort": [cohort.public_id],
        "session": [cohort.public_id, "mid"],
        "slot": [slot.public_id],
        "staff": [staff.public_id],
        "roster": [uploads[0].public_id],
        "imported": [imported.public_id],
        "enrollment": [enrollment.public_id],
        "people": {
            "lead": lead,
            "coach": staff.person,
            "stranger": UserFactory(practice_role="consultant"),
            "admin": MembershipFactory(organization=organization, role="admin").user,
            "clinician": enrollment.clinician,
            "peer": EnrollmentFactory(cohort=cohort).clinician,
            "owner": UserFactory(practice_role="owner"),
        },
    }


def address(world, name):
    return reverse(f"programs:{name}", args=world[(PAGES | POSTS)[name]])


@pytest.mark.parametrize("name", PAGES)
def test_page_opens_for_who_looks_after_the_organization(client, world, name):
    for persona in ("lead", "owner"):
        client.force_login(world["people"][persona])
        response = client.get(address(world, name))

        assert response.status_code == 200
        assert b"<c-" not in response.content


@pytest.mark.parametrize("name", [*PAGES, *POSTS])
def test_page_is_404_for_everybody_else(client, world, name):
    url = address(world, name)
    for persona in ("stranger", "admin", "clinician", "peer"):
        client.force_login(world["people"][persona])
        posted, got = client.post(url).status_code, client.get(url).status_code

        assert 404 in (posted, got), persona
        assert {posted, got} <= {404, 405}, persona


@pytest.mark.parametrize("name", [*PAGES, *POSTS])
def test_a_coach_opens_the_cohort_and_no_contract(client, world, name):
    client.force_login(world["people"]["coach"])
    url = address(world, name)

    if name == "live_slot_cancel":
        assert client.post(url).status_code == 302
    elif name in POSTS:
        assert client.post(url).status_code == 404
    else:
        assert client.get(url).status_code == (200 if name in FOR_STAFF else 404)


def test_every_page_asks_a_stranger_to_sign_in(client, world):
    for name in [*PAGES, *POSTS]:
        response = client.get(address(world, name))

        assert response.status_code == 302
        assert response.url.startswith(reverse("account_login"))


def test_nothing_changes_by_opening_an_address(client, world):
    client.force_login(world["people"]["lead"])

    assert {client.get(address(world, name)).status_code for name in POSTS} == {405}


def test_the_list_shows_only_ones_own_cohorts(client, world):
    other = CohortFactory(name="Somewhere else")
    url = reverse("programs:cohort_list")
    client.force_login(world["people"]["lead"])
    page = client.get(url)

    assert page.status_code == 200
    assert other.name not in page.content.decode()
    client.force_login(world["people"]["admin"])
    assert client.get(url).status_code == 404


def test_the_organization_page_lists_contracts_and_cohorts(client, world):
    client.force_login(world["people"]["lead"])
    organization = world["organization"][0]
    page = client.get(reverse("accounts:organization_detail", args=[organization]))

    assert page.status_code == 200
    engagement = Engagement.objects.get(organization__public_id=organization)
    assert engagement.title in page.content.decode()
    assert engagement.cohorts.get().name in page.content.decode()


CONTRACT = {
    "title": "Spring contract",
    "starts_on": "2026-05-01",
    "ends_on": "2027-04-30",
    "seats": "60",
    "coaching_hours": "120",
    "po_number": "4711",
    "rate": "180.50",
    "currency": "USD",
    "visibility": "completion",
    "threshold_progress": "5",
    "threshold_means": "8",
    "threshold_distributions": "10",
    "threshold_reliable_change": "20",
}


def test_a_contract_is_added_and_publishes_its_disclosure(client, world):
    client.force_login(world["people"]["lead"])
    response = client.post(address(world, "engagement_create"), CONTRACT)

    engagement = Engagement.objects.get(title="Spring contract")
    assert response.url == engagement.get_absolute_url()
    assert engagement.rate_minor == 18050
    assert engagement.disclosure.visibility == "completion"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"threshold_progress": "4"}, "threshold_progress"),
        ({"ends_on": "2026-04-01"}, None),
        ({"seats": "0"}, "seats"),
        ({"title": " "}, "title"),
        ({"starts_on": "2026-02-30"}, "starts_on"),
    ],
)
def test_a_wrong_contract_is_refused_in_words(client, world, change, field):
    client.force_login(world["people"]["lead"])
    response = client.post(address(world, "engagement_create"), CONTRACT | change)

    assert response.status_code == 422
    assert field in response.context["form"].errors or field is None
    assert not Engagement.objects.filter(title="Spring contract").exists()


def test_a_contract_is_changed(client, world):
    organization = Engagement.objects.get(public_id=world["engagement"][0]).organization
    engagement = create_engagement(
        organization=organization,
        by=world["people"]["lead"],
        now=NOW,
        title="Old",
        starts_on=NOW.date(),
        ends_on=NOW.date(),
        seats=5,
        coaching_hours=1,
        visibility="completion",
    )
    client.force_login(world["people"]["lead"])
    url = reverse("programs:engagement_edit", args=[engagement.public_id])

    assert client.post(url, CONTRACT).url == engagement.get_absolute_url()
    engagement.refresh_from_db()
    assert (engagement.title, engagement.coaching_hours) == ("Spring contract", 120)
