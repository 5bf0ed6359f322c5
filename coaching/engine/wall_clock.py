"""Wall time and instants, as the engines here use them; made in core, for other apps need them too."""

from __future__ import annotations

from core.wall_clock import (
    DayRow,
    day_table,
    from_epoch,
    local_date,
    resolve_point,
    resolve_wall,
    to_epoch,
)

__all__ = [
    "DayRow",
    "day_table",
    "from_epoch",
    "local_date",
    "resolve_point",
    "resolve_wall",
    "to_epoch",
]
