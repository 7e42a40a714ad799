"""What trading costs and how orders fill. Gives: by name, what prepares a Cerebro, to houses."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any

import backtrader as bt

COMMISSION = bt.CommInfoBase
FILLERS = bt.broker.fillers


class TicketFee(COMMISSION):
    """Five an order, whatever its size."""

    params = (("stocklike", True), ("commtype", COMMISSION.COMM_FIXED))

    def _getcommission(self, size, price, pseudoexec):
        return 5.0 if size else 0.0


def charge(**scheme: Any) -> Callable[[bt.Cerebro], None]:
    return lambda cerebro: cerebro.broker.setcommission(**scheme)


def charge_by_order(cerebro: bt.Cerebro) -> None:
    cerebro.broker.addcommissioninfo(TicketFee())


def charge_without_short_cash(cerebro: bt.Cerebro) -> None:
    cerebro.broker.setcommission(commission=0.001)
    cerebro.broker.set_shortcash(False)


COSTS: dict[str, Callable[[bt.Cerebro], None]] = {
    "none": charge(commission=0.0),
    "0.1 %": charge(commission=0.001),
    "2 %": charge(commission=0.02),
    "by share": charge(commission=0.01, commtype=COMMISSION.COMM_FIXED, stocklike=True),
    "by order": charge_by_order,
    "future": charge(commission=2.0, margin=500.0, mult=10.0),
    "interest": charge(commission=0.0005, interest=0.3),
    "interest on both": charge(commission=0.0, interest=0.1, interest_long=True),
    "leverage": charge(commission=0.001, leverage=4.0),
    "no short cash": charge_without_short_cash,
}
FREE = ("none",) * 6  # drawn more often than each of the others

# A share of the price, or a fixed amount given as a share of the first price; `slip_match=False` may fill nothing.
SLIPPAGES: dict[str, dict[str, Any]] = {
    "none": {},
    "share": {"perc": 0.002},
    "fixed": {"fixed": 0.002},
    "share, not at the open": {"perc": 0.004, "slip_open": False},
    "share, not of limits": {"perc": 0.004, "slip_limit": False},
    "share, beyond the bar": {"perc": 0.01, "slip_out": True},
    "fixed, beyond the bar": {"fixed": 0.01, "slip_out": True},
    "share, within the bar or not at all": {"perc": 0.002, "slip_match": False},
}


def fill_by_volume(order, price, ago):
    """Fill what the bar's volume gives."""
    return min(order.data.volume[ago], abs(order.executed.remsize))


FILLS: dict[str, Callable[..., float] | None] = {
    "whole": None,
    "by volume": fill_by_volume,
    "a few a bar": FILLERS.FixedSize(size=11),
    "a share of the bar": FILLERS.FixedBarPerc(perc=30.0),
    "by the range": FILLERS.BarPointPerc(minmov=1.0, perc=100.0),
}


def slip(cerebro: bt.Cerebro, name: str) -> None:
    """Set the slippage of that name; a fixed one in proportion to the lowest of the first prices."""
    options = dict(SLIPPAGES[name])
    if "fixed" in options:
        prices = (next((row[1] for row in data.p.rows if 0 < row[1] < inf), 1.0) for data in cerebro.datas)
        first = min(prices)
        cerebro.broker.set_slippage_fixed(**{**options, "fixed": options["fixed"] * first})
    elif options:
        cerebro.broker.set_slippage_perc(**options)
