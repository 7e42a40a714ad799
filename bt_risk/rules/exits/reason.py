"""Why a position is left. Gives: `ExitReason`, to decisions, orders and trade records."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class ExitReason(StrEnum):
    """Why a position is left, the gravest first: where several hold on one bar, the first names the exit.

    BREAK_EVEN and TRAIL are hits of a stop that was last moved by that rule; LADDER is a part closed at its rung;
    MANUAL is a close that the user forced. HOLD is no exit.
    """

    EMERGENCY = "emergency"
    DRAWDOWN = "drawdown"
    DAILY_LOSS = "daily_loss"
    BREAKER = "breaker"
    HEAT = "heat"
    POSITION_LOSS = "position_loss"
    FILL_BEYOND_STOP = "fill_beyond_stop"
    STOP = "stop"
    BREAK_EVEN = "break_even"
    TRAIL = "trail"
    TARGET = "target"
    LADDER = "ladder"
    TIME = "time"
    END_OF_DAY = "end_of_day"
    MANUAL = "manual"
    SIGNAL = "signal"
    HOLD = "hold"

    @property
    def is_deferrable(self) -> bool:
        """Whether a minimum holding time may put the exit off: a strategy's own signal only, never a risk exit."""
        return self is ExitReason.SIGNAL


_RANK = {reason: rank for rank, reason in enumerate(ExitReason)}


def gravest(reasons: Iterable[ExitReason]) -> ExitReason:
    """Return the reason that names an exit with several of them; HOLD without any."""
    return min(reasons, key=_RANK.__getitem__, default=ExitReason.HOLD)
