"""Fees, and the trade number that profits are booked under."""

from __future__ import annotations

import backtrader as bt

from tests.edge.market import CALM, calm, do, trade


class TicketFee(bt.CommInfoBase):
    """Ten a ticket, whatever its size."""

    params = (("stocklike", True), ("commtype", bt.CommInfoBase.COMM_FIXED))

    def _getcommission(self, size, price, pseudoexec):
        return 10.0 if size else 0.0


def test_a_fee_a_ticket_is_counted_once_and_not_once_a_unit():
    # 1 000 of risk less two tickets of 10, at 5 a unit: 196 units.
    session = trade(
        calm(4), script={1: do("buy")}, prepare=lambda cerebro: cerebro.broker.addcommissioninfo(TicketFee())
    )
    assert session.fills == [(2, 196, 100)]


def test_a_stopped_trade_closes_under_the_users_trade_number():
    bars = [CALM, CALM, (100, 101, 94, 96), CALM]
    session = trade(bars, script={1: do("buy", tradeid=7)})
    assert session.trades == [(3, -1000)]
