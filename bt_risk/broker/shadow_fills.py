"""What the broker of a run would have made of trades that it was not sent. Gives: `fills_of`, `profit_of`."""

from __future__ import annotations

from typing import Any

import backtrader as bt

from bt_risk.broker.broker_view import BrokerView
from bt_risk.rules.shadow.fills import Fills
from bt_risk.rules.shadow.trade import ShadowTrade


def fills_of(broker: Any) -> Fills:
    """Return how a broker prices its fills: the simulated one's settings, no slippage for any other."""
    if not isinstance(broker, bt.brokers.BackBroker):
        return Fills(is_by_volume=True)
    settings = broker.p
    return Fills(
        slippage=settings.slip_perc,
        slippage_amount=settings.slip_fixed,
        slips_at_open=settings.slip_open,
        is_capped=settings.slip_match,
        caps_limits=settings.slip_limit,
        leaves_bar=settings.slip_out,
        is_at_close=settings.coc,
        is_by_volume=settings.filler is not None,
    )


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
