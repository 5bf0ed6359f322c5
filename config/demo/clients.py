"""Three client organizations with units, contracts and admins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import Organization, Unit, User
from accounts.services.organizations import change_organization, create_organization
from accounts.services.units import create_unit
from config.demo.cast import make_admin
from outcomes.services.report_schedules import set_report_schedule
from programs.models import Engagement
from programs.services.engagements import create_engagement


@dataclass(frozen=True)
class ClientPlan:
    name: str
    zone: str
    units: tuple[str, ...]
    seats: int
    hours: int
    po_number: str
    visibility: str
    leads: tuple[int, ...]  # places in the list of consultants
    admin: tuple[str, str]  # slug, name
    look: str = ""  # how often admins get a link, releases apart


@dataclass(frozen=True)
class Client:
    organization: Organization
    units: list[Unit]
    engagement: Engagement


PLANS = [
    ClientPlan(
        name="Northfield Hospital",
        zone="America/Chicago",
        units=("Intensive care", "Emergency", "Oncology", "Pediatrics"),
        seats=120,
        hours=120,
        po_number="4711",
        visibility="completion",
        leads=(0, 1),
        admin=("admin", "Helen Brandt"),
        look="month",
    ),
    ClientPlan(
        name="Harbor Clinics",
        zone="America/Los_Angeles",
        units=("Harbor East", "Harbor West", "Telehealth"),
        seats=55,
        hours=80,
        po_number="HC-2041",
        visibility="aggregate_only",
        leads=(2,),
        admin=("admin.harbor", "Victor Amano"),
    ),
    ClientPlan(
        name="Lakeside Children's",
        zone="America/New_York",
        units=("Neonatal care", "Day surgery", "Family services"),
        seats=40,
        hours=60,
        po_number="LC-88",
        visibility="completion",
        leads=(1, 3),
        admin=("admin.lakeside", "Priya Raman"),
    ),
]


def make_clients(*, consultants: list[User], now: datetime) -> list[Client]:
    """Make the organizations as they were ten weeks ago."""
    then = now - timedelta(days=75)
    return [_make(plan, consultants, then) for plan in PLANS]


def _make(plan: ClientPlan, consultants: list[User], then: datetime) -> Client:
    leads = [consultants[place] for place in plan.leads]
    organization = create_organization(name=plan.name, time_zone=plan.zone, actor=leads[0])
    change_organization(
        organization=organization, name=plan.name, time_zone=plan.zone, consultants=leads
    )
    units = [create_unit(organization=organization, name=name) for name in plan.units]
    engagement = create_engagement(
        organization=organization,
        by=leads[0],
        now=then,
        title="Empathy program and coaching",
        starts_on=then.date(),
        ends_on=then.date() + timedelta(days=365),
        seats=plan.seats,
        coaching_hours=plan.hours,
        po_number=plan.po_number,
        rate_minor=18000,
        currency="USD",
        visibility=plan.visibility,
    )
    set_report_schedule(organization=organization, every=plan.look, by=leads[0], now=then)
    make_admin(slug=plan.admin[0], name=plan.admin[1], organization=organization, now=then)
    return Client(organization, units, engagement)
