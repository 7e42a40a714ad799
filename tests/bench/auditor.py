"""An independent audit of the order protocol. Requires: Backtrader's own orders and fills. Gives: `problems`.

Slow on purpose: every bar it reads the broker's queues and the notified orders again and recomputes positions,
cover, heat and cash from them. It shares no code with what it audits. From the strategy it takes only what it
asked for (`asked`), and the desk's own figures in order to compare them.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass

import backtrader as bt

STOPS = (bt.Order.Stop, bt.Order.StopLimit, bt.Order.StopTrail, bt.Order.StopTrailLimit)
ENTRY, STOP, TARGET, EXIT = "entry", "stop", "target", "exit"


def same(a: float, b: float, tolerance: float = 1e-9) -> bool:
    return a == b or abs(a - b) <= tolerance * max(abs(a), abs(b))


def within(value: float, limit: float | None) -> bool:
    return limit is None or value <= limit or same(value, limit)


@dataclass
class Held:
    """The position in one data, rebuilt from fills; `stop` is the last level seen to cover it."""

    size: float = 0.0
    price: float = 0.0
    opened_at: int = 0
    stop: float | None = None
    stop_seen_at: int = 0


@dataclass
class Seen:
    """What is known of one order: its role, the bar it was first seen, and the stop decided with it."""

    order: bt.Order
    role: str
    bar: int
    stop: float | None = None


class Auditor(bt.Analyzer):
    """Check I1, I2, I3, I4 and I7 after every bar; collect violations in `problems` and events in `met`."""

    params = (("limits", None), ("covers", True), ("exact", True), ("at_open", False))

    def start(self):
        self.problems: list[str] = []
        self.met: Counter = Counter()
        self.held = defaultdict(Held)
        self.seen: dict[int, Seen] = {}
        self.fills: list[tuple] = []
        self.equity: list[float] = []
        self.cash = self.strategy.broker.getcash()
        self.names = {data: data._name for data in self.strategy.datas}
        self.dangling: set[int] = set()
        self.openings: Counter = Counter()
        broker = self.strategy.broker
        schemes = [broker.getcommissioninfo(data) for data in self.strategy.datas]
        self.counts_cash = all(s.stocklike and s.p.mult == 1 and not s.p.interest for s in schemes)

    def blame(self, rule, data, text):
        name = self.names.get(data, "-")
        self.problems.append(f"{rule} bar {len(self.strategy)} {name}: {text}")

    # What is notified.

    def notify_order(self, order):
        seen = self.meet(order, self.held[order.data].size)
        for bit in order.executed.iterpending():
            self.fill(seen, order, bit)
        if order.status in (order.Margin, order.Rejected):
            if seen.role != ENTRY and self.is_orphan_refusal(order):
                self.blame("I4", order.data, f"{seen.role} {order.ref} was refused: {order.getstatusname()}")
            self.met[f"{seen.role} {order.getstatusname()}"] += 1
        elif order.status in (order.Canceled, order.Expired):
            self.met[f"{seen.role} {order.getstatusname()}"] += 1

    def is_orphan_refusal(self, order) -> bool:
        """Return False for a child that dies with its own refused entry."""
        return order.parent is None or order.parent.status not in (order.Margin, order.Rejected)

    def meet(self, order, position):
        """Return what is known of an order; on first sight, give it its role."""
        seen = self.seen.get(order.ref)
        if seen is None:
            is_against = position * order.size < 0
            if order.parent is None and not is_against:
                role = ENTRY
            elif order.exectype in STOPS:
                role = STOP
            else:
                role = TARGET if order.exectype == bt.Order.Limit else EXIT
            seen = self.seen[order.ref] = Seen(order, role, len(self.strategy))
            if order.parent is not None and role == STOP and order.parent.ref in self.seen:
                self.seen[order.parent.ref].stop = order.created.price
        return seen

    def fill(self, seen, order, bit):
        held, data, bar = self.held[order.data], order.data, len(self.strategy)
        self.fills.append((bar, self.names[data], seen.role, bit.size, bit.price))
        self.met[f"{seen.role} filled"] += 1
        before = held.size
        held.size += bit.size
        if same(held.size, 0.0) or abs(held.size) < 1e-9 * max(1.0, abs(before)):
            held.size = 0.0
        if not same(held.size, bit.psize):
            self.blame("I0", data, f"fills sum to {held.size}, the broker's position is {bit.psize}")
        held.price = bit.pprice
        self.cash -= bit.size * bit.price + bit.comm
        if before * held.size < 0:
            self.blame("I4", data, f"{seen.role} {order.ref} flipped {before} to {held.size}")
        if abs(held.size) > abs(before) and seen.role != ENTRY:
            self.blame("I4", data, f"{seen.role} {order.ref} opened: {before} to {held.size}")
        if before == 0.0 and held.size:
            self.opened(data, held, bar)
        if seen.role != ENTRY and held.size:
            self.met["partial exit"] += 1
        if held.size == 0.0:
            held.stop = None
            self.met["round trip"] += 1
            if held.opened_at == bar:
                self.met["entry and exit in one bar"] += 1
        if seen.role == STOP:
            level = order.created.price
            if bit.price < level if bit.size < 0 else bit.price > level:
                self.met["gap through a stop"] += 1

    def opened(self, data, held, bar):
        held.opened_at, held.stop = bar, None
        side = 1 if held.size > 0 else -1
        self.met["long" if side > 0 else "short"] += 1
        self.openings[data, side] += 1
        asked = getattr(self.strategy, "asked", None)
        if asked is None:
            return
        last = bar if self.p.at_open else bar - 1
        wishes = sum(
            1
            for ask in asked
            if ask.may_open and ask.side == side and ask.bar <= last and self.strategy.datas[ask.data] is data
        )
        if self.openings[data, side] > wishes:
            self.blame("I4", data, f"opening {self.openings[data, side]} for side {side}, asked for {wishes}")

    # What stands at the end of a bar.

    def next(self):
        broker = self.strategy.broker
        live = [
            order for order in (*broker.pending, *broker.submitted) if order is not None and order.alive()
        ]
        new = []
        for order in live:
            if order.ref not in self.seen:
                new.append(self.meet(order, self.held[order.data].size))
        self.equity.append(broker.getvalue())
        self.audit_broker(broker)
        for data in self.strategy.datas:
            mine = [order for order in live if order.data is data]
            self.audit_cover(data, mine, broker)
        self.audit_dangling(live)
        for seen in new:
            if seen.role == ENTRY:
                self.audit_entry(seen, live)
        entries = {id(seen.order.data) for seen in new if seen.role == ENTRY}
        if entries and not self.p.at_open:
            self.audit_limits(entries, live, broker)
        self.audit_desk(live, broker)
        self.count_denials()

    def audit_broker(self, broker):
        for data in self.strategy.datas:
            position = broker.positions.get(data)
            size = position.size if position is not None else 0.0
            if not same(size, self.held[data].size):
                self.blame("I0", data, f"broker holds {size}, fills sum to {self.held[data].size}")
        if self.counts_cash and not same(self.cash, broker.getcash(), 1e-7) and abs(self.cash) > 1e-6:
            self.blame("I0", None, f"fills leave cash {self.cash}, the broker has {broker.getcash()}")
            self.counts_cash = False

    def audit_cover(self, data, mine, broker):
        held = self.held[data]
        if not held.size:
            return
        against = [o for o in mine if o.executed.remsize * held.size < 0 and not self.waits(o, mine)]
        groups = defaultdict(list)
        for order in against:
            groups[self.group(order, broker)].append(order)
        size, stops, cover, offered = abs(held.size), [], 0.0, 0.0
        for orders in groups.values():
            offered += max(abs(order.executed.remsize) for order in orders)
            protective = [order for order in orders if self.seen[order.ref].role in (STOP, EXIT)]
            if len(protective) > 1:
                self.blame("I2", data, f"{len(protective)} protective orders cancel each other")
            if any(self.can_act(order, broker) for order in protective):
                cover += max(abs(order.executed.remsize) for order in protective)
            stops += [order.created.price for order in protective if self.seen[order.ref].role == STOP]
        if offered > size and not same(offered, size):
            self.blame("I2", data, f"{offered} on sale against a position of {held.size}")
        if self.p.covers and not same(cover, size):
            self.blame("I2", data, f"cover of {cover} for a position of {held.size}: {self.list(mine)}")
        if len({*stops}) > 1:
            self.blame("I2", data, f"stops at several prices {stops}")
        if stops:
            self.audit_stop(data, held, stops[0])

    def audit_stop(self, data, held, stop):
        if not (math.isfinite(stop) and stop > 0):
            self.blame("I2", data, f"a stop at {stop}")
        if held.stop is not None:
            is_looser = stop < held.stop if held.size > 0 else stop > held.stop
            if is_looser and not same(stop, held.stop, 1e-12):
                self.blame("I3", data, f"stop loosened from {held.stop} to {stop}, position {held.size}")
            if not same(stop, held.stop):
                self.met["stop moved"] += 1
        held.stop, held.stop_seen_at = stop, len(self.strategy)

    def waits(self, order, mine) -> bool:
        """Return whether an order is the child of an entry that is not filled yet."""
        return order.parent is not None and order.parent.alive()

    def can_act(self, order, broker) -> bool:
        return order._active or any(order is waking for waking in broker._toactivate)

    def group(self, order, broker):
        """Return a key that orders share of which one cancels the others."""
        if order.parent is not None:
            return "bracket", order.parent.ref
        return "oco", broker._ocos[order.ref]

    def list(self, orders):
        return [
            (o.ref, self.seen[o.ref].role, o.executed.remsize, o.created.price, o.getstatusname())
            for o in orders
        ]

    def audit_dangling(self, live):
        left = set()
        for order in live:
            seen = self.seen[order.ref]
            if seen.role == ENTRY or self.held[order.data].size or self.waits(order, live):
                continue
            left.add(order.ref)
            if order.ref in self.dangling:
                self.blame("I4", order.data, f"{seen.role} {order.ref} still lives on a flat data")
        self.dangling = left

    def audit_entry(self, seen, live):
        """A Market entry is covered before it fills: a stop of its size that can act on the same bar."""
        order = seen.order
        self.met["entry sent"] += 1
        self.met[f"entry {order.getordername()}"] += 1
        if not order.size or not math.isfinite(order.size):
            self.blame("I1", order.data, f"an entry of size {order.size}")
        has_filler = self.strategy.broker.p.filler is not None
        if not self.p.covers or has_filler or order.exectype not in (None, bt.Order.Market):
            return
        children = [o for o in live if o.parent is not None and o.parent.ref == order.ref]
        stops = [o for o in children if self.seen[o.ref].role == STOP]
        if len(stops) != 1 or not same(stops[0].executed.remsize, -order.executed.remsize):
            self.blame(
                "I2", order.data, f"entry {order.ref} without a stop of its size: {self.list(children)}"
            )
        elif not stops[0]._active:
            self.blame("I2", order.data, f"the stop of entry {order.ref} sleeps on the entry bar")

    # Limits and heat.

    def terms(self, data):
        return self.strategy.broker.getcommissioninfo(data)

    def risk(self, data, size, basis, stop) -> float:
        """Return the loss at the stop and the cost of getting out there; the notional without a stop."""
        terms = self.terms(data)
        if stop is None:
            return abs(terms.profitandloss(size, 0.0, basis))
        costs = abs(terms.getcommission(abs(size), stop))
        return max(0.0, -terms.profitandloss(size, basis, stop) + costs)

    def notional(self, data, size, price) -> float:
        return abs(self.terms(data).profitandloss(size, 0.0, price))

    def decided_price(self, order) -> float:
        is_market = order.exectype in (None, bt.Order.Market, bt.Order.Close)
        return order.created.pclose if is_market else order.created.price

    def pending(self, live):
        """Yield data, unfilled size, decided price and decided stop of each entry on its way."""
        for order in live:
            seen = self.seen[order.ref]
            if seen.role == ENTRY:
                stop = seen.stop
                for child in live:
                    if child.parent is not None and child.parent.ref == order.ref:
                        if self.seen[child.ref].role == STOP:
                            stop = child.created.price
                yield order.data, order.executed.remsize, self.decided_price(order), stop

    def open_risk(self) -> tuple[float, bool]:
        """Return the open risk, and whether it is exact: a position on its way out has no stop to be read."""
        total, is_known = 0.0, True
        by_mark = getattr(self.p.limits, "heat_basis", "entry") == "mark"
        for data, held in self.held.items():
            if held.size:
                if self.p.covers and held.stop_seen_at < len(self.strategy):
                    is_known = False
                    continue
                basis = data.close[0] if by_mark else held.price
                total += self.risk(data, held.size, basis, held.stop)
        return total, is_known

    def audit_limits(self, new, live, broker):
        limits, equity = self.p.limits, broker.getvalue()
        if limits is None:
            return
        waiting = list(self.pending(live))
        open_risk, _ = self.open_risk()
        reserved = sum(
            self.risk(data, size, price, stop)
            for data, size, price, stop in waiting
            if stop is not None or not self.p.covers
        )
        if not equity > 0:
            self.blame("I1", None, f"an entry with an equity of {equity}")
            return
        self.check("heat", (open_risk + reserved) / equity, limits.max_heat)
        datas = {id(d) for d, held in self.held.items() if held.size} | {id(w[0]) for w in waiting}
        self.check("positions", len(datas), limits.max_positions)
        exposure = defaultdict(float)
        for data, held in self.held.items():
            if held.size:
                exposure[data] += self.notional(data, held.size, data.close[0])
        for data, size, price, _ in waiting:
            exposure[data] += self.notional(data, size, price)
        self.check("leverage", sum(exposure.values()) / equity, limits.max_leverage)
        # What was accepted earlier may have grown since, in its price or in its share of the equity.
        for data, notional in exposure.items():
            if id(data) in new:
                self.check(f"position in {self.names[data]}", notional / equity, limits.max_position)

    def check(self, what, value, limit):
        if not within(value, limit):
            self.blame("I1", None, f"{what} {value} above {limit} after an accepted entry")

    def audit_desk(self, live, broker):
        """Compare the desk's heat with ours; with nothing open and nothing pending it is exactly zero."""
        desk = getattr(self.strategy, "bt_risk", None)
        if desk is None:
            return
        equity, waiting = broker.getvalue(), list(self.pending(live))
        is_flat = not any(held.size for held in self.held.values())
        if is_flat and desk.open_heat != 0.0:
            self.blame("I7", None, f"open heat {desk.open_heat} without a position")
        if not waiting and desk.reserved_heat != 0.0:
            self.blame("I7", None, f"reserved heat {desk.reserved_heat} without an entry on its way")
        if is_flat and not waiting and (desk.heat != 0.0 or desk.positions):
            self.blame("I7", None, f"heat {desk.heat}, positions {desk.positions} with an empty book")
        if not equity > 0 or not self.p.exact:
            return
        open_risk, is_known = self.open_risk()
        if is_known and not self.alike(desk.open_heat, open_risk / equity):
            self.blame("I7", None, f"open heat {desk.open_heat}, by the audit {open_risk / equity}")
        if all(stop is not None for _, _, _, stop in waiting):
            reserved = sum(self.risk(data, size, price, stop) for data, size, price, stop in waiting)
            if not self.alike(desk.reserved_heat, reserved / equity):
                self.blame(
                    "I7", None, f"reserved heat {desk.reserved_heat}, by the audit {reserved / equity}"
                )

    @staticmethod
    def alike(a, b):
        return same(a, b, 1e-7) or abs(a - b) < 1e-12

    def count_denials(self):
        for ask in getattr(self.strategy, "asked", ())[self.met["asked"] :]:
            self.met["asked"] += 1
            self.met["denied"] += ask.may_open and not ask.refs
            self.met[f"asked {ask.kind}"] += 1

    def stop(self):
        desk = getattr(self.strategy, "bt_risk", None)
        for event in getattr(desk, "events", ()):
            self.met[f"event {event.kind}"] += 1

    def get_analysis(self):
        return {"problems": self.problems, "met": dict(self.met)}
