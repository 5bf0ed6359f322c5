"""100,000 sent responses in the database: one cohort's analysis, beside one SQL statement.

The cost has to follow the cohort: an ordinary cohort is timed in the same run.
"""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench import people
from bench.pairs import measure_pair
from bench.report import Row, pair_rows
from outcomes.models import Instrument, Response, Wave
from outcomes.reports.cohort_outcomes import cohort_outcomes
from outcomes.services.instruments import import_instrument
from programs.models import Cohort

NAME = "outcomes.cohort"
RESPONSES = 100_000
SECONDS = 2.0
KEYS = ["ceas-others", "scs-sf", "cbi-work-patients", "single-item-burnout"]

# As many pulses for everybody as fill the table, around one baseline and one end.
WAVES = """
INSERT INTO outcomes_wave (public_id, created_at, updated_at, cohort_id, label, number, state,
  opens_at, closes_at, opened_at, closed_at)
SELECT gen_random_uuid(), now(), now(), c.id,
  CASE n WHEN 1 THEN 'baseline' WHEN 2 THEN 'end' ELSE 'pulse' END, n, 'closed',
  now() - interval '40 days' + n * interval '2 hours',
  now() - interval '39 days' + n * interval '2 hours', now() - interval '40 days',
  now() - interval '39 days'
FROM (SELECT DISTINCT cohort_id AS id FROM programs_enrollment) c, generate_series(1, %(waves)s) n;
INSERT INTO outcomes_waveinstrument (wave_id, instrument_id, position)
SELECT w.id, i.id, i.id FROM outcomes_wave w, outcomes_instrument i WHERE i.key = ANY(%(keys)s)
"""
RESPONSE_ROWS = """
INSERT INTO outcomes_response (public_id, created_at, updated_at, wave_id, enrollment_id,
  respondent_id, started_at, submitted_at)
SELECT gen_random_uuid(), now(), now(), w.id, e.id, e.clinician_id, w.opens_at, w.closes_at
FROM outcomes_wave w JOIN programs_enrollment e ON e.cohort_id = w.cohort_id
ORDER BY hashint8(w.id * 100003 + e.id)
"""
SCORES = """
INSERT INTO outcomes_score (response_id, instrument_id, subscale, value, n_answered, n_items)
SELECT r.id, s.instrument, s.subscale,
  round((s.low + (s.high - s.low) * (0.3 + 0.2 * (e.id %% 7) / 7.0
    + 0.05 * (w.label = 'end')::int + 0.3 * (abs(hashint8(r.id * 31 + s.place)) %% 1000) / 1000.0)
  )::numeric, 2), 4, 4
FROM outcomes_response r JOIN outcomes_wave w ON w.id = r.wave_id
  JOIN programs_enrollment e ON e.id = r.enrollment_id,
  unnest(%(instruments)s::bigint[], %(subscales)s::text[], %(lows)s::float8[], %(highs)s::float8[])
    WITH ORDINALITY s(instrument, subscale, low, high, place)
"""
# The same people and scales: paired means, spreads, correlation.
FLOOR = """
SELECT a.instrument_id, a.subscale, count(*), avg(a.value), avg(b.value), stddev_samp(a.value),
  stddev_samp(b.value), stddev_samp(b.value - a.value), corr(a.value, b.value)
FROM outcomes_response x JOIN outcomes_score a ON a.response_id = x.id
  JOIN outcomes_response y ON y.wave_id = %s AND y.enrollment_id = x.enrollment_id
  JOIN outcomes_score b ON b.response_id = y.id AND b.instrument_id = a.instrument_id
    AND b.subscale = a.subscale
WHERE x.wave_id = %s AND x.withdrawn_at IS NULL AND y.withdrawn_at IS NULL GROUP BY 1, 2
"""


def _fill() -> None:
    for key in KEYS:
        import_instrument(path=max(Path("instruments", key).glob("*.yaml")))
    used = list(Instrument.objects.filter(key__in=KEYS))
    scales = [(one.pk, s.key, s.low, s.high) for one in used for s in one.parsed.subscales]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM programs_enrollment")
        waves = max(2, -(-RESPONSES // cursor.fetchone()[0]))
        cursor.execute(WAVES, {"waves": waves, "keys": KEYS})
        cursor.execute(RESPONSE_ROWS)
        columns = [list(column) for column in zip(*scales, strict=True)]
        names = ("instruments", "subscales", "lows", "highs")
        cursor.execute(SCORES, dict(zip(names, columns, strict=True)))
        for table in ("wave", "response", "score"):
            cursor.execute(f"ANALYZE outcomes_{table}")


def _rounds(cohort: Cohort) -> tuple[Wave, Wave]:
    waves = Wave.objects.filter(cohort=cohort).select_related("cohort__engagement")
    return waves.get(label="baseline"), waves.get(label="end")


def run(size: str) -> list[Row]:
    _fill()
    now = timezone.now()
    large = people.large_cohort()
    small = Cohort.objects.exclude(pk=large.pk).filter(waves__label="end").order_by("pk")[3]
    baseline, later = _rounds(large)
    ordinary = _rounds(small)

    def ours() -> object:
        return cohort_outcomes(baseline=baseline, later=later, now=now)

    def floor() -> list:
        with connection.cursor() as cursor:
            cursor.execute(FLOOR, [later.pk, baseline.pk])
            return cursor.fetchall()

    with CaptureQueriesContext(connection) as of_large:
        found = ours()
    with CaptureQueriesContext(connection) as of_small:
        cohort_outcomes(baseline=ordinary[0], later=ordinary[1], now=now)
    seconds = _median_seconds(ours)
    total = Response.objects.count()
    alike = len(of_large) == len(of_small)
    rows = [
        Row(NAME, "responses", f"{total:,}", f"≥ {RESPONSES:,}", total >= RESPONSES),
        Row(NAME, "people in both rounds", str(found.answered_both)),  # type: ignore[attr-defined]
        Row(NAME, "queries", f"{len(of_large)} and {len(of_small)}", "the same", alike),
        Row(NAME, "large cohort", f"{seconds:.2f} s", f"≤ {SECONDS:g} s", seconds <= SECONDS),
        Row(
            NAME,
            "ordinary cohort",
            f"{_median_seconds(lambda: cohort_outcomes(baseline=ordinary[0], later=ordinary[1], now=now)):.2f} s",
        ),
    ]
    return rows + pair_rows(NAME, measure_pair(ours, floor), cpu_target=None, wall_target=None)


def _median_seconds(call) -> float:  # type: ignore[no-untyped-def]
    taken = []
    for _round in range(5):
        started = time.perf_counter()
        call()
        taken.append(time.perf_counter() - started)
    return median(taken)
