"""The people of the practice, and the four whom a visitor can be with one click. All are invented."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from allauth.account.models import EmailAddress
from django.conf import settings

from accounts.models import Membership, Organization, User
from accounts.services.memberships import start_membership

DOMAIN = "demo.rapport.example"
PASSWORD = "quiet-harbor-lantern"  # noqa: S105  # printed at start: the demo has nothing to protect

CONSULTANTS = [
    ("consultant", "Maya Lind", "America/Chicago"),
    ("jonas.ferri", "Jonas Ferri", "America/New_York"),
    ("amara.osei", "Amara Osei", "America/Los_Angeles"),
    ("ines.duarte", "Inês Duarte", "Europe/Lisbon"),
]


def make_person(*, slug: str, name: str, zone: str, role: str = "", password: bool = True) -> User:
    """Make an account whose address is proven; only the people on the sign-in page get a password."""
    user = User.objects.create_user(
        f"{slug}@{DOMAIN}",
        PASSWORD if password else None,
        name=name,
        time_zone=zone,
        practice_role=role,
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def make_practice_people() -> list[User]:
    """Make the owner and four consultants; return the consultants, Maya first."""
    make_person(slug="owner", name="Ruth Kaplan", zone="America/New_York", role="owner")
    return [
        make_person(
            slug=slug, name=name, zone=zone, role="consultant", password=slug == "consultant"
        )
        for slug, name, zone in CONSULTANTS
    ]


def make_admin(*, slug: str, name: str, organization: Organization, now: datetime) -> User:
    """Make an organization admin."""
    admin = make_person(slug=slug, name=name, zone=organization.time_zone, password=slug == "admin")
    start_membership(user=admin, organization=organization, role=Membership.Role.ADMIN, now=now)
    return admin


def write_sign_ins() -> str:
    """Write who can sign in where the launcher prints it from; return the same text."""
    people = [
        ("Clinician", "clinician"),
        ("Consultant", "consultant"),
        ("Organization admin", "admin"),
        ("Practice owner", "owner"),
    ]
    text = "".join(f"{role:<19} {slug}@{DOMAIN}   password {PASSWORD}\n" for role, slug in people)
    path = Path(settings.BASE_DIR) / "var" / "demo-sign-ins.txt"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return text
