"""Order of events inside a bar."""

from __future__ import annotations

import backtrader as bt
import pytest

from tests.backtrader.play import broker_cerebro, cancel, each, play, send

FLAT = [(100, 101, 99, 100)] * 4


class Diary(bt.Strategy):
    """Write down every callback in the order they come."""

    def __init__(self):
        self.diary = []

    def next(self):
        self.diary.append((len(self), "next"))
        if len(self) == 1:
            self.buy(size=1)

    def notify_order(self, order):
        self.diary.append((len(self), f"order {order.getstatusname()}"))

    def notify_trade(self, trade):
        self.diary.append((len(self), "trade"))

    def notify_cashvalue(self, cash, value):
        self.diary.append((len(self), "cash"))


class DiaryAnalyzer(bt.Analyzer):
    def notify_order(self, order):
        self.strategy.diary.append((len(self.strategy), f"analyzer order {order.getstatusname()}"))

    def notify_trade(self, trade):
        self.strategy.diary.append((len(self.strategy), "analyzer trade"))

    def next(self):
        self.strategy.diary.append((len(self.strategy), "analyzer next"))


def test_a_bar_runs_orders_then_trades_then_cash_then_next_then_analyzers():
    cerebro = broker_cerebro(FLAT)
    cerebro.addanalyzer(DiaryAnalyzer)
    cerebro.addstrategy(Diary)
    (strategy,) = cerebro.run()
    assert [event for bar, event in strategy.diary if bar == 2] == [
        "order Submitted",
        "analyzer order Submitted",
        "order Accepted",
        "analyzer order Accepted",
        "order Completed",
        "analyzer order Completed",
        "trade",
        "analyzer trade",
        "cash",
        "next",
        "analyzer next",
    ]


def test_an_order_of_next_fills_at_the_open_of_the_following_bar():
    played = play([(100, 101, 99, 100), (102, 103, 101, 102)], script={1: send("entry", "buy", size=1)})
    assert played.fills == [(2, 1, 102)]


def test_an_order_of_the_last_bar_is_never_notified():
    played = play(FLAT, script={4: send("late", "buy", size=1)})
    assert played.notices == []
    assert played.position == 0


def test_value_in_notify_order_is_that_of_the_end_of_the_bar():
    # 10 bought at 100, the bar closes at 90: 10000 - 1000 + 900.
    seen = {}
    play(
        [(100, 100, 100, 100), (100, 100, 90, 90)],
        script={1: send("entry", "buy", size=10)},
        on_order=lambda s, order: seen.setdefault(order.getstatusname(), s.broker.getvalue()),
    )
    assert seen["Completed"] == 9900


def test_position_in_notify_order_may_already_be_gone():
    # Entry at the open of bar 2; the bare stop, sent in the same bar, fills inside bar 2 as well.
    seen = []
    play(
        [(100, 100, 100, 100), (100, 101, 90, 92)],
        script={
            1: each(
                send("entry", "buy", size=10),
                send("stop", "sell", size=10, exectype=bt.Order.Stop, price=95),
            )
        },
        on_order=lambda s, o: seen.append((o.getstatusname(), o.isbuy(), s.position.size)),
    )
    assert ("Completed", True, 0) in seen


def test_trades_are_notified_at_opening_and_full_close_only():
    bars = [(100, 100, 100, 100)] * 6
    cerebro = broker_cerebro(bars)

    class Adds(Diary):
        def next(self):
            {1: lambda: self.buy(size=4), 2: lambda: self.buy(size=4), 3: lambda: self.sell(size=2)}.get(
                len(self), lambda: None
            )()
            if len(self) == 4:
                self.close()

    cerebro.addstrategy(Adds)
    (strategy,) = cerebro.run()
    assert [bar for bar, event in strategy.diary if event == "trade"] == [2, 5]


def test_runstop_after_close_leaves_the_position_open():
    played = play(
        FLAT,
        script={
            1: send("entry", "buy", size=1),
            2: each(send("exit", "close"), lambda s: s.env.runstop()),
        },
    )
    assert played.position == 1


@pytest.mark.parametrize("quick", [False, True])
def test_quicknotify_moves_the_notice_before_the_bar_is_counted(quick):
    bars = []
    play(
        FLAT,
        script={1: send("entry", "buy", size=1)},
        on_order=lambda s, order: bars.append(len(s)) if order.status == order.Completed else None,
        quicknotify=quick,
    )
    assert bars == ([1] if quick else [2])


def test_a_completed_order_cannot_be_cancelled():
    played = play(FLAT, script={1: send("entry", "buy", size=1), 2: cancel("entry")})
    assert played.statuses("entry") == ["Submitted", "Accepted", "Completed"]
