"""Records of trades whose fills are told of late, or are of bars that the broker never saw. Stops are 5 % away."""

from __future__ import annotations

import backtrader as bt
import pytest

from tests.edge.market import CALM, LIMIT, ROUND, calm, do, each, trade


@pytest.mark.parametrize("quicknotify", [False, True])
def test_positions_that_leave_together_had_their_stops_whenever_that_is_told(quicknotify):
    # Under quicknotify the first notice of a bar brings the desk up to date: the second is of what is over.
    script = {
        2: each(do("buy", data=0), do("buy", data=1)),
        3: each(do("close", data=0), do("close", data=1)),
    }
    session = trade(calm(6), calm(6), script=script, quicknotify=quicknotify)
    exits = [exit_ for record in session.desk.trades for exit_ in record.exits]
    assert [(one.reason, one.stop, one.bar) for one in exits] == [("signal", 95, 4)] * 2


@pytest.mark.parametrize("quicknotify", [False, True])
def test_an_add_of_the_bar_has_not_moved_the_stop_that_was_in_force_on_it(quicknotify):
    # 200 at 100 with the stop at 95; bar 5 brings 198 more at 101 with a stop at 95.95, then the target of the first.
    bars = [*calm(3), (103, 105, 102, 104), (103, 111, 100, 104), (104, 105, 103, 104), CALM]
    add = do("buy", exectype=LIMIT, price=101, name="add")
    session = trade(
        bars,
        script={2: do("buy"), 3: each(add, do("sell", exectype=LIMIT, price=110)), 5: do("close")},
        profile=ROUND.replace(max_adds=1),
        quicknotify=quicknotify,
    )
    (record,) = session.desk.trades
    assert [(one.units, one.reason, one.stop) for one in record.exits] == [
        (200, "target", 95),
        (198, "signal", pytest.approx(95.95)),
    ]


def test_a_cut_week_that_the_broker_never_saw_is_no_part_of_a_trade_that_left_at_the_one_before():
    def weekly(cerebro):
        cerebro.resampledata(cerebro.datas[0], timeframe=bt.TimeFrame.Weeks, name="weekly")

    # 29 days from a Monday on: day 29 alone is the last week, and is sold at the opening of the week before it.
    days = {**dict.fromkeys(range(1, 29), CALM), 29: (90, 91, 89, 90)}
    session = trade(days, script={8: do("buy", data=1), 29: do("close", data=1)}, prepare=weekly)
    (record,) = session.desk.trades
    assert (record.exit, record.exits[0].quote) == (100, 100)
    assert (record.mae, record.mfe) == (pytest.approx(0.2), pytest.approx(0.2))
