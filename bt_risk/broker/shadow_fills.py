"""How a broker prices what it fills. Requires: its settings. Gives: `Fills`, to trades that were not made."""

from __future__ import annotations

from typing import Any

import backtrader as bt

from bt_risk.rules.shadow.fills import Fills


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
