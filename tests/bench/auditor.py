"""An independent audit of the order protocol. Requires: Backtrader's own orders and fills. Gives: `problems`.

Slow on purpose: every bar it reads the broker's queues and the notified orders again and recomputes positions,
cover, heat and cash from them. It shares no code with what it audits. From the strategy it takes only what it
asked for (`asked`), and the desk's own figures in order to compare them.
"""

from __future__ import annotations

from collections import Counter, defaultdict

import backtrader as bt

from tests.bench.add_audit import AddAudit
from tests.bench.book import (
    ENTRY,
    MARKETS,
    STOP,
    Held,
    Seen,
    entry_of,
    role_of,
    same,
)
from tests.bench.cover_audit import CoverAudit
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
        self.lengths: dict = {}
        self.cash = self.broker.getcash()
        schemes = [self.broker.getcommissioninfo(data) for data in self.strategy.datas]
        self.counts_cash = all(
            s.stocklike and s.p.mult == s.p.leverage == 1 and not s.p.interest for s in schemes
        )
        self.cover = CoverAudit(self)
        self.heat = HeatAudit(self)
        self.adds = AddAudit(self)

    @property
    def bar(self):
        return len(self.strategy)

    def blame(self, rule, data, text):
        self.problems.append(f"{rule} bar {self.bar} {self.names.get(data, '-')}: {text}")

    # What is notified.

    def notify_order(self, order):
        seen = self.meet(order, is_notice=True)
        for bit in order.executed.iterpending():
            self.fill(seen, order, bit)
        seen.is_done = not order.alive()
        if order.status in (order.Margin, order.Rejected, order.Canceled, order.Expired):
            self.met[f"{seen.role} {order.getstatusname()}"] += 1
        if order.status in (order.Margin, order.Rejected) and seen.role != ENTRY:
            entry = seen.entry
            if entry is None or entry.order.status not in (order.Margin, order.Rejected):
                self.blame("I4", order.data, f"{seen.role} {order.ref} was refused: {order.getstatusname()}")

    def meet(self, order, *, is_notice=False):
        """Return what is known of an order; on first sight, give it its role."""
        seen = self.seen.get(order.ref)
        if seen is None:
            entry = entry_of(order)
            if entry is not None:
                entry = self.meet(entry)
            elif is_notice and self.p.at_open:
                entry = self.twin(order)
            role = role_of(order, entry, self.held[order.data].size)
            seen = self.seen[order.ref] = Seen(order, role, entry)
            if role == STOP and entry is not None and not self.p.at_open:
                entry.stop = order.created.price
        elif seen.entry is None and seen.role != ENTRY and not is_notice:
            # A notice of an order sent before the broker of its bar does not tell what it is tied to.
            entry = entry_of(order)
            seen.entry = None if entry is None else self.meet(entry)
        seen.order = order
        return seen

    def twin(self, order):
        """Return the entry that an order sent before the broker of its bar came with.

        It is first heard of when all is over: its tie may be gone by then, and its price may have moved.
        """
        if order.exectype in MARKETS or self.held[order.data].size:
            return None
        return next(
            (
                seen
                for seen in reversed(self.seen.values())
                if seen.role == ENTRY
                and not seen.is_done
                and seen.order.data is order.data
                and seen.order.size * order.size < 0
            ),
            None,
        )

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
        elif before * bit.size > 0:
            self.adds.fill(seen, held, bit)
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
        self.audit_dangling(live)
        entries = [seen for seen in new if seen.role == ENTRY]
        self.cover.audit(entries, live)
        self.adds.audit(live)
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
