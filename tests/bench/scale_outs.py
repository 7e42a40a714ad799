"""A user who scales out, and an audit that works out on its own which parts must be on offer at which price.

The audit reads the profile, what the user asked for, the fills and the broker's queue; nothing of the desk.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import dataclass, field

import backtrader as bt

from bt_risk import RiskStrategy
from tests.bench.book import MARKETS, same

LIMIT, STOP = bt.Order.Limit, bt.Order.Stop


class Scaler(RiskStrategy):
    """Enter by every kind of order; now and then close a part, or set a target for all or for a part.

    `entries` holds (stop, target) by the entry's number, `targets` the (data, price, units) of the present bar. Without
    `in_place` the desk cancels and replaces what it would else change.
    """

    params = (("luck", 0), ("in_place", True))

    def start(self):
        self.bt_risk.orders.is_in_place = self.p.in_place

    def __init__(self):
        self.entries = {}
        self.targets = []
        self.waiting = {}

    def prenext(self):
        self.next()

    def next(self):
        self.targets.clear()
        dice = random.Random(f"{self.p.luck}/{len(self)}")
        for number, data in enumerate(self.datas):
            order = self.waiting.get(number)
            if not len(data) or (order is not None and order.alive()):
                continue
            if data in self.broker.positions and self.broker.positions[data].size:
                self.manage(dice, data, self.broker.positions[data].size)
            elif dice.random() < 0.4:
                self.waiting[number] = self.enter(dice, data)

    def enter(self, dice, data):
        side, close = dice.choice((1, 1, -1)), data.close[0]
        kind = dice.choice((None, None, None, LIMIT, STOP))
        price = None if kind is None else close * (1 - side * 0.01 if kind == LIMIT else 1 + side * 0.01)
        stop = (price or close) * (1 - side * dice.uniform(0.01, 0.1)) if dice.random() < 0.3 else None
        target = (price or close) * (1 + side * dice.uniform(0.01, 0.2)) if dice.random() < 0.3 else None
        call = self.buy if side > 0 else self.sell
        order = call(data, exectype=kind, price=price, stop=stop, target=target)
        if order is not None:
            self.entries[order.ref] = (stop, target)
        return order

    def manage(self, dice, data, held):
        luck = dice.random()
        call = self.sell if held > 0 else self.buy
        price = data.close[0] * (1 + math.copysign(dice.uniform(0.001, 0.1), held))
        if luck < 0.04:
            self.close(data)
        elif luck < 0.10:
            self.close(data, size=abs(held) * dice.choice((0.2, 0.5, 0.7)))
        elif luck < 0.16:
            units = dice.choice((None, abs(held) * 0.3))
            call(data, size=units, exectype=LIMIT, price=price)
            self.targets.append((data, price, units))


@dataclass
class Part:
    """A claim of `units` (None: of the rest) to leave at `price`."""

    price: float | None
    units: float | None = None
    sold: float = 0.0


@dataclass
class Trade:
    """One position as the profile and the user's calls say that it must leave."""

    side: int
    anchor: float
    risk: float
    rest: Part
    bought: float = 0.0
    own: list[Part] = field(default_factory=list)
    rungs: dict[float, Part] = field(default_factory=dict)


class ScaleOutAudit(bt.Analyzer):
    """Compare, after every bar, the stops and targets at the broker with the parts that there must be."""

    params = (("profile", None),)

    def start(self):
        self.problems: list[str] = []
        self.met: Counter = Counter()
        self.trades: dict = {}
        self.parts: dict[int, Part] = {}

    def notify_order(self, order):
        for bit in order.executed.iterpending():
            if order.ref in self.strategy.entries:
                self.bought(order, bit)
            elif order.exectype == LIMIT:
                self.sold(order, bit)
            if not bit.psize:
                self.trades.pop(order.data, None)

    def bought(self, order, bit):
        trade = self.trades.get(order.data)
        if trade is None:
            profile, (own_stop, target) = self.p.profile, self.strategy.entries[order.ref]
            side = 1 if bit.size > 0 else -1
            decided = order.created.pclose if order.exectype in MARKETS else order.created.price
            stop = own_stop or decided * (1 - side * profile.fixed_stop)
            follows = own_stop is None and profile.stop_anchor == "fill"
            risk = abs(decided - stop) if follows else abs(bit.price - stop)
            if target is None and profile.target == "r":
                target = decided + side * profile.target_r * abs(decided - stop)
            trade = self.trades[order.data] = Trade(side, bit.price, risk, Part(target))
        trade.bought += abs(bit.size)

    def sold(self, order, bit):
        part = self.parts[order.ref]
        part.sold += abs(bit.size)
        trade = self.trades[order.data]
        kind = "rest" if part is trade.rest else "own" if part in trade.own else "rung"
        self.met[f"{kind} sold"] += 1
        self.met["in part"] += order.alive()
        self.met["gap"] += bit.price != order.created.price
        if part is trade.rest and order.status == order.Completed:
            part.price = None

    def next(self):
        for data, price, units in self.strategy.targets:
            trade = self.trades[data]
            if units is None:
                trade.rest.price = price
            else:
                trade.own.append(Part(price, units))
        for data, trade in self.trades.items():
            self.audit(data, trade, self.strategy.broker.positions[data].size)

    def audit(self, data, trade, held):
        live = [
            order
            for order in self.strategy.broker.pending
            if order.data is data and order.alive() and order.executed.remsize * held < 0
        ]
        leaving = sum(abs(order.executed.remsize) for order in live if order.exectype in MARKETS)
        parts = [(part, units) for part, units in self.split(trade, abs(held) - leaving) if units > 0]
        stops = [order for order in live if order.exectype == STOP]
        targets = [order for order in live if order.exectype == LIMIT]
        wanted = [(units, part.price) for part, units in parts if part.price is not None]
        offered = [(abs(order.executed.remsize), order.created.price) for order in targets]
        covered = [abs(order.executed.remsize) for order in stops]
        if not alike(wanted, offered):
            self.blame(data, f"targets {sorted(offered)} for {sorted(wanted)}")
        elif not alike([(units,) for _, units in parts], [(units,) for units in covered]):
            self.blame(data, f"stops of {sorted(covered)} for {sorted(units for _, units in parts)}")
        else:
            self.pair(data, live, targets)
            self.met["bars with rungs"] += any(part.units and part not in trade.own for part, _ in parts)
        for order in targets:
            self.parts[order.ref] = min(
                (part for part, _ in parts if part.price is not None),
                key=lambda part, order=order: abs(part.price - order.created.price),
                default=trade.rest,
            )

    def pair(self, data, live, targets):
        """Each target has a stop of its size before it in the queue, of which one cancels the other."""
        groups = self.strategy.broker._ocos
        for order in targets:
            before = live[: live.index(order)]
            if not any(
                one.exectype == STOP
                and groups[one.ref] == groups[order.ref]
                and one.executed.remsize == order.executed.remsize
                for one in before
            ):
                self.blame(data, f"target {order.ref} has no stop of its own before it")

    def split(self, trade, units):
        """Yield each part with its share of `units`: own targets, rungs from the nearest on, the rest."""
        self.lay(trade)
        for part in (*trade.own, *trade.rungs.values()):
            left = part.units - part.sold
            share = (
                units if left > units or same(left, units) else 0.0 if abs(left) < 1e-9 * part.sold else left
            )
            yield part, max(0.0, share)
            units -= max(0.0, share)
        yield trade.rest, units

    def lay(self, trade):
        profile, side, target = self.p.profile, trade.side, trade.rest.price
        left, shares = trade.bought, 0.0
        for multiple, share in profile.ladder:
            rung = trade.rungs.setdefault(multiple, Part(None, 0.0))
            rung.price = trade.anchor + side * multiple * trade.risk
            is_beyond = target is not None and (side * (rung.price - target) > 0 or same(rung.price, target))
            shares += share
            units = trade.bought * share
            if profile.lot:
                units = math.floor(units / profile.lot * (1 + 1e-9)) * profile.lot
            if same(shares, 1.0):
                units = left
            rung.units = 0.0 if is_beyond or rung.price <= 0 or not trade.risk else units
            left -= rung.units

    def blame(self, data, text):
        self.problems.append(f"bar {len(self.strategy)} {data._name}: {text}")

    def get_analysis(self):
        return {"problems": self.problems, "met": dict(self.met)}


def alike(one, other):
    """Return whether two lists of tuples hold the same numbers, whatever their order."""
    return len(one) == len(other) and all(
        same(a, b)
        for first, second in zip(sorted(one), sorted(other), strict=True)
        for a, b in zip(first, second, strict=True)
    )
