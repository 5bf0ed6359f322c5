from accounts.models.access_log import AccessLog
from accounts.models.consents import Consent
from accounts.models.disclosures import Disclosure
from accounts.models.invitations import Invitation
from accounts.models.memberships import Membership
from accounts.models.organizations import Organization
from accounts.models.practice import Practice
from accounts.models.units import Unit
from accounts.models.users import User

__all__ = [
    "AccessLog",
    "Consent",
    "Disclosure",
    "Invitation",
    "Membership",
    "Organization",
    "Practice",
    "Unit",
    "User",
]
