"""One word for how far the account has fallen. Requires: drawdown. Gives: `RiskLevel`, to reports and emergencies."""

from __future__ import annotations

from enum import IntEnum
from math import isnan

from bt_risk.maths.limits import above

THRESHOLDS = (0.10, 0.15, 0.20)


class RiskLevel(IntEnum):
    """How much danger the account is in, in the order of gravity."""

    LOW = 0
    MEDIUM = 1
    HIGH = 2
    CRITICAL = 3


def risk_level(drawdown: float, thresholds: tuple[float, float, float] = THRESHOLDS) -> RiskLevel | None:
    """Return the level whose threshold `drawdown` is above: MEDIUM above 10 %, HIGH above 15 %, CRITICAL above 20 %.

    A drawdown at a threshold belongs to the level below it. None for an undefined drawdown.
    """
    if isnan(drawdown):
        return None
    return RiskLevel(sum(above(drawdown, threshold) for threshold in thresholds))
