"""Why a position is left. Gives: `ExitReason`, to decisions, orders and trade records."""

from __future__ import annotations

from enum import StrEnum


class ExitReason(StrEnum):
    """Why a position is left, the gravest first.

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
