"""At which market price an order fills, and what slippage makes of it: the broker tells the second alone."""

from __future__ import annotations

import backtrader as bt
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bt_risk.broker.quotes import market_quote
from tests.backtrader.play import LIMIT, MARKET, STOP, broker_cerebro

CLOSE, STOP_LIMIT, TRAIL, TRAIL_LIMIT = (
    bt.Order.Close,
    bt.Order.StopLimit,
    bt.Order.StopTrail,
    bt.Order.StopTrailLimit,
)
CALM = (100, 101, 99, 100)


class Once(bt.Strategy):
    """Send one order on the second bar; note the bar, the price and our quote of each of its fills."""

    params = (("order", {}), ("is_buy", True), ("found", None))

    def next(self):
        if len(self) == 2:
            (self.buy if self.p.is_buy else self.sell)(**{"size": 10, **self.p.order})

    def notify_order(self, order):
        for bit in order.executed.iterpending():
            quote = market_quote(order, bit, self.broker)
            self.p.found.append((len(self), bit.price, quote))


def filled(bars, *, is_buy=True, prepare=None, modes=None, **order):
    """Return (bar, price, quote) of the fills of one order that is sent on the second of the bars."""
    cerebro = broker_cerebro([CALM, CALM, *bars], cash=1e9, **(modes or {}))
    if prepare is not None:
        prepare(cerebro.broker)
    found = []
    cerebro.addstrategy(Once, order=order, is_buy=is_buy, found=found)
    cerebro.run()
    return found


def by_share(share=0.01, **options):
    return lambda broker: broker.set_slippage_perc(share, **options)


def by_points(points=1.0, **options):
    return lambda broker: broker.set_slippage_fixed(points, **options)


# The bar after the order, its kind and price, and where it fills; the second price is with slippage of 1 %, 1 point.
BUYS = [
    ((100, 103, 99, 102), {"exectype": MARKET}, 100, 101.0, 101.0),
    ((100, 103, 99, 102), {"exectype": STOP, "price": 102}, 102, 103.0, 103.0),
    ((100, 110, 99, 102), {"exectype": STOP, "price": 102}, 102, 103.02, 103.0),
    ((105, 110, 99, 102), {"exectype": STOP, "price": 102}, 105, 106.05, 106.0),
    # a limit pays slippage up to its price where the bar opens below it, and none inside the bar
    ((100, 103, 97, 102), {"exectype": LIMIT, "price": 98}, 98, 98, 98),
    ((96, 103, 95, 102), {"exectype": LIMIT, "price": 98}, 96, 96.96, 97.0),
    ((97.5, 103, 95, 102), {"exectype": LIMIT, "price": 98}, 97.5, 98.0, 98.0),
    # met inside the bar, at the trigger or at a limit that lies below it; met at the opening, a limit order
    ((100, 103, 99, 101), {"exectype": STOP_LIMIT, "price": 102, "plimit": 102.5}, 102, 103.0, 103.0),
    ((100, 103, 99, 99), {"exectype": STOP_LIMIT, "price": 102, "plimit": 101}, 101, 101, 101),
    ((103, 110, 99, 101), {"exectype": STOP_LIMIT, "price": 102, "plimit": 104}, 103, 104.0, 104.0),
    ((105, 110, 99, 101), {"exectype": STOP_LIMIT, "price": 102, "plimit": 104}, 104, 104, 104),
    ((100, 107, 99, 102), {"exectype": TRAIL, "trailamount": 5}, 105, 106.05, 106.0),
    ((106, 108, 99, 102), {"exectype": TRAIL, "trailamount": 5}, 106, 107.06, 107.0),
]
SELLS = [
    ((100, 103, 97, 102), {"exectype": MARKET}, 100, 99.0, 99.0),
    ((100, 103, 97, 98), {"exectype": STOP, "price": 98}, 98, 97.02, 97.0),
    ((96, 97, 95.5, 96), {"exectype": STOP, "price": 98}, 96, 95.5, 95.5),
    ((100, 103, 97, 102), {"exectype": LIMIT, "price": 102}, 102, 102, 102),
    # The broker takes a limit to sell that the bar opens above down by all of the slippage, beyond its price too.
    ((104, 105, 97, 102), {"exectype": LIMIT, "price": 102}, 104, 102.96, 103.0),
    ((100, 103, 97, 99), {"exectype": STOP_LIMIT, "price": 98, "plimit": 97.5}, 98, 97.02, 97.0),
    ((97, 103, 95, 99), {"exectype": STOP_LIMIT, "price": 98, "plimit": 96}, 97, 96.03, 96.0),
    ((100, 103, 94, 99), {"exectype": TRAIL, "trailamount": 5}, 95, 94.05, 94.0),
]
CASES = [(True, *case) for case in BUYS] + [(False, *case) for case in SELLS]


@pytest.mark.parametrize(("is_buy", "bar", "order", "market", "share", "points"), CASES)
def test_the_market_of_a_fill_does_not_depend_on_slippage(is_buy, bar, order, market, share, points):
    prepared = {None: market, by_share(): share, by_points(): points}
    for prepare, price in prepared.items():
        assert filled([bar], is_buy=is_buy, prepare=prepare, **order) == [
            (3, pytest.approx(price), pytest.approx(market))
        ]


@pytest.mark.parametrize(
    ("prepare", "price"),
    [
        (by_share(0.05), 103),  # up to the high
        (by_share(0.05, slip_out=True), 105),  # beyond it
        (by_share(0.05, slip_match=False), None),  # else nothing at all
        (by_share(0.02, slip_match=False), 102),
        (by_share(0.05, slip_open=False), 100),  # the opening itself
        (by_points(0.5), 100.5),
        (by_points(0.0), 100),
    ],
)
def test_slippage_of_a_market_order_at_the_opening(prepare, price):
    found = filled([(100, 103, 99, 102)], prepare=prepare)
    assert found == ([] if price is None else [(3, pytest.approx(price), 100)])


@pytest.mark.parametrize(
    ("prepare", "price"),
    [
        (by_share(0.05), 98),
        (by_share(0.05, slip_match=False), 98),  # a limit is met as long as `slip_limit` is on
        (by_share(0.05, slip_match=False, slip_limit=False), None),
        (by_share(0.05, slip_open=False), 97.5),
        (by_share(0.05, slip_out=True), 102.375),  # dearer than its limit
    ],
)
def test_slippage_of_a_limit_that_the_bar_opens_below(prepare, price):
    found = filled([(97.5, 103, 95, 102)], prepare=prepare, exectype=LIMIT, price=98)
    assert found == ([] if price is None else [(3, pytest.approx(price), 97.5)])


def test_an_order_at_the_close_is_not_slipped():
    assert filled([(100, 103, 99, 102), CALM], prepare=by_share(), exectype=CLOSE) == [(3, 102, 102)]


def test_an_order_filled_at_the_close_before_it_is_quoted_there():
    def cheat(broker):
        broker.set_coc(True)
        broker.set_slippage_perc(0.01)

    assert filled([(103, 110, 99, 102)], prepare=cheat) == [(3, pytest.approx(101.0), 100)]
    # an order may ask for the opening all the same
    assert filled([(103, 110, 99, 102)], prepare=cheat, coc=False) == [(3, pytest.approx(104.03), 103)]


def test_with_cheat_on_open_the_quote_is_the_opening():
    assert filled([(103, 110, 99, 102)], modes={"cheat_on_open": True}, prepare=by_share()) == [
        (3, pytest.approx(104.03), 103)
    ]


class Recorded:
    """Stand in for the desk's own guard: let the broker try, and remember what it finds."""

    def __init__(self, order):
        self.order = order
        self.asked = None

    def __call__(self):
        created = self.order.created
        self.asked = (created.price, created.pricelimit, self.order.triggered)
        return True


class Guarded(Once):
    def next(self):
        if len(self) == 2:
            order = (self.buy if self.p.is_buy else self.sell)(**{"size": 10, **self.p.order})
            order.active = Recorded(order)


PRICE = st.floats(80, 120).map(lambda price: round(price, 2))
BAR = st.tuples(PRICE, PRICE, PRICE, PRICE).map(lambda four: (four[0], max(four), min(four), four[3]))


@settings(derandomize=True, deadline=None, max_examples=400)
@given(
    bars=st.lists(BAR, min_size=3, max_size=3),
    is_buy=st.booleans(),
    kind=st.sampled_from([MARKET, CLOSE, LIMIT, STOP, STOP_LIMIT, TRAIL, TRAIL_LIMIT]),
    prices=st.tuples(PRICE, PRICE),
    slip=st.tuples(
        st.sampled_from(["set_slippage_perc", "set_slippage_fixed"]),
        st.sampled_from([0.002, 0.03]),
        st.fixed_dictionaries({name: st.booleans() for name in ("slip_open", "slip_limit", "slip_out")}),
    ),
    units=st.sampled_from([3, 10]),
)
def test_our_quote_is_the_price_of_the_same_order_without_slippage(bars, is_buy, kind, prices, slip, units):
    order = {"exectype": kind}
    if kind in (TRAIL, TRAIL_LIMIT):
        order["trailamount"] = abs(prices[0] - 100) or 1.0
    if kind in (LIMIT, STOP, STOP_LIMIT):
        order["price"] = prices[0]
    if kind in (STOP_LIMIT, TRAIL_LIMIT):
        order["plimit"] = prices[1]

    def run(set_up):
        cerebro = broker_cerebro([CALM, CALM, *bars], cash=1e9)
        cerebro.broker.set_filler(bt.broker.fillers.FixedSize(size=units))
        set_up(cerebro.broker)
        found = []
        cerebro.addstrategy(Guarded, order=order, is_buy=is_buy, found=found)
        cerebro.run()
        return found

    method, amount, options = slip
    plain = run(lambda broker: None)
    slipped = run(lambda broker: getattr(broker, method)(amount, **options))
    assume(plain)
    assert [(bar, quote) for bar, _, quote in plain] == [(bar, price) for bar, price, _ in plain]
    assert [(bar, quote) for bar, _, quote in slipped] == [(bar, price) for bar, price, _ in plain]
