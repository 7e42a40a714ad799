"""What holds for every sizer on any market, broken bars included."""

import math
from collections import Counter

import backtrader as bt
from hypothesis import given, settings
from hypothesis import strategies as st

from bt_risk.maths.limits import at_most
from bt_risk.sizers import (
    ConfidenceSizer,
    DynamicSizer,
    FixedFractionalSizer,
    HeatAwareSizer,
    KellySizer,
    RegimeSizer,
    RiskPerTradeSizer,
    SmallestOfSizer,
    VolatilitySizer,
)
from tests.backtrader.play import broker_cerebro

small = settings(derandomize=True, max_examples=60, deadline=None)

QUICK = {"atr_period": 2}
SIZERS = (
    (RiskPerTradeSizer, QUICK),
    (RiskPerTradeSizer, {"stop": "fixed", "fixed_stop": 0.001}),
    (FixedFractionalSizer, {}),
    (VolatilitySizer, QUICK),
    (VolatilitySizer, {**QUICK, "method": "atr_risk"}),
    (ConfidenceSizer, {}),
    (RegimeSizer, QUICK),
    (DynamicSizer, {"volatility_period": 2}),
    (KellySizer, {"kelly_min_trades": 2}),
    (HeatAwareSizer, QUICK),
    (SmallestOfSizer, {"sizers": [KellySizer, (RiskPerTradeSizer, QUICK)]}),
)
BAD = st.sampled_from([math.nan, math.inf, 0.0, -1.0, 1e300, 1e-300])


@st.composite
def bars(draw):
    close = draw(st.floats(1, 1_000))
    rows = []
    for _ in range(draw(st.integers(4, 14))):
        opening = close * draw(st.floats(0.8, 1.25))
        close = opening * draw(st.floats(0.8, 1.25))
        high = max(opening, close) * draw(st.floats(1, 1.1))
        low = min(opening, close) * draw(st.floats(0.9, 1))
        row = [opening, high, low, close]
        if draw(st.integers(0, 9)) == 0:
            row[draw(st.integers(0, 3))] = draw(BAD)
        rows.append(tuple(row))
    return rows


class Trader(bt.Strategy):
    """Ask for a random order on every bar; write down what came of it."""

    params = (("calls", ()), ("at_open", False), ("asked", None))

    def prenext(self):
        self.next()

    def next(self):
        if not self.p.at_open:
            self.act(len(self) - 1)

    def next_open(self):
        if self.p.at_open:
            self.act(len(self))

    prenext_open = nextstart_open = next_open

    def act(self, index):
        method = self.p.calls[index % len(self.p.calls)]
        before = len(self.getsizer().refusals)
        if method == "close":
            self.close()
            return
        bracket = {"stopprice": None, "limitprice": None} if "bracket" in method else {}
        held = self.getsizer().account.size_after_orders(self.data)
        order = getattr(self, method)(**bracket, exectype=bt.Order.Market)
        order = order[0] if isinstance(order, list) else order
        is_sent = order is not None and order.size != 0
        refused = len(self.getsizer().refusals) - before
        self.p.asked.append((method, held, order.size if is_sent else 0.0, refused))

    def confidence(self, data):
        return 0.7

    def regime(self, data):
        return "bullish"


def trade(rows, sizer, calls, *, at_open, cash=100_000.0):
    cerebro = broker_cerebro(rows, cash=cash, cheat_on_open=at_open)
    asked = []
    cerebro.addstrategy(Trader, calls=calls, at_open=at_open, asked=asked)
    kind, params = sizer
    cerebro.addsizer(kind, **params)
    (strategy,) = cerebro.run()
    return strategy, asked


calls = st.lists(
    st.sampled_from(["buy", "sell", "close", "buy_bracket", "sell_bracket"]), min_size=1, max_size=5
)


@small
@given(rows=bars(), sizer=st.sampled_from(SIZERS), calls=calls, at_open=st.booleans())
def test_every_order_has_a_size_or_a_reason(rows, sizer, calls, at_open):
    _, asked = trade(rows, sizer, calls, at_open=at_open)
    for method, held, size, refused in asked:
        assert math.isfinite(size)
        assert bool(size) != bool(refused)
        if size:
            assert (size > 0) == method.startswith("buy")
        if method in ("buy", "sell") and held and (held > 0) != (method == "buy"):
            assert abs(size) == abs(held)


@small
@given(rows=bars(), is_long=st.booleans(), risk=st.floats(0.001, 0.1))
def test_the_loss_at_the_stop_never_exceeds_the_budget(rows, is_long, risk):
    losses = []

    class Watches(RiskPerTradeSizer):
        def _rule(self, request, book):
            ruling = super()._rule(request, book)
            if ruling.units:
                losses.append((ruling.units * abs(request.price - request.stop), risk * book.equity))
            return ruling

    trade(rows, (Watches, {**QUICK, "risk_per_trade": risk}), ["buy" if is_long else "sell"], at_open=False)
    assert all(at_most(loss, budget) for loss, budget in losses)


def test_the_generators_reach_orders_refusals_and_exits():
    seen = Counter()

    @small
    @given(rows=bars(), sizer=st.sampled_from(SIZERS), calls=calls, at_open=st.booleans())
    def look(rows, sizer, calls, at_open):
        _, asked = trade(rows, sizer, calls, at_open=at_open)
        for method, held, size, _refused in asked:
            opposite = held and (held > 0) != method.startswith("buy")
            seen["exit" if opposite else "order" if size else "refusal"] += 1

    look()
    assert min(seen[kind] for kind in ("order", "refusal", "exit")) >= 20
