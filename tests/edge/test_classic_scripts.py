"""Scripts as tutorials write them, with only the base class changed: they never go short, nor over a limit."""

from __future__ import annotations

import datetime as dt
import random

import backtrader as bt
import pytest

from bt_risk import RiskStrategy
from tests.bench.feed import RowFeed, rows_of
from tests.edge.market import CALM, ROUND, Session, Tape, calm


class Toggle(RiskStrategy):
    """Buy without a position, sell with one, every bar; no size, no stop, no pending order looked at."""

    params = (("session", None),)

    def next(self):
        if not self.position:
            self.buy()
        else:
            self.sell()


class Patient(RiskStrategy):
    """The crossing of a quick start guide, with the usual guard on a pending order."""

    params = (("session", None),)

    def __init__(self):
        self.sma = bt.ind.SMA(period=5)
        self.order = None

    def notify_order(self, order):
        if order.status in (order.Completed, order.Canceled, order.Margin, order.Rejected):
            self.order = None

    def next(self):
        if self.order:
            return
        if not self.position:
            if self.data.close[0] > self.sma[0]:
                self.order = self.buy()
        elif self.data.close[0] < self.sma[0]:
            self.order = self.sell()


class Bracketed(RiskStrategy):
    """Brackets whose numbers are collected, as the documentation does."""

    params = (("session", None),)

    def __init__(self):
        self.refs = []

    def notify_order(self, order):
        if not order.alive() and order.ref in self.refs:
            self.refs.remove(order.ref)

    def next(self):
        if self.refs or self.position:
            return
        close = self.data.close[0]
        prices = {"price": close * 0.995, "stopprice": close * 0.97, "limitprice": close * 1.03}
        orders = self.buy_bracket(valid=dt.timedelta(days=3), **prices)
        self.refs = [order.ref for order in orders if order.alive()]


class Percent(RiskStrategy):
    """Target weights, in and out."""

    params = (("session", None),)

    def next(self):
        self.order_target_percent(target=0.5 if len(self) % 7 < 4 else 0.0)


SCRIPTS = [Toggle, Patient, Bracketed, Percent]


def run(strategy, bars, profile=ROUND, **options):
    cerebro = bt.Cerebro(stdstats=False, **options)
    cerebro.broker.setcash(100_000)
    cerebro.adddata(RowFeed(rows=rows_of(bars)))
    session = Session(cerebro=cerebro)
    cerebro.addstrategy(strategy, profile=profile, session=session)
    cerebro.addanalyzer(Tape)
    (session.strategy,) = cerebro.run()
    return session


def walk(seed, bars=120):
    """Return a random walk with gaps in both directions."""
    rng, last, rows = random.Random(seed), 100.0, []
    for _ in range(bars):
        open_ = last * (1 + (rng.uniform(-0.08, 0.08) if rng.random() < 0.2 else 0.0))
        close = open_ * (1 + rng.gauss(0, 0.02))
        high = max(open_, close) * (1 + abs(rng.gauss(0, 0.01)))
        low = min(open_, close) * (1 - abs(rng.gauss(0, 0.01)))
        rows.append((open_, high, low, close))
        last = close
    return rows


def test_the_classic_toggle_on_quiet_bars():
    session = run(Toggle, calm(8))
    assert session.fills == [
        (2, 200, 100),
        (3, -200, 100),
        (4, 200, 100),
        (5, -200, 100),
        (6, 200, 100),
        (7, -200, 100),
        (8, 200, 100),
    ]


def test_a_toggle_whose_stop_fires_before_its_exit_sells_once():
    # The exit of bar 2 meets the gap of bar 3 together with the stop.
    session = run(Toggle, [CALM, CALM, (90, 91, 89, 90), CALM])
    assert session.fills[:2] == [(2, 200, 100), (3, -200, 90)]
    assert session.is_covered


@pytest.mark.parametrize("quicknotify", [False, True])
@pytest.mark.parametrize("profile", [ROUND, "moderate"], ids=["round", "moderate"])
@pytest.mark.parametrize("strategy", SCRIPTS)
@pytest.mark.parametrize("seed", range(3))
def test_a_script_that_only_buys_never_goes_short(strategy, profile, seed, quicknotify):
    session = run(strategy, walk(seed), profile, quicknotify=quicknotify)
    held = 0
    for _, size, _ in session.fills:
        held += size
        assert held >= 0
    assert len(session.fills) >= 6
    assert session.is_covered
    assert max(session.heats) <= session.desk.profile.max_heat * (1 + 1e-9)


@pytest.mark.parametrize("strategy", SCRIPTS)
@pytest.mark.parametrize("seed", range(4, 8))
def test_without_a_position_and_an_entry_nothing_rests_at_the_broker(strategy, seed):
    session = run(strategy, walk(seed))
    assert session.desk.positions == ({"data0": session.position} if session.position else {})
    if not session.position and not session.desk.plans:
        assert session.live == []
        assert session.desk.heat == 0
