from coaching.models.availability import (
    AvailabilityOverride,
    AvailabilityRule,
    AvailabilitySchedule,
)
from coaching.models.booking_policies import BookingPolicy
from coaching.models.bookings import Booking, BookingEvent
from coaching.models.holds import Hold
from coaching.models.idempotency import IdempotencyKey
from coaching.models.ledger import HoursBalance, HoursEntry
from coaching.models.session_types import SessionType
from coaching.models.sessions import CoachingSession
from coaching.models.time_claims import TimeClaim
from coaching.models.time_requests import TimeRequest

__all__ = [
    "AvailabilityOverride",
    "AvailabilityRule",
    "AvailabilitySchedule",
    "Booking",
    "BookingEvent",
    "BookingPolicy",
    "CoachingSession",
    "Hold",
    "HoursBalance",
    "HoursEntry",
    "IdempotencyKey",
    "SessionType",
    "TimeClaim",
    "TimeRequest",
]
