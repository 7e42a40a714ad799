"""Optional methods of the user's strategy: heard where they have the hook's shape, the user's own where not."""

from __future__ import annotations

import math

import backtrader as bt
import pytest

from bt_risk import RiskStrategy, guard
from tests.bench.feed import RowFeed, rows_of
from tests.edge.market import CALM, ROUND, calm


def run(strategy, bars=None, **options):
    """Run a strategy class that buys by itself on bar 1, and return the strategy."""
    cerebro = bt.Cerebro(stdstats=False, **options)
    cerebro.broker.setcash(100_000)
    cerebro.adddata(RowFeed(rows=rows_of(bars or calm(4))))
    cerebro.addstrategy(guard(strategy), profile=ROUND)
    (finished,) = cerebro.run()
    return finished


def live(strategy):
    return sorted(order.created.price for order in strategy.broker.pending if order.alive())


class Buyer(bt.Strategy):
    def next(self):
        if len(self) == 1:
            self.buy()


class Hooked(Buyer):
    def stop_price(self, data, is_long, price):
        return price - 4 if is_long else price + 4

    def target_price(self, data, is_long, price):
        return price + 8 if is_long else price - 8


class HookedShort(Hooked):
    def next(self):
        if len(self) == 1:
            self.sell()


def test_hooks_name_the_stop_and_the_target():
    strategy = run(Hooked)
    assert (strategy.position.size, live(strategy)) == (250, [96, 108])  # 1 000 / 4


def test_hooks_are_asked_for_the_side_of_the_trade():
    strategy = run(HookedShort)
    assert (strategy.position.size, live(strategy)) == (-250, [92, 104])


def test_a_named_stop_and_target_come_before_the_hooks():
    class Named(Hooked):
        def next(self):
            if len(self) == 1:
                self.buy(stop=98, target=103)

    strategy = run(Named)
    assert (strategy.position.size, live(strategy)) == (500, [98, 103])


def test_a_hook_that_answers_none_leaves_it_to_the_profile():
    class Silent(Buyer):
        def stop_price(self, data, is_long, price):
            return None

        def target_price(self, data, is_long, price):
            return None

    assert live(run(Silent)) == [95]


@pytest.mark.parametrize("answer", [math.nan, math.inf, 0.0, -1.0, 100.0, 101.0])
def test_a_hook_whose_stop_cannot_be_one_denies_the_entry(answer):
    class Wrong(Buyer):
        def stop_price(self, data, is_long, price):
            return answer

    strategy = run(Wrong)
    (decision,) = strategy.bt_risk.decisions
    assert (decision.outcome, decision.rule) == ("denied", "valid_stop")
    assert strategy.position.size == 0


@pytest.mark.parametrize("answer", [math.nan, math.inf, 0.0, 100.0, 99.0])
def test_a_hook_whose_target_cannot_be_one_denies_the_entry(answer):
    class Wrong(Buyer):
        def target_price(self, data, is_long, price):
            return answer

    (decision,) = run(Wrong).bt_risk.decisions
    assert (decision.outcome, decision.rule) == ("denied", "valid_target")


def test_the_desk_tells_its_events_to_notify_risk():
    class Listener(Buyer):
        def __init__(self):
            self.told = []

        def notify_risk(self, event):
            self.told.append(event.kind)

        def next(self):
            if len(self) == 1:
                self.broker.buy(self, self.data, size=10)

    assert run(Listener).told == ["adopted"]


class Attributes(Buyer):
    """Names of ours in everyday use: class attributes, an instance's, a method of another shape, a property."""

    risk = "mine"
    stop_price = None
    target_price = 3.5

    def __init__(self):
        self.notify_risk = []


class OtherShapes(Buyer):
    def stop_price(self):
        return 98.0

    def target_price(self, price):
        return price

    def notify_risk(self, level, text):
        raise AssertionError

    @property
    def risk(self):
        return 0.5


class Instances(Buyer):
    def __init__(self):
        self.risk = 0.02
        self.stop_price = lambda data, is_long, price: price - 1
        self.heat = self.profile = self.orders = self.desk = None


class Hidden(Hooked):
    """A hook of the class that the instance has hidden behind a value of its own."""

    def __init__(self):
        self.stop_price = None
        self.target_price = 104.0


class Params(Buyer):
    params = (("risk", 0.3), ("stop_price", 97.0), ("target_price", None))


@pytest.mark.parametrize("strategy", [Attributes, OtherShapes, Instances, Hidden, Params])
def test_what_only_bears_the_name_of_a_hook_stays_the_users(strategy):
    finished = run(strategy)
    assert (finished.position.size, live(finished)) == (200, [95])
    assert finished.bt_risk.hooks == {}


def test_the_users_own_risk_stays_theirs_and_the_desk_has_its_other_name():
    assert run(Attributes).risk == "mine"
    assert run(OtherShapes).risk == 0.5
    assert run(Instances).risk == 0.02
    assert run(Params).p.risk == 0.3
    plain = run(Buyer)
    assert plain.risk is plain.bt_risk


class Everything(bt.Strategy):
    """Every method of Backtrader's overridden, and none calls its parent."""

    def __init__(self):
        self.calls = set()

    def start(self):
        self.calls.add("start")

    def prenext(self):
        self.calls.add("prenext")

    def nextstart(self):
        self.next()

    def next(self):
        if len(self) == 1:
            self.buy()

    def stop(self):
        self.calls.add("stop")

    def notify_order(self, order):
        self.calls.add("notify_order")

    def notify_trade(self, trade):
        self.calls.add("notify_trade")

    def notify_cashvalue(self, cash, value):
        self.calls.add("notify_cashvalue")

    def notify_fund(self, cash, value, fundvalue, shares):
        self.calls.add("notify_fund")

    def notify_data(self, data, status, *args, **kwargs):
        self.calls.add("notify_data")

    def notify_store(self, *args, **kwargs):
        self.calls.add("notify_store")


class EverythingDerived(Everything, RiskStrategy):
    pass


@pytest.mark.parametrize("strategy", [Everything, EverythingDerived])
def test_nobody_has_to_call_super(strategy):
    finished = run(strategy, [CALM, CALM, (100, 101, 94, 95), CALM])
    assert [d.outcome for d in finished.bt_risk.decisions] == ["accepted"]
    assert finished.broker.getcash() == 99_000
    assert {
        "start",
        "stop",
        "notify_order",
        "notify_trade",
        "notify_cashvalue",
        "notify_fund",
    } <= finished.calls
