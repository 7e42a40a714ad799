"""What a run really traded, entry by entry. Requires: Backtrader's own fills. Gives: `RoundTrip`s."""

from __future__ import annotations

from dataclasses import dataclass, field

import backtrader as bt

from tests.bench import calls
from tests.bench.markets import Plan, add_feeds, rows
from tests.bench.requests import RiskRequests


@dataclass
class RoundTrip:
    """One position from flat to flat; `parts` are (units, price, bar of its data) of each fill that left.

    `orders` are the numbers of the entries that made it, `reasons` the desk's words for the orders that left.
    """

    data: str
    is_long: bool
    entry: float
    bar: int
    units: float = 0.0
    profit: float = 0.0
    orders: set = field(default_factory=set)
    parts: list = field(default_factory=list)
    reasons: list = field(default_factory=list)
    is_closed: bool = False


class RoundTrips(bt.Analyzer):
    """Put the fills of a run together to round trips; the reasons are those of the desk's tickets."""

    def start(self):
        self.trips: list[RoundTrip] = []
        self.open: dict[str, RoundTrip] = {}
        self.reasons: dict[int, str] = {}
        send = self.strategy.bt_risk.orders.send

        def noting(data, units, role, *, reason, **options):
            order = send(data, units, role, reason=reason, **options)
            self.reasons[order.ref] = reason
            return order

        self.strategy.bt_risk.orders.send = noting

    def notify_order(self, order):
        for bit in order.executed.iterpending():
            self.take(order, bit)

    def take(self, order, bit):
        name = self.strategy.bt_risk.instruments[order.data].name
        trip = self.open.get(name)
        if trip is None:
            trip = self.open[name] = RoundTrip(name, bit.size > 0, bit.price, len(order.data))
            self.trips.append(trip)
        trip.profit += bit.pnl - bit.closedcomm - bit.openedcomm
        if (bit.size > 0) == trip.is_long:
            trip.units += abs(bit.size)
            trip.orders.add(order.ref)
        else:
            trip.parts.append((abs(bit.size), bit.price, len(order.data)))
            trip.reasons.append(self.reasons[order.ref])
        if not bit.psize:
            trip.is_closed = True
            del self.open[name]

    def get_analysis(self):
        return {}


class OnlyEntries(RiskRequests):
    """Ask for entries of every kind where nothing is held or on its way; leave all else to the desk.

    Now and then it goes against what it holds, or closes it, at market.
    """

    params = (("activity", 0.4), ("from_notices", 0.05), ("exits", 0.05))

    def ask_once(self, rng):
        number = rng.randrange(len(self.datas))
        data, desk = self.datas[number], self.bt_risk
        if not len(data):
            return
        side = rng.choice((1, 1, -1)) if self.p.shorts else 1
        if desk.holdings.get(data) or desk.plans_for(data):
            if rng.random() < self.p.exits:
                kind = rng.choice((calls.close, calls.opposite))
                kind(self, rng, number, data, side)
            return
        kinds = (calls.unsized, calls.sized, calls.own_stop, calls.resting, calls.bracket)
        rng.choice(kinds)(self, rng, number, data, side)


def traded(
    market, *, profile, seed=0, strategy=OnlyEntries, cash=100_000.0, house=None, prepare=None, **params
):
    """Run `strategy` over a plan or rows; return it and its round trips. `house` sets costs, fills and engine."""
    cerebro = bt.Cerebro(stdstats=False, **(dict(house.engine) if house else {}))
    cerebro.broker.setcash(cash)
    add_feeds(cerebro, rows(market) if isinstance(market, Plan) else market)
    if house is not None:
        house.prepare(cerebro)
        params.setdefault("shorts", house.shorts)
    if prepare is not None:
        prepare(cerebro)
    cerebro.addstrategy(strategy, profile=profile, seed=seed, **params)
    cerebro.addanalyzer(RoundTrips)
    (run,) = cerebro.run()
    return run, run.analyzers[0].trips
