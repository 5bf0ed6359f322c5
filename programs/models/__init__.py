from programs.models.buddies import BuddyMessage, BuddyPair, BuddyReport, BuddyWish
from programs.models.certificates import BadgeKey, Certificate
from programs.models.checks import Attempt
from programs.models.closed_days import BlackoutDate
from programs.models.cohorts import Cohort, CohortGroup, CohortStaff
from programs.models.commitments import Commitment
from programs.models.credit_claims import (
    CreditClaim,
    CreditEvaluation,
    CreditIdentity,
    ExportState,
)
from programs.models.credit_offers import CreditOffer, CreditRuleChange
from programs.models.drafts import ProgramDraft
from programs.models.engagements import Engagement
from programs.models.enrollments import Enrollment
from programs.models.field_logs import FieldEntry
from programs.models.flags import Contact, Flag
from programs.models.items import Item
from programs.models.live_slots import AttendanceRecord, LiveSlot
from programs.models.modules import Module
from programs.models.practice_concerns import PracticeConcern
from programs.models.practice_logs import PracticeLog
from programs.models.practice_tracks import PracticeTrackChoice
from programs.models.programs import Program
from programs.models.progress import ItemState, ProgressEvent
from programs.models.qualifications import Qualification
from programs.models.reflections import Reflection
from programs.models.rosters import Roster
from programs.models.rubrics import Observation
from programs.models.scenarios import ScenarioStep
from programs.models.schedule_changes import ScheduleChange
from programs.models.schedules import Extension, ScheduleRow
from programs.models.self_ratings import SelfRating
from programs.models.shares import Share
from programs.models.snapshots import CohortSnapshot
from programs.models.threads import ThreadPost
from programs.models.version_changes import ItemSuccession, VersionChange
from programs.models.versions import ProgramVersion

__all__ = [
    "Attempt",
    "AttendanceRecord",
    "BadgeKey",
    "Certificate",
    "BlackoutDate",
    "BuddyMessage",
    "BuddyPair",
    "BuddyReport",
    "BuddyWish",
    "Cohort",
    "CohortGroup",
    "CohortSnapshot",
    "CohortStaff",
    "Commitment",
    "Contact",
    "CreditClaim",
    "CreditEvaluation",
    "CreditIdentity",
    "CreditOffer",
    "CreditRuleChange",
    "Engagement",
    "Enrollment",
    "ExportState",
    "Extension",
    "FieldEntry",
    "Flag",
    "Item",
    "ItemState",
    "ItemSuccession",
    "LiveSlot",
    "Module",
    "Observation",
    "PracticeConcern",
    "PracticeLog",
    "PracticeTrackChoice",
    "Program",
    "ProgramDraft",
    "ProgramVersion",
    "ProgressEvent",
    "Qualification",
    "Reflection",
    "Roster",
    "ScenarioStep",
    "ScheduleChange",
    "ScheduleRow",
    "SelfRating",
    "Share",
    "ThreadPost",
    "VersionChange",
]
