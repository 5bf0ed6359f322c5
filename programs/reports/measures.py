"""The measures of a cohort's report, each with what it divides and its definition."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _

from programs.reports.table_columns import STATE_LABELS

if TYPE_CHECKING:
    from programs.reports.cohort_progress import CohortProgress
    from programs.reports.cohort_series import CohortSeries


class Measure(NamedTuple):
    """`part` ÷ `whole` where it is a rate; both None where the value is a count or a middle."""

    key: str
    label: str
    value: float | None
    part: float | None
    whole: float | None
    meaning: str


def measures(progress: CohortProgress, series: CohortSeries) -> list[Measure]:
    """In the order of the handbook; "to date" before the cohort's end."""
    return [*_counts(progress), *_rates(progress), *_attendance(progress), *_practice(series)]


def _counts(progress: CohortProgress) -> list[Measure]:
    found = [
        _count("enrolled", _("Enrolled"), progress.enrolled, _(
            "Accepted by then, without void and transferred-out ones."
        )),
        _count("invited", _("Invited"), progress.invited, _("Asked, and not accepted by then.")),
        _count("started", _("Started"), progress.started, _(
            "At least one step, answer, conversation, minute of practice or session attended."
        )),
        _count("current", _("Current"), progress.current, _("Enrolled, not withdrawn.")),
    ]  # fmt: skip
    meanings = {
        "completed": _("A completion by then."),
        "withdrawn": _("Withdrawn, and not completed before."),
        "no_show": _("Nothing done, seven days or more after their start."),
        "lapsed": _("Something overdue, and nothing done for as long as the cohort's lapse."),
        "behind": _("Something overdue."),
        "on_pace": _("None of the other states: what is due is done."),
    }
    return found + [
        _count(state, str(STATE_LABELS[state]), count, meanings[state])
        for state, count in progress.states.items()
    ]


def _rates(progress: CohortProgress) -> list[Measure]:
    to_date = _(" to date") if progress.is_to_date else ""
    completed = progress.states["completed"]
    return [
        _rate("on_pace_rate", _("On-pace rate"), progress.on_pace_rate, progress.on_pace,
              progress.current, _("On pace and completed ÷ current. By steps, never by shares.")),
        _rate("completion_rate", _("Completion rate") + to_date, progress.completion_rate, completed,
              progress.enrolled, _("Completed ÷ enrolled.")),
        _rate("completion_rate_of_started", _("Completion rate of those started") + to_date,
              progress.completion_rate_of_started, completed, progress.started,
              _("Completed ÷ started.")),
        _rate("on_time_rate", _("Completion on time") + to_date, progress.on_time_rate,
              progress.on_time, progress.enrolled,
              _("Completed by the own last due date, extensions included ÷ enrolled.")),
        _rate("dropout_rate", _("Dropout to date"), progress.dropout_rate, progress.dropped_out,
              progress.enrolled, _("Withdrawn, lapsed and not started ÷ enrolled.")),
        _middle("mean_progress", _("Progress"), progress.mean_progress,
                _("Mean of the current ones: required done ÷ required.")),
        _middle("mean_minutes_progress", _("Progress by minutes"), progress.mean_minutes_progress,
                _("The same, each step weighted by its planned minutes.")),
        _middle("mean_expected", _("Expected progress"), progress.mean_expected,
                _("Mean of the current ones: required steps due ÷ required.")),
        _middle("median_days_behind", _("Days behind"), progress.median_days_behind,
                _("Median of the current ones, days since the earliest undone due date.")),
    ]  # fmt: skip


def _attendance(progress: CohortProgress) -> list[Measure]:
    marks = progress.attendance
    return [
        _rate("attendance_rate", _("Attendance"), marks.rate, marks.present, marks.marked, _(
            "Present ÷ sessions held for the own group while enrolled, without canceled and unmarked."
        )),
        _rate("commitment", _("Commitment"), marks.commitment, marks.present + marks.excused,
              marks.marked, _("Present and excused ÷ the same.")),
        _count("unmarked", _("Unmarked"), marks.unmarked, _("Places at sessions nobody marked.")),
        _rate("assessment_pair_rate", _("Assessed before and after"), progress.pair_rate,
              progress.pairs, progress.enrolled, _("Both assessments ÷ enrolled.")),
    ]  # fmt: skip


def _practice(series: CohortSeries) -> list[Measure]:
    found = series.adherence
    whole = found.assigned
    told = found.capped - found.capped_timer
    return [
        _rate("adherence", _("Practice adherence"), found.rate, found.capped, whole, _(
            "Minutes logged ÷ assigned over the weeks that are over, each learner's week capped."
        )),
        _rate("adherence_timer", _("Of it by the timer"), found.timer_rate, found.capped_timer,
              whole, _("Counted by the timer ÷ assigned.")),
        _rate("adherence_told", _("Of it told afterwards"), found.told_rate, told, whole,
              _("Entered by hand ÷ assigned.")),
        _middle("adherence_median", _("Median adherence"), found.median, _("Of the learners.")),
        _middle("adherence_q1", _("Lower quartile of adherence"), found.lower_quartile,
                _("Of the learners.")),
        _middle("adherence_q3", _("Upper quartile of adherence"), found.upper_quartile,
                _("Of the learners.")),
    ]  # fmt: skip


def _count(key: str, label: str, value: int, meaning: str) -> Measure:
    return Measure(key, label, value, None, None, meaning)


def _rate(
    key: str,
    label: str,
    value: float | None,
    part: float | None,
    whole: float | None,
    meaning: str,
) -> Measure:
    return Measure(key, label, value, part, whole, meaning)


def _middle(key: str, label: str, value: float | None, meaning: str) -> Measure:
    return Measure(key, label, value, None, None, meaning)
