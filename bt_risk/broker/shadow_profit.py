"""What a trade that was not made would have earned. Requires: the broker's terms. Gives: money."""

from __future__ import annotations

from typing import Any

from bt_risk.broker.broker_view import BrokerView
from bt_risk.rules.shadow.trade import ShadowTrade


def profit_of(trade: ShadowTrade, data: Any, view: BrokerView) -> float:
    """Return what a trade has earned after commissions, in account currency at the present rate; 0 without a fill.

    What is still held is counted at its last price, without the costs of an exit.
    """
    if trade.entry is None:
        return 0.0
    side = 1.0 if trade.is_long else -1.0
    profit = -view.commission(data, trade.units, trade.entry.price)
    for part in trade.parts:
        profit += view.pnl(data, side * part.units, trade.entry.price, part.price)
        if not part.is_open:
            profit -= view.commission(data, part.units, part.price)
    return profit
