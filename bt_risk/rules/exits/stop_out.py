"""Whether a bar ends a position, and at which price. Requires: a bar's prices. Gives: `Touch`."""

from __future__ import annotations

from dataclasses import dataclass

from bt_risk.maths.limits import equals
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
    is_exact: bool = False,
) -> Touch | None:
    """Return what the bar reaches first, None when neither; a price at a level touches it.

    A stop fills at its price, or at the open where the bar opened beyond it; a target likewise, to the trader's
    favour. A bar that reaches both counts as stopped: the order inside a bar is not known, and a broker tries the
    stop first. An unknown price touches nothing. `is_exact` leaves out the tolerance of 1e-9, as brokers do.
    """
    adverse, favourable = (low, high) if is_long else (high, low)
    if stop is not None and _reaches(stop, bar_open, adverse, is_below=is_long, is_exact=is_exact):
        return Touch(stop_reason, gap_fill_price(stop, bar_open, is_long=is_long))
    if target is not None and _reaches(target, bar_open, favourable, is_below=not is_long, is_exact=is_exact):
        # A limit order is a stop of the other side as far as the gap goes.
        return Touch(ExitReason.TARGET, gap_fill_price(target, bar_open, is_long=not is_long))
    return None


def _reaches(level: float, bar_open: float, extreme: float, *, is_below: bool, is_exact: bool) -> bool:
    """Return whether a bar comes down (or up) to a level: where its extreme is not known, by its opening."""
    if is_below and (bar_open <= level or extreme <= level):
        return True
    if not is_below and (bar_open >= level or extreme >= level):
        return True
    return not is_exact and (equals(bar_open, level) or equals(extreme, level))
