"""An order against a position is an exit: it gets the position's size and never opens anything."""

import backtrader as bt
import pytest

from bt_risk.sizers import RiskPerTradeSizer, SmallestOfSizer
from tests.backtrader.play import each, send
from tests.sizers.runs import BUY, QUICK, SELL, calm, reasons, run, sizes

SIZER = (RiskPerTradeSizer, QUICK)
CLOSE = send("exit", "close")


@pytest.mark.parametrize(("enter", "leave", "size"), [(BUY, SELL, 200), (SELL, BUY, -200)])
def test_the_opposite_order_closes_the_position(enter, leave, size):
    assert sizes(run(calm(6), sizer=SIZER, script={3: enter, 4: leave})) == [size, -size]


def test_an_exit_has_the_size_of_the_position_whatever_a_trade_would_risk_now():
    bars = [*calm(3), *[(100, 110, 90, 100)] * 4]
    assert sizes(run(bars, sizer=SIZER, script={3: BUY, 6: SELL})) == [200, -200]


def test_an_exit_is_never_refused():
    explicit = send("entry", "buy", size=7)
    played = run(calm(4), sizer=SIZER, script={1: explicit, 2: SELL})
    assert (sizes(played), reasons(played)) == ([7, -7], [])


def test_two_opposite_orders_of_one_bar_close_and_reverse():
    assert sizes(run(calm(6), sizer=SIZER, script={3: BUY, 4: each(SELL, SELL)})) == [200, -200, -200]


def test_an_order_after_a_close_in_the_same_bar_is_an_entry():
    # The ATR has come to 5.98, so that the new position is a third of the old one.
    bars = [*calm(3), *[(100, 103, 97, 100)] * 9]
    assert sizes(run(bars, sizer=SIZER, script={3: BUY, 11: each(CLOSE, SELL)})) == [200, -200, -66]


def test_a_stop_that_rests_against_the_position_is_not_a_close():
    rests = send("stop", "sell", size=200, exectype=bt.Order.Stop, price=90)
    assert sizes(run(calm(7), sizer=SIZER, script={3: BUY, 4: rests, 5: SELL})) == [200, -200]


def test_a_sizer_that_asks_others_closes_the_same_way():
    sizer = (SmallestOfSizer, {"sizers": [(RiskPerTradeSizer, QUICK), (bt.sizers.FixedSize, {"stake": 5})]})
    assert sizes(run(calm(6), sizer=sizer, script={3: BUY, 4: SELL})) == [5, -5]
