"""What a decision keeps of how its order trades: its type, its end, the bars that were over, what was held."""

from __future__ import annotations

import datetime as dt

import backtrader as bt
import pytest

from tests.edge.market import CALM, LIMIT, STOP, TRAIL, calm, do, trade


def kept(session):
    return [(each.bar, each.held) for each in session.decisions]


def test_the_bars_that_were_over_and_the_position_are_kept():
    session = trade(calm(6), script={2: do("buy", size=50), 4: do("close", size=20), 5: do("close")})
    assert kept(session) == [(2, 0), (4, 50), (5, 30)]
    assert kept(trade(calm(5), script={2: do("sell", size=50), 4: do("close")})) == [(2, 0), (4, -50)]


def test_at_an_opening_its_own_bar_is_not_over():
    session = trade(calm(5), script={2: do("buy", size=50)}, in_open=True, cheat_on_open=True)
    assert kept(session) == [(1, 0)]


def test_each_instrument_counts_its_own_bars():
    late = {3: CALM, 4: CALM, 5: CALM}
    session = trade(calm(5), late, script={4: do("buy", data=1), 5: do("buy", data=0)})
    assert [each.bar for each in session.decisions] == [2, 5]


@pytest.mark.parametrize(
    ("exectype", "options", "kind"),
    [
        (None, {}, "market"),
        (bt.Order.Market, {}, "market"),
        (bt.Order.Close, {}, "close"),
        (LIMIT, {"price": 99}, "limit"),
        (STOP, {"price": 101}, "stop"),
        (bt.Order.StopLimit, {"price": 101, "plimit": 102}, "stop_limit"),
        (TRAIL, {"trailamount": 1}, "stop_trail"),
    ],
)
def test_the_type_of_an_order_is_kept(exectype, options, kind):
    (decision,) = trade(calm(2), script={2: do("buy", exectype=exectype, **options)}).decisions
    assert (decision.request.exectype, decision.request.until) == (kind, None)


def test_the_end_of_an_order_is_kept_as_a_time():
    order = do("buy", exectype=LIMIT, price=99, valid=dt.timedelta(days=3))
    session = trade(calm(3), script={2: order})
    until = bt.num2date(session.decisions[0].request.until)
    assert until == session.decisions[0].datetime + dt.timedelta(days=3)
    # A market order has none: it trades on the next bar or never.
    session = trade(calm(3), script={2: do("buy", valid=dt.timedelta(days=3))})
    assert session.decisions[0].request.until is None
