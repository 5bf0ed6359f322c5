from outcomes.models.allocations import Allocation, Lot
from outcomes.models.indicators import IndicatorChoice, IndicatorPoint, IndicatorUpload
from outcomes.models.instruments import Instrument, InstrumentGrant
from outcomes.models.questionnaires import QuestionnaireDraft
from outcomes.models.ratings import PatientRating, RatingLink
from outcomes.models.releases import PreparedRelease, Release, ReleaseRow
from outcomes.models.report_schedules import ReportSchedule
from outcomes.models.responses import Answer, Response, Score
from outcomes.models.waves import Wave, WaveInstrument

__all__ = [
    "Allocation",
    "Answer",
    "IndicatorChoice",
    "IndicatorPoint",
    "IndicatorUpload",
    "Instrument",
    "InstrumentGrant",
    "PreparedRelease",
    "Release",
    "ReleaseRow",
    "Lot",
    "PatientRating",
    "QuestionnaireDraft",
    "RatingLink",
    "ReportSchedule",
    "Response",
    "Score",
    "Wave",
    "WaveInstrument",
]
