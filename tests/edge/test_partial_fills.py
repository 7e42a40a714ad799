"""A broker that fills in parts."""

from __future__ import annotations

import backtrader as bt
import pytest

from tests.edge.market import calm, do, fixed_filler, trade


@pytest.mark.parametrize("leave", ["close", "sell"])
def test_leaving_a_partly_filled_position_calls_off_the_rest_of_its_entry(leave):
    session = trade(calm(8), script={1: do("buy"), 2: do(leave)}, prepare=fixed_filler(120))
    assert session.fills == [(2, 120, 100), (3, -120, 100)]
    assert session.live == []


def test_a_bracket_under_a_filler_returns_three_orders():
    def bracket(strategy):
        orders = strategy.buy_bracket(exectype=bt.Order.Market, stopprice=95, limitprice=110)
        strategy.sent["refs"] = None
        strategy.p.session.notes.extend(order.ref for order in orders)

    session = trade(calm(4), script={1: bracket}, prepare=fixed_filler(120))
    assert len(set(session.notes)) == 3
