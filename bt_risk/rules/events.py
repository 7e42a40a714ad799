"""What happened that nobody asked for: tier changes, emergencies, refused fills. Gives: `RiskEvent`, to listeners."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from bt_risk.rules.notice import Action


class EventKind(StrEnum):
    """What an event is about; each is the text that it is written as, so that ``event.kind == "tier"`` holds."""

    # heat
    TIER = "tier"  # the heat entered another tier
    EMERGENCY = "emergency"  # positions are cut for their heat, or by an operator's protocol

    # halts of the account, when they begin and when they end
    DAILY_LOSS = "daily_loss"
    PORTFOLIO_DRAWDOWN = "portfolio_drawdown"  # a rung of the drawdown ladder
    STRATEGY_DRAWDOWN = "strategy_drawdown"
    BREAKER = "breaker"  # open, half open, closed
    EMERGENCY_STOP = "emergency_stop"  # everything is closed until a reset
    VOLATILITY_SPIKE = "volatility_spike"
    CORRELATION_SPIKE = "correlation_spike"
    PRICE_SPIKE = "price_spike"  # told, halts nothing
    ALERT = "alert"  # a number nears its limit
    EQUITY_UNKNOWN = "equity_unknown"  # the account's value is not a number, entries wait
    EQUITY_KNOWN = "equity_known"  # it is one again

    # a single position
    POSITION_LOSS = "position_loss"  # closed for its loss / equity
    EXCESSIVE_LOSS = "excessive_loss"  # closed for its loss / cost
    POSITION_TIMEOUT = "position_timeout"
    TIME = "time"  # the maximum holding time
    END_OF_DAY = "end_of_day"
    STOP_HIT = "stop_hit"
    SCALE_OUT = "scale_out"  # a part has left at a rung of the profile's ladder
    EXIT_DEFERRED = "exit_deferred"  # a signal waits for the minimum holding time
    ADOPTED = "adopted"  # a position that came past the desk
    AT_MARKET = "at_market"  # an exit at the close, which this broker cannot hold, is sent at market
    STOP_FOR_ALL = "stop_for_all"  # a stop that the strategy sent for a part stands for the whole position
    OWN_STOP_ENDED = "own_stop_ended"  # the strategy's stop has expired, the position keeps its level

    # orders
    MARGIN = "margin"  # the broker refused an entry at its opening
    ENTRY_WITHDRAWN = "entry_withdrawn"
    REVERSAL_DROPPED = "reversal_dropped"
    CANCEL_REFUSED = "cancel_refused"  # the exit is the desk's own

    # prices
    DATA_QUALITY = "data_quality"  # a bar that cannot be used
    STALE = "stale"  # an instrument has no price any more while others trade on
    RESUMED = "resumed"  # it has one again

    # an operator, and the sizing
    LIMITS_CHANGED = "limits_changed"
    RESET = "reset"
    NO_EDGE = "no_edge"  # Kelly trades its floor

    # the record
    JOURNAL = "journal"  # the file of the decisions cannot be written any more


@dataclass(frozen=True, slots=True)
class RiskEvent:
    """One thing the desk noticed or did on its own.

    `kind` is one of `EventKind`, as a text; `level` is ``"info"``, ``"warning"`` or ``"critical"``; `data` names the
    instrument, None for the account. `action` is what the desk does about it, one of `Action`: ``"deny_entries"``,
    ``"close_position"``, ``"reduce_positions"``, ``"emergency_stop"``, or ``"none"``.
    """

    datetime: dt.datetime
    kind: str
    level: str
    data: str | None
    text: str
    action: str = Action.NONE

    def to_dict(self) -> dict[str, Any]:
        """Return the event as plain values; the time as ISO text."""
        words = {"kind": str(self.kind), "action": str(self.action)}
        return {**asdict(self), "datetime": self.datetime.isoformat(), **words}
