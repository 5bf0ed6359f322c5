"""Two years of figures that the first client counts itself, invented like everything here."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from config.demo.clients import Client
from outcomes.engine.indicator_files import HEADERS
from outcomes.services.indicators import choose_indicators, upload_indicators

PERIODS, DAYS = 24, 30


def make_indicators(*, clients: list[Client], rng: Random, now: datetime) -> None:
    """Safety events of the whole and turnover of a unit: ordinary ups and downs, no miracle."""
    client = clients[0]
    organization, unit = client.organization, client.units[0]
    lead = organization.consultants.order_by("pk")[0]
    choose_indicators(
        engagement=client.engagement,
        indicators=["safety_event_rate", "staff_turnover"],
        actor=lead,
        now=now - timedelta(days=70),
    )
    lines = [",".join(HEADERS)]
    for number in range(PERIODS):
        end = now.date() - timedelta(days=DAYS * (PERIODS - number - 1) + 2)
        span = f"{end - timedelta(days=DAYS - 1)},{end}"
        encounters = rng.randint(1240, 1390)
        events = rng.randint(4, 8) if number < 12 else rng.randint(6, 10)
        staff = rng.randint(46, 52)
        lines.append(
            f"safety_event_rate,,{span},{events},{encounters},,,,Incident system; all severities"
        )
        lines.append(
            f"staff_turnover,{unit.name},{span},{rng.randint(0, 3)},{staff},,,,Personnel records"
        )
    check = upload_indicators(
        organization=organization,
        file="\n".join(lines).encode(),
        actor=lead,
        dry_run=False,
        now=now,
        file_name="figures.csv",
    )
    if check.upload is None:
        raise RuntimeError(f"the invented figures are refused: {check.reading.errors}")
