"""An independent audit of the order protocol. Requires: Backtrader's own orders and fills. Gives: `problems`.

Slow on purpose: every bar it reads the broker's queues and the notified orders again and recomputes positions,
cover, heat and cash from them. It shares no code with what it audits. From the strategy it takes only what it
asked for (`asked`), and the desk's own figures in order to compare them.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict

import backtrader as bt

from tests.bench.book import (
    ENTRY,
    EXIT,
    MARKETS,
    STOP,
    Held,
    Seen,
    above,
    decided_price,
    entry_of,
    group_of,
    role_of,
    same,
)
from tests.bench.heat_audit import HeatAudit


class Auditor(bt.Analyzer):
    """Check the invariants after every bar; collect violations in `problems` and what happened in `met`.

    `limits` is a profile or anything with its limits; `covers` is False where no stops are to be placed;
    `at_open` says that orders may also be sent before the broker of their bar.
    """

    params = (("limits", None), ("covers", True), ("at_open", False))

    def start(self):
        self.problems: list[str] = []
        self.met: Counter = Counter()
        self.held = defaultdict(Held)
        self.seen: dict[int, Seen] = {}
        self.fills: list[tuple] = []
        self.equity: list[float] = []
        self.broker = self.strategy.broker
        self.names = {data: data._name for data in self.strategy.datas}
        self.openings: Counter = Counter()
        self.dangling: set[int] = set()
        self.standing: list[tuple] = []
        self.lengths: dict = {}
        self.cash = self.broker.getcash()
        schemes = [self.broker.getcommissioninfo(data) for data in self.strategy.datas]
        self.counts_cash = all(
            s.stocklike and s.p.mult == s.p.leverage == 1 and not s.p.interest for s in schemes
        )
        self.heat = HeatAudit(self)

    @property
    def bar(self):
        return len(self.strategy)

    def blame(self, rule, data, text):
        self.problems.append(f"{rule} bar {self.bar} {self.names.get(data, '-')}: {text}")

    # What is notified.

    def notify_order(self, order):
        seen = self.meet(order)
        for bit in order.executed.iterpending():
            self.fill(seen, order, bit)
        seen.is_done = not order.alive()
        if order.status in (order.Margin, order.Rejected, order.Canceled, order.Expired):
            self.met[f"{seen.role} {order.getstatusname()}"] += 1
        if order.status in (order.Margin, order.Rejected) and seen.role != ENTRY:
            died_with_entry = order.parent is not None and order.parent.status in (
                order.Margin,
                order.Rejected,
            )
            if not died_with_entry:
                self.blame("I4", order.data, f"{seen.role} {order.ref} was refused: {order.getstatusname()}")

    def meet(self, order):
        """Return what is known of an order; on first sight, give it its role."""
        seen = self.seen.get(order.ref)
        if seen is None:
            entry = entry_of(order)
            entry = self.twin(order) if entry is None else self.meet(entry)
            role = role_of(order, entry, self.held[order.data].size)
            seen = self.seen[order.ref] = Seen(order, role, entry)
            if role == STOP and entry is not None:
                entry.stop = order.created.price
        seen.order = order
        return seen

    def twin(self, order):
        """Return the entry that an order sent before the broker of its bar came with: by now the tie may be gone."""
        before = self.seen.get(order.ref - 1)
        if not self.p.at_open or order.exectype in MARKETS or self.held[order.data].size or before is None:
            return None
        entry = before if before.role == ENTRY else before.entry
        is_twin = entry is not None and not entry.is_done and entry.order.data is order.data
        return entry if is_twin and entry.order.size * order.size < 0 else None

    def fill(self, seen, order, bit):
        held, data = self.held[order.data], order.data
        self.fills.append((self.bar, self.names[data], seen.role, bit.size, bit.price))
        self.met[f"{seen.role} filled"] += 1
        if len(data) == self.lengths.get(data):
            self.blame(
                "I4", data, f"{seen.role} {order.ref} filled at {bit.price} on a bar that its data lacks"
            )
        before, after = held.size, before_plus(held.size, bit.size, bit.psize)
        if after is None:
            self.blame("I0", data, f"{before} and a fill of {bit.size} are {bit.psize} at the broker")
        held.size, held.price = bit.psize, bit.pprice
        self.cash -= bit.size * bit.price + bit.comm
        if 0.0 < abs(held.size) < 1e-9 * abs(before):
            self.blame("I4", data, f"{seen.role} {order.ref} leaves a speck of {held.size}")
        elif before * held.size < 0:
            self.blame("I4", data, f"{seen.role} {order.ref} flipped {before} to {held.size}")
        elif abs(held.size) > abs(before) and seen.role != ENTRY:
            self.blame("I4", data, f"{seen.role} {order.ref} opened: {before} to {held.size}")
        if before == 0.0 and held.size:
            self.opened(data, held, order)
        if seen.role != ENTRY and held.size:
            self.met["partial exit"] += 1
        if held.size == 0.0:
            held.stop = None
            self.met["round trip"] += 1
            self.met["entry and exit in one bar"] += held.opened_at == self.bar
        if seen.role == STOP:
            is_gap = bit.price < order.created.price if bit.size < 0 else bit.price > order.created.price
            self.met["gap through a stop"] += is_gap

    def opened(self, data, held, order):
        held.opened_at, held.opened_by, held.stop = self.bar, order.ref, None
        side = 1 if held.size > 0 else -1
        self.met["long" if side > 0 else "short"] += 1
        self.openings[data, side] += 1
        asked = getattr(self.strategy, "asked", None)
        if asked is None:
            return
        last = self.bar if self.p.at_open else self.bar - 1
        wishes = sum(
            ask.may_open and ask.side == side and ask.bar <= last and self.strategy.datas[ask.data] is data
            for ask in asked
        )
        if self.openings[data, side] > wishes:
            self.blame("I4", data, f"opening {self.openings[data, side]} for side {side}, asked for {wishes}")

    # What stands at the end of a bar.

    def next(self):
        live = [o for o in (*self.broker.pending, *self.broker.submitted) if o is not None and o.alive()]
        known = set(self.seen)
        new = [seen for seen in map(self.meet, live) if seen.order.ref not in known]
        self.equity.append(self.broker.getvalue())
        self.audit_broker()
        self.audit_touched()
        for data in self.strategy.datas:
            if self.held[data].size:
                self.audit_cover(data, [order for order in live if order.data is data])
        self.audit_dangling(live)
        entries = [seen for seen in new if seen.role == ENTRY]
        for seen in entries:
            self.audit_entry(seen.order, live)
        self.standing = self.stand(live)
        self.lengths = {data: len(data) for data in self.strategy.datas}
        self.heat.audit([] if self.p.at_open else entries, live)
        self.count_asked()

    def audit_broker(self):
        for data, held in self.held.items():
            position = self.broker.positions.get(data)
            size = position.size if position is not None else 0.0
            if not same(size, held.size):
                self.blame("I0", data, f"broker holds {size}, fills sum to {held.size}")
        cash = self.broker.getcash()
        if self.counts_cash and not same(self.cash, cash, 1e-7) and abs(self.cash - cash) > 1e-4:
            self.blame("I0", None, f"fills leave cash {self.cash}, the broker has {cash}")
            self.counts_cash = False

    def audit_cover(self, data, mine):
        """I2: live stops at one price and live exits are exactly the position, and no more is on sale."""
        held, groups = self.held[data], defaultdict(list)
        size, levels, cover, offered = abs(held.size), [], 0.0, 0.0
        for order in mine:
            if order.executed.remsize * held.size < 0 and not self.seen[order.ref].waits():
                groups[group_of(order, self.broker)].append(order)
        for orders in groups.values():
            offered += max(abs(order.executed.remsize) for order in orders)
            protective = [order for order in orders if self.seen[order.ref].role in (STOP, EXIT)]
            if len(protective) > 1:
                self.blame("I2", data, f"{len(protective)} protective orders cancel each other")
            cover += max((abs(o.executed.remsize) for o in protective if self.can_act(o)), default=0.0)
            levels += [order.created.price for order in protective if self.seen[order.ref].role == STOP]
        if above(offered, size):
            self.blame("I2", data, f"{offered} on sale against a position of {held.size}")
        if self.p.covers and held.opened_at == self.bar:
            self.audit_first_bar(data, held, groups)
        if self.p.covers and not same(cover, size):
            self.blame("I2", data, f"cover of {cover} for a position of {held.size}: {self.show(mine)}")
        if len({*levels}) > 1:
            self.blame("I2", data, f"stops at several prices {levels}")
        if levels:
            self.audit_stop(data, held, levels[0])

    def audit_first_bar(self, data, held, groups):
        """I2: what was filled at or beyond its decided stop is on its way out."""
        decided, side = self.seen[held.opened_by].stop, 1 if held.size > 0 else -1
        exits = [o for orders in groups.values() for o in orders if self.seen[o.ref].role == EXIT]
        leaving = sum(abs(order.executed.remsize) for order in exits)
        if decided is not None and side * (held.price - decided) <= 0 and not same(leaving, abs(held.size)):
            self.blame("I2", data, f"filled at {held.price} beyond its stop {decided} and kept")

    def audit_stop(self, data, held, stop):
        """I3: a stop is a price, starts no looser than decided, and never loosens."""
        if not (math.isfinite(stop) and stop > 0):
            self.blame("I2", data, f"a stop at {stop}")
        side = 1 if held.size > 0 else -1
        if held.stop is not None:
            if side * (held.stop - stop) > 0 and not same(stop, held.stop, 1e-12):
                self.blame("I3", data, f"stop loosened from {held.stop} to {stop}, position {held.size}")
            self.met["stop moved"] += not same(stop, held.stop)
        else:
            entry = self.seen[held.opened_by]
            if entry.stop is not None:
                anchored = held.price - (decided_price(entry.order) - entry.stop)
                loosest = min(side * anchored, side * entry.stop) * side
                if side * (loosest - stop) > 0 and not same(stop, loosest):
                    self.blame("I3", data, f"first stop {stop}, decided {entry.stop}, anchored {anchored}")
        held.stop, held.stop_seen_at = stop, self.bar

    def stand(self, live):
        """Return each stop that has to fire when the next bar of its data touches it, and the length of that data."""
        if self.broker.p.filler is not None:
            return []
        stops = [seen for order in live if (seen := self.seen[order.ref]).role == STOP]
        return [
            (seen, seen.order.created.price, len(seen.order.data))
            for seen in stops
            if not seen.waits() or seen.entry.order.exectype in MARKETS
        ]

    def audit_touched(self):
        """I2: a stop that stood before a bar and was touched by it has been filled, on the bar of its entry too."""
        for seen, price, bars in self.standing:
            order, data = seen.order, seen.order.data
            prices = (data.open[0], data.high[0], data.low[0])
            if len(data) == bars or not all(0 < value < math.inf for value in prices) or seen.waits():
                continue
            is_touched = data.low[0] <= price if order.size < 0 else data.high[0] >= price
            # Before the broker of a bar the desk may still withdraw it.
            fired = order.status == order.Completed or (self.p.at_open and not order.alive())
            if is_touched and not fired and self.held[data].size * order.size < 0:
                self.blame("I2", data, f"stop {order.ref} at {price} was touched and did not fire")

    def can_act(self, order) -> bool:
        return order._active or any(order is waking for waking in self.broker._toactivate)

    def audit_dangling(self, live):
        """I4: by the end of the bar after a position was closed, nothing of it is left at the broker."""
        left = set()
        for order in live:
            seen = self.seen[order.ref]
            if seen.role != ENTRY and not self.held[order.data].size and not seen.waits():
                left.add(order.ref)
                if order.ref in self.dangling:
                    self.blame("I4", order.data, f"{seen.role} {order.ref} still lives on a flat data")
        self.dangling = left

    def audit_entry(self, order, live):
        """I2: a Market entry is covered before it fills, by stops of its size that can act on the same bar."""
        self.met["entry sent"] += 1
        self.met[f"entry {order.getordername()}"] += 1
        if not order.size or not math.isfinite(order.size):
            self.blame("I1", order.data, f"an entry of size {order.size}")
        has_filler = self.broker.p.filler is not None
        if not self.p.covers or has_filler or order.exectype not in MARKETS:
            return
        stops = [o for o in live if self.seen[o.ref].protects(order)]
        if not same(sum(o.executed.remsize for o in stops), -order.executed.remsize):
            self.blame("I2", order.data, f"entry {order.ref} without stops of its size: {self.show(stops)}")
        elif not all(stop._active for stop in stops):
            self.blame("I2", order.data, f"the stop of entry {order.ref} sleeps on the entry bar")

    def show(self, orders):
        return [(o.ref, self.seen[o.ref].role, o.executed.remsize, o.created.price) for o in orders]

    def count_asked(self):
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


def before_plus(before, fill, after):
    """Return the position after a fill, or None where the broker's figure is another one."""
    total = before + fill
    return after if same(total, after) or abs(total - after) <= 1e-9 * abs(before) else None
