"""`SignalStrategy` under a desk: its entries, exits and reversals are the desk's to carry out."""

from __future__ import annotations

import backtrader as bt
import pytest

from bt_risk import RiskSignalStrategy, guard
from tests.bench.feed import RowFeed, rows_of
from tests.edge.market import ROUND, Session, Tape, calm


class Planned(bt.Indicator):
    """A signal that is written down, one value a bar."""

    lines = ("signal",)
    params = (("plan", ()),)

    def next(self):
        number = len(self) - 1
        self.lines.signal[0] = self.p.plan[number] if number < len(self.p.plan) else 0


class Signals(RiskSignalStrategy):
    params = (("session", None), ("kind", None), ("plan", ()))

    def __init__(self):
        self.signal_add(self.p.kind, Planned(self.data, plan=self.p.plan))


class PlainSignals(bt.SignalStrategy):
    params = (("session", None), ("kind", None), ("plan", ()))

    def __init__(self):
        self.signal_add(self.p.kind, Planned(self.data, plan=self.p.plan))


def follow(strategy, kind, plan, bars, profile=ROUND, **params):
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.broker.setcash(100_000)
    cerebro.adddata(RowFeed(rows=rows_of(bars)))
    session = Session(cerebro=cerebro)
    cerebro.addstrategy(strategy, profile=profile, session=session, kind=kind, plan=plan, **params)
    cerebro.addanalyzer(Tape)
    (session.strategy,) = cerebro.run()
    return session


@pytest.mark.parametrize("strategy", [Signals, guard(PlainSignals)], ids=["derived", "guarded"])
@pytest.mark.parametrize(
    ("kind", "plan", "fills"),
    [
        (bt.SIGNAL_LONG, (1, 1, 1, -1, -1, 0, 1), [(2, 200), (5, -200), (8, 200)]),
        (bt.SIGNAL_SHORT, (-1, -1, 1, 0, -1), [(2, -200), (4, 200), (6, -200)]),
        # a reversal is two orders, the second decided when the first is done
        (bt.SIGNAL_LONGSHORT, (1, 1, -1, -1, -1, 0), [(2, 200), (4, -200), (5, -200)]),
    ],
)
def test_signals_enter_leave_and_reverse(strategy, kind, plan, fills):
    session = follow(strategy, kind, plan, calm(10))
    assert [(bar, size) for bar, size, _ in session.fills] == fills
    assert session.is_covered


def test_a_stopped_signal_enters_again_while_it_lasts():
    bars = [*calm(4), (100, 101, 94, 95), *calm(3)]
    session = follow(Signals, bt.SIGNAL_LONG, (1,) * 8, bars)
    # again at a close of 95: the 990 that 99 000 risks at 4.75 a unit
    assert session.fills == [(2, 200, 100), (5, -200, 95), (6, 208, 100)]


def test_a_signal_that_accumulates_is_held_to_one_position():
    session = follow(Signals, bt.SIGNAL_LONG, (1,) * 6, calm(6), _accumulate=True)
    assert session.position == 200
    assert {decision.rule for decision in session.decisions[1:]} == {"one_position"}


def test_a_signal_that_accumulates_adds_as_often_as_the_profile_says():
    profile = ROUND.replace(max_adds=2)
    session = follow(Signals, bt.SIGNAL_LONG, (1,) * 6, calm(6), profile=profile, _accumulate=True)
    assert [(bar, size) for bar, size, _ in session.fills] == [(2, 200), (3, 200), (4, 200)]
    assert session.is_covered


def test_signals_added_to_cerebro_reach_the_desk():
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.broker.setcash(100_000)
    cerebro.adddata(RowFeed(rows=rows_of(calm(6))))
    cerebro.signal_strategy(RiskSignalStrategy, profile=ROUND)
    cerebro.add_signal(bt.SIGNAL_LONG, Planned, plan=(1, 1, -1))
    (strategy,) = cerebro.run()
    assert [(d.kind, d.outcome, d.given) for d in strategy.bt_risk.decisions] == [
        ("entry", "accepted", 200),
        ("exit", "accepted", 200),
    ]
