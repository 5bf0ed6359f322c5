"""Paired timings: ours and its floor in turn, in one run, so that a slow machine slows both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

ROUNDS = 7  # each round is A B B A
SECONDS_A_SIDE = 0.8


@dataclass(frozen=True)
class Side:
    """Medians over all rounds, per call."""

    wall_ms: float
    cpu_ms: float
    calls: int


@dataclass(frozen=True)
class Pair:
    ours: Side
    floor: Side
    wall_ratio: tuple[float, float, float]  # lowest, median, highest of the rounds' ratios
    cpu_ratio: tuple[float, float, float]


def _repeat(call: Callable[[], object], seconds: float) -> tuple[float, float, int]:
    calls, wall, cpu = 0, time.perf_counter(), time.process_time()
    while time.perf_counter() - wall < seconds:
        call()
        calls += 1
    return time.perf_counter() - wall, time.process_time() - cpu, calls


def measure_pair(
    ours: Callable[[], object],
    floor: Callable[[], object],
    *,
    rounds: int = ROUNDS,
    seconds: float = SECONDS_A_SIDE,
) -> Pair:
    """Warm both, then alternate A B B A for `rounds`; each side runs `seconds` a round in all."""
    for _ in range(3):
        ours()
        floor()
    samples: dict[str, list[tuple[float, float]]] = {"ours": [], "floor": []}
    calls = {"ours": 0, "floor": 0}
    for _ in range(rounds):
        spent = {"ours": [0.0, 0.0, 0], "floor": [0.0, 0.0, 0]}
        for side, call in [("ours", ours), ("floor", floor), ("floor", floor), ("ours", ours)]:
            for i, value in enumerate(_repeat(call, seconds / 2)):
                spent[side][i] += value
        for side, (wall, cpu, count) in spent.items():
            samples[side].append((wall / count * 1000, cpu / count * 1000))
            calls[side] += int(count)
    return Pair(
        ours=_side(samples["ours"], calls["ours"]),
        floor=_side(samples["floor"], calls["floor"]),
        wall_ratio=_ratios(samples, 0),
        cpu_ratio=_ratios(samples, 1),
    )


def _side(samples: list[tuple[float, float]], calls: int) -> Side:
    return Side(
        wall_ms=statistics.median(wall for wall, _ in samples),
        cpu_ms=statistics.median(cpu for _, cpu in samples),
        calls=calls,
    )


def _ratios(
    samples: dict[str, list[tuple[float, float]]], index: int
) -> tuple[float, float, float]:
    ratios = [
        ours[index] / max(floor[index], 1e-6)
        for ours, floor in zip(samples["ours"], samples["floor"], strict=True)
    ]
    return min(ratios), statistics.median(ratios), max(ratios)
