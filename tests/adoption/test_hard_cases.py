"""What broke the desk once: protection sent too late, pairs of entries, denied brackets, timers, own names."""

from __future__ import annotations

import backtrader as bt
import pytest

from bt_risk import guard
from tests.adoption import checks
from tests.adoption.play import MARKETS, Case, hostile, play
from tests.adoption.strategies import market_bracket, moved_stop, straddle, timers, trailing_stop
from tests.bench.feed import RowFeed, rows_of
from tests.edge.market import CALM, ROUND, calm


def run(cls, *markets, **engine):
    cerebro = bt.Cerebro(stdstats=False, **engine)
    cerebro.broker.setcash(100_000)
    for number, bars in enumerate(markets or (calm(8),)):
        cerebro.adddata(RowFeed(rows=rows_of(bars)), name=f"d{number}")
    cerebro.addstrategy(guard(cls, profile=ROUND))
    return cerebro.run()[0]


# Protection sent on the fill, when the desk's own stop has ended the trade on that very bar.


@pytest.mark.parametrize(
    "how",
    [
        dict(exectype=bt.Order.StopTrail, trailamount=3),
        dict(exectype=bt.Order.Stop, price=90),
        dict(exectype=bt.Order.Limit, price=110),
        dict(size=200, exectype=bt.Order.Stop, price=90),
    ],
    ids=str,
)
def test_protection_of_a_trade_that_is_over_already_opens_nothing(how):
    # Bought at 100 and stopped at 95 on bar 2; the user hears of the fill after both and sends their stop.
    class Protects(bt.Strategy):
        def next(self):
            if len(self) == 1:
                self.buy()

        def notify_order(self, order):
            if order.isbuy() and order.status == order.Completed:
                self.sell(**how)

    bars = [CALM, (100, 101, 90, 92), (92, 112, 85, 89), (89, 90, 85, 86), (86, 87, 85, 86)]
    strategy = run(Protects, bars)
    assert [(one.kind, one.side) for one in strategy.bt_risk.decisions if one.kind == "entry"] == [
        ("entry", "buy")
    ]
    assert strategy.bt_risk.positions == {}


# A denied bracket.


def test_the_rejection_of_a_denied_bracket_is_told():
    # A stop above the market is denied on bar 1; the next try would be good.
    class Bracket(bt.Strategy):
        def __init__(self):
            self.refs = []

        def notify_order(self, order):
            if not order.alive() and order.ref in self.refs:
                self.refs.remove(order.ref)

        def next(self):
            if not self.refs and not self.position:
                stop = 105 if len(self) == 1 else 95
                orders = self.buy_bracket(exectype=bt.Order.Market, stopprice=stop, limitprice=110)
                self.refs = [order.ref for order in orders]

    assert run(Bracket).bt_risk.positions == {"d0": 200}


# Timers that do not cheat: the bar is traded, its close is known.


def timed(act):
    class Timed(bt.Strategy):
        def __init__(self):
            self.add_timer(bt.timer.SESSION_START)

        def next(self):
            pass

        def notify_timer(self, timer, when, *args, **kwargs):
            if len(self) == 2:
                act(self)

    return Timed


def test_a_timer_after_the_broker_decides_at_the_close():
    # Bar 3 opens at 96 and closes at 100: a stop at 97 is a good one.
    strategy = run(timed(lambda self: self.buy(stop=97)), [CALM, CALM, (96, 101, 95, 100), CALM, CALM])
    (decision,) = strategy.bt_risk.decisions
    assert (decision.outcome, decision.price) == ("accepted", 100)


def test_a_limit_sent_by_a_timer_is_not_tried_on_the_bar_that_is_over():
    # d1 has no bar 4; on its bar 3 the low was 95, before the limit at 96 was sent. It is never seen again.
    d1 = {1: CALM, 2: CALM, 3: (100, 101, 95, 100), 5: CALM, 6: CALM}
    enter = timed(lambda self: self.buy(self.data1, exectype=bt.Order.Limit, price=96))
    assert run(enter, calm(8), d1).bt_risk.positions == {}


# Two orders of which one cancels the other.


def two_ways(first, second):
    class TwoWays(bt.Strategy):
        def next(self):
            if len(self) == 1:
                one = first(self)
                two = second(self, one)
                self.refs = [one.ref, two.ref]

    return TwoWays


def test_a_straddle_sells_when_the_price_falls():
    cls = two_ways(
        lambda self: self.buy(size=10, exectype=bt.Order.Stop, price=103),
        lambda self, one: self.sell(size=10, exectype=bt.Order.Stop, price=97, oco=one),
    )
    strategy = run(cls, [CALM, CALM, (100, 101, 96, 96), (96, 97, 95, 96), (96, 97, 95, 96)])
    assert strategy.bt_risk.positions == {"d0": -10}


def test_the_second_way_in_is_taken_when_the_price_goes_there():
    cls = two_ways(
        lambda self: self.buy(size=10, exectype=bt.Order.Limit, price=90),
        lambda self, one: self.buy(size=10, exectype=bt.Order.Stop, price=103, oco=one),
    )
    strategy = run(cls, [CALM, CALM, (100, 104, 99, 104), (104, 105, 103, 104), (104, 105, 103, 104)])
    assert strategy.bt_risk.positions == {"d0": 10}


# A `risk` of the user's that is a property.


def test_a_property_named_risk_that_needs_a_later_attribute_stays_the_users():
    class Own(bt.Strategy):
        @property
        def risk(self):
            return self.data.close[0] - self.level

        def next(self):
            self.level = 95
            assert self.risk == 5

    run(Own)


@pytest.mark.parametrize("engine", [{}, {"preload": False, "runonce": False}], ids=str)
def test_a_property_named_risk_is_not_asked_before_there_are_bars(engine):
    class Own(bt.Strategy):
        @property
        def risk(self):
            return 1 / (self.data.close[0] - self.data.close[-1] + len(self))

        def next(self):
            if len(self) > 1:
                assert self.risk == pytest.approx(1 / len(self))

    run(Own, **engine)


# Whole strategies.

OPEN = {
    "timer": Case(timers.Rebalance),
    "straddle": Case(straddle.Straddle, long_only=False),
    "trailing stop": Case(trailing_stop.TrailingStop),
    "moved stop": Case(moved_stop.MovedStop),
    "market bracket": Case(market_bracket.MarketBracket, long_only=False),
}


def pair_of(name, bars):
    return checks.Pair(OPEN[name], play(OPEN[name], bars, guarded=False), play(OPEN[name], bars))


def test_a_timer_keeps_the_invariants():
    assert pair_of("timer", MARKETS["shares"](False)).guarded.audit.problems == []


def test_a_straddle_does_not_get_stuck():
    assert checks.idle_quarters(pair_of("straddle", MARKETS["shares"](False))) == []


@pytest.mark.parametrize(("name", "seed"), [("trailing stop", 2), ("trailing stop", 4), ("moved stop", 4)])
def test_protection_on_the_fill_never_sells_short(name, seed):
    assert min(pair_of(name, hostile(seed, days=150)).guarded.sizes) >= 0


def test_brackets_on_five_datas_hear_of_those_denied():
    market = hostile(3, is_aligned=True, datas=5, days=150)
    assert checks.deaths_unheard(pair_of("market bracket", market).guarded) == []
