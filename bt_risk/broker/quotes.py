"""The market's price behind a fill of the simulated broker, before its slippage. Gives: quotes, to the trade book."""

from __future__ import annotations

from typing import Any

import backtrader as bt

STOPS = (bt.Order.Stop, bt.Order.StopTrail)
STOP_LIMITS = (bt.Order.StopLimit, bt.Order.StopTrailLimit)


def market_quote(order: Any, fill: Any, broker: Any) -> float:
    """Return the price at which the market stood where an order was filled on its data's last bar.

    The broker tells the price after slippage alone. The market's comes from the bar and the order: the opening for a
    market order, for a limit that the opening had reached and a stop that it had passed; else the order's own price.
    An order filled at a close, or by a broker that is not simulated, tells nothing else than its fill.

    Parameters
    ----------
    order
        As it was notified.
    fill
        One of its executions.
    broker
        The broker that filled it.
    """
    if not isinstance(broker, bt.brokers.BackBroker):
        return float(fill.price)
    kind = order.exectype
    if kind == bt.Order.Market:
        is_at_close = broker.p.coc and order.info.get("coc", True)
        return float(order.created.pclose if is_at_close else _opening(order.data))
    if kind == bt.Order.Limit:
        return _limit_quote(order, order.created.price)
    if kind in STOPS:
        return _stop_quote(order, _asked(order)[0])
    if kind in STOP_LIMITS:
        return _stop_limit_quote(order, *_asked(order))
    return float(fill.price)


def _asked(order: Any) -> tuple[float, float, bool]:
    """Return trigger, limit, and whether the trigger was met on an earlier bar, all as the broker found them.

    A trailing stop that was filled in part has moved on by the time of the notice; what the desk sent remembers.
    """
    asked: tuple[float, float, bool] | None = getattr(order.active, "asked", None)
    return asked or (order.created.price, order.created.pricelimit, False)


def is_shown(data: Any) -> bool:
    """Return whether the broker has seen the last bar: that of a resampled data, cut short at the end, it has not.

    It trades then by the ticks of the bar before.
    """
    names = ("open", "high", "low", "close")
    return all(getattr(data, f"tick_{name}", None) in (None, getattr(data, name)[0]) for name in names)


def _opening(data: Any) -> float:
    opening = getattr(data, "tick_open", None)
    return float(data.open[0] if opening is None else opening)


def _limit_quote(order: Any, limit: float) -> float:
    return (min if order.isbuy() else max)(_opening(order.data), limit)


def _stop_quote(order: Any, trigger: float) -> float:
    return (max if order.isbuy() else min)(_opening(order.data), trigger)


def _stop_limit_quote(order: Any, trigger: float, limit: float, was_triggered: bool) -> float:
    """Return the limit's quote once the opening has met the trigger, else the price that fills inside the bar."""
    data, is_buy = order.data, order.isbuy()
    opening = _opening(data)
    is_met = opening >= trigger if is_buy else opening <= trigger
    is_touched = data.high[0] >= trigger if is_buy else data.low[0] <= trigger
    if was_triggered or is_met or not is_touched:
        return _limit_quote(order, limit)
    return (min if is_buy else max)(trigger, limit)
