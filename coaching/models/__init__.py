from coaching.models.availability import (
    AvailabilityOverride,
    AvailabilityRule,
    AvailabilitySchedule,
)
from coaching.models.booking_policies import BookingPolicy
from coaching.models.bookings import Booking, BookingEvent
from coaching.models.calendar_sources import CalendarSource
from coaching.models.coach_profiles import CoachProfile
from coaching.models.conflicts import Conflict
from coaching.models.external_busy import ExternalBusy
from coaching.models.feeds import CalendarFeed
from coaching.models.holds import Hold
from coaching.models.holiday_proposals import HolidayProposal
from coaching.models.idempotency import IdempotencyKey
from coaching.models.leaves import Leave
from coaching.models.ledger import HoursBalance, HoursEntry
from coaching.models.rematches import CoachAssignment, RematchRequest
from coaching.models.reminder_rules import ReminderRule
from coaching.models.rota_shifts import RotaShift
from coaching.models.session_types import SessionType
from coaching.models.sessions import CoachingSession
from coaching.models.time_claims import TimeClaim
from coaching.models.time_requests import TimeRequest
from coaching.models.travel_zones import TravelZone
from coaching.models.waitlist import WaitlistEntry

__all__ = [
    "CoachAssignment",
    "CoachProfile",
    "Conflict",
    "RematchRequest",
    "WaitlistEntry",
    "AvailabilityOverride",
    "AvailabilityRule",
    "AvailabilitySchedule",
    "Booking",
    "BookingEvent",
    "BookingPolicy",
    "CalendarFeed",
    "CalendarSource",
    "CoachingSession",
    "ExternalBusy",
    "Hold",
    "HolidayProposal",
    "HoursBalance",
    "HoursEntry",
    "IdempotencyKey",
    "Leave",
    "ReminderRule",
    "RotaShift",
    "SessionType",
    "TimeClaim",
    "TimeRequest",
    "TravelZone",
]
