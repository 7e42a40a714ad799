"""Whether a bar ends a position, and at which price. Requires: a bar's prices. Gives: `Touch`."""

from __future__ import annotations

from dataclasses import dataclass

from bt_risk.maths.limits import at_least, at_most
from bt_risk.maths.stops import gap_fill_price
from bt_risk.rules.exits.reason import ExitReason


@dataclass(frozen=True, slots=True)
class Touch:
    """A stop or a target that a bar reached, and the price it fills at, before slippage."""

    reason: ExitReason
    price: float


def stop_out(
    bar_open: float,
    high: float,
    low: float,
    *,
    stop: float | None,
    target: float | None,
    is_long: bool,
    stop_reason: ExitReason = ExitReason.STOP,
) -> Touch | None:
    """Return what the bar reaches first, None when neither; a price at a level touches it.

    A stop fills at its price, or at the open where the bar opened beyond it; a target likewise, to the trader's
    favour. A bar that reaches both counts as stopped: the order inside a bar is not known, and a broker tries the
    stop first. An unknown price touches nothing.
    """
    adverse, favourable = (low, high) if is_long else (high, low)
    if stop is not None and (at_most(adverse, stop) if is_long else at_least(adverse, stop)):
        return Touch(stop_reason, gap_fill_price(stop, bar_open, is_long=is_long))
    if target is not None and (at_least(favourable, target) if is_long else at_most(favourable, target)):
        # A limit order is a stop of the other side as far as the gap goes.
        return Touch(ExitReason.TARGET, gap_fill_price(target, bar_open, is_long=not is_long))
    return None
