"""What admins see, what they do not, and what their people see of that."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessLog, User
from accounts.tests.factories import (
    ConsentFactory,
    MembershipFactory,
    OrganizationFactory,
    UserFactory,
)
from outcomes.tests.conftest import do_something
from programs.tests.factories import CohortFactory, EnrollmentFactory

pytestmark = pytest.mark.django_db

OVERVIEW, PEOPLE = reverse("outcomes:overview"), reverse("outcomes:people")
OWN_VIEW = reverse("outcomes:organization_view")


def report_url(cohort, name="cohort_report"):
    return reverse(f"outcomes:{name}", args=[cohort.public_id])


def rows_of(answer):
    """The table rows of people on a page, as HTML without spaces between tags."""
    bodies = re.findall(r"<tbody>(.*?)</tbody>", answer.content.decode(), re.S)
    html = re.sub(r">\s+<", "><", bodies[0]) if bodies else ""
    return re.findall(r"<tr>.*?</tr>", html, re.S)


# --- People ---


def test_people_are_named_under_completion_and_the_look_is_logged(admin, organization, make_cohort):
    person = make_cohort(1).enrollments.get().clinician
    answer = admin.get(PEOPLE)

    assert person.name in answer.content.decode()
    entry = AccessLog.objects.get()
    assert (entry.actor.name, entry.action, entry.kind, entry.organization) == (
        "Ada Admin",
        "viewed",
        "outcomes.people",
        organization,
    )


def test_nobody_is_named_under_aggregate_only(admin, make_cohort):
    cohort = make_cohort(3, visibility="aggregate_only")
    text = admin.get(PEOPLE).content.decode()

    for enrollment in cohort.enrollments.all():
        assert enrollment.clinician.name not in text
        assert enrollment.clinician.email not in text
    assert not AccessLog.objects.exists()


@pytest.mark.parametrize("visibility", ["completion", "aggregate_only"])
@pytest.mark.parametrize("state", ["invited", "active", "completed", "withdrawn"])
def test_her_own_view_is_the_admins_row_to_the_letter(
    admin, client, make_cohort, visibility, state
):
    enrollment = make_cohort(1, visibility=visibility).enrollments.get()
    now = timezone.now()
    if state == "invited":
        enrollment.accepted_at = enrollment.consent = None
    else:
        do_something(enrollment)
    if state in ("completed", "withdrawn"):
        setattr(enrollment, f"{state}_at", now)
    enrollment.save()
    theirs = rows_of(admin.get(PEOPLE))
    client.force_login(enrollment.clinician)
    own = rows_of(client.get(OWN_VIEW))

    assert own == theirs
    assert len(own) == (1 if visibility == "completion" else 0)


def test_she_sees_who_looked(admin, client, make_cohort):
    enrollment = make_cohort(1).enrollments.get()
    admin.get(PEOPLE)
    client.force_login(enrollment.clinician)
    (look,) = client.get(OWN_VIEW).context["looked"]
    organization = enrollment.cohort.engagement.organization.name
    assert (look.who, look.organization, look.is_list) == ("Ada Admin", organization, True)

    client.force_login(EnrollmentFactory().clinician)  # of another organization
    assert client.get(OWN_VIEW).context["looked"] == []


def test_a_look_stays_listed_when_names_are_held_back(admin, client, organization, make_cohort):
    """One of six signs more strictly: from then on nobody is named, and what was seen was seen."""
    first, *_rest, last = make_cohort(6).enrollments.order_by("pk")
    admin.get(PEOPLE)
    last.consent = ConsentFactory(
        user=last.clinician,
        disclosure__organization=organization,
        disclosure__visibility="aggregate_only",
    )
    last.save()
    assert admin.get(PEOPLE).context["rows"] == []

    client.force_login(first.clinician)
    page = client.get(OWN_VIEW)
    assert "Nothing with your name." in page.content.decode()
    assert [look.is_list for look in page.context["looked"]] == [True]


def test_the_people_page_asks_as_often_for_30_as_for_3(admin, make_cohort, count_queries):
    cohort = make_cohort(3)
    admin.get(PEOPLE)
    with count_queries() as few:
        admin.get(PEOPLE)
    EnrollmentFactory.create_batch(27, cohort=cohort)
    with count_queries() as many:
        assert len(admin.get(PEOPLE).context["rows"]) == 30
    assert len(many) == len(few)


@pytest.mark.parametrize("name", ["overview", "people", "disclosure_detail"])
def test_admin_pages_are_for_admins(client, make_cohort, name):
    for person in (
        UserFactory(practice_role="consultant"),
        make_cohort(1).enrollments.get().clinician,
    ):
        client.force_login(person)
        assert client.get(reverse(f"outcomes:{name}")).status_code == 404


# --- The overview ---


def test_totals_leave_hidden_cohorts_out(admin, make_cohort):
    make_cohort(6, active=5)
    make_cohort(4, active=4)
    page = admin.get(OVERVIEW).context["overview"]

    assert (page.enrolled, page.on_pace, page.has_hidden) == (6, 5, True)
    assert len(page.lines) == 2


def test_the_overview_of_a_new_client_says_what_comes(admin, make_cohort):
    assert admin.get(OVERVIEW).status_code == 200
    make_cohort(2)
    answer = admin.get(OVERVIEW)
    assert answer.context["overview"].shown == []
    assert "stat-tile" not in answer.content.decode()


def test_many_cohorts_come_by_page_and_are_added_up_on_each(admin, make_cohort):
    """Nine cohorts of five, and one of four whose people no total tells."""
    for _ in range(9):
        make_cohort(5)
    make_cohort(4)

    pages = [admin.get(f"{OVERVIEW}?page={number}").context["overview"] for number in (1, 2)]

    assert [len(page.lines) for page in pages] == [8, 2]
    assert [(page.enrolled, page.has_hidden) for page in pages] == [(45, True), (45, True)]


def test_the_overview_asks_as_often_for_many_cohorts_as_for_one(admin, make_cohort, count_queries):
    make_cohort(6)
    admin.get(OVERVIEW)
    with count_queries() as few:
        admin.get(OVERVIEW)
    for _ in range(4):
        make_cohort(6)
    admin.get(OVERVIEW)
    with count_queries() as many:
        assert len(admin.get(OVERVIEW).context["overview"].lines) == 5
    assert len(many) == len(few)


def test_an_admin_of_two_organizations_sees_the_acting_one_only(admin, client, make_cohort):
    mine = make_cohort(6)
    second = OrganizationFactory(name="Southfield")
    person = User.objects.get(name="Ada Admin")
    MembershipFactory(user=person, organization=second, role="admin")
    theirs = CohortFactory(engagement__organization=second)
    EnrollmentFactory.create_batch(6, cohort=theirs)

    def seen():
        return [report.cohort for report in client.get(OVERVIEW).context["overview"].lines]

    assert seen() == [mine]
    assert client.get(report_url(theirs)).status_code == 404
    client.post(reverse("accounts:act_as", args=[second.public_id]))
    assert seen() == [theirs]
    assert client.get(report_url(mine)).status_code == 404
    names = {row.cohort for row in client.get(PEOPLE).context["rows"]}
    assert names == {theirs.name}


def test_an_enrolled_admin_gains_nothing(client, organization, make_cohort):
    """Her enrollment opens no admin figure, her role opens no clinician's page of others."""
    cohort = make_cohort(3, visibility="aggregate_only")
    person = cohort.enrollments.first().clinician
    MembershipFactory(user=person, organization=organization)
    MembershipFactory(user=person, organization=organization, role="admin")
    client.force_login(person)
    assert client.get(OVERVIEW).status_code == 404  # acting as the one who takes part

    client.post(reverse("accounts:act_as", args=[organization.public_id]))
    assert client.get(PEOPLE).context["rows"] == []
    assert client.get(report_url(cohort)).context["report"].is_hidden


def test_people_read_from_how_many_on_their_answers_are_averaged(client, make_cohort):
    cohort = make_cohort(1)
    cohort.engagement.threshold_means = 12
    cohort.engagement.save()
    client.force_login(cohort.enrollments.get().clinician)
    page = client.get(OWN_VIEW).content.decode()
    assert "average changes of 12 people or more" in page
    assert "Your own answers" in page.partition("Never")[2]
