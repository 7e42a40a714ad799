"""One open position in the words of a report. Requires: its numbers. Gives: `PositionView`, to reports."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

SECONDS_PER_HOUR = 3_600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionView:
    """An open position after a bar; money in account currency, NaN where not known.

    Attributes
    ----------
    symbol, side, size
        Instrument, ``"long"`` or ``"short"``, units without a sign.
    entry_price, current_price
        Average of the fills, and the last price.
    value
        Market value, negative for a short.
    unrealized_pnl, realized_pnl
        Of the units held, and of those that have left since the position was opened, commissions taken off.
    leverage
        Market value / the cash that it ties up.
    timestamp, hours_held
        When it was opened, and how long ago that was by the time of the bars.
    strategy_id
        Name of the strategy's class.
    stop, stop_type, target
        The protective levels in force, and what moved the stop last; None without one.
    open_risk
        What the stop loses; without one the notional.
    """

    symbol: str
    side: str
    size: float
    entry_price: float
    current_price: float
    value: float
    unrealized_pnl: float
    realized_pnl: float
    leverage: float
    timestamp: dt.datetime
    hours_held: float
    strategy_id: str
    stop: float | None
    stop_type: str | None
    target: float | None
    open_risk: float

    @property
    def is_long(self) -> bool:
        """Whether it earns when the price rises."""
        return self.side == "long"


def hours_between(opened: dt.datetime, now: dt.datetime) -> float:
    """Return the hours from `opened` to `now`."""
    return (now - opened).total_seconds() / SECONDS_PER_HOUR
