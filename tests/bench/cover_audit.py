"""The audit of protective orders. Requires: the auditor's book. Gives: problems, to the auditor."""

from __future__ import annotations

import math
from collections import defaultdict

from tests.bench.book import AT_CLOSE, EXIT, MARKETS, STOP, STRANGER, TARGET, above, group_of, is_shown, same


class CoverAudit:
    """Hold stops and exits to the positions they stand for: size, price, and that they act when touched."""

    def __init__(self, book):
        self.book = book
        self.broker = book.broker
        self.standing: list[tuple] = []
        self.leaving: list[tuple] = []

    def audit(self, entries, live):
        """Check what stands; `entries` are the new orders that may open something."""
        for data, held in list(self.book.held.items()):
            if held.size:
                self.audit_cover(data, [order for order in live if order.data is data])
        for seen in entries:
            self.audit_entry(seen.order, live)

    def audit_fill(self, seen, order, bit):
        """I2: what protects from the bar after the fill of its entry on is not tried on the bar of the fill."""
        if seen.role not in (STOP, TARGET) or not seen.is_on_entry_bar():
            return
        self.book.met[f"{seen.role} filled on the bar of its entry"] += 1
        if not seen.starts_at_once(self.book.p.limits):
            self.book.blame("I2", order.data, f"{seen.role} {order.ref} filled on the bar of its entry")

    def audit_cover(self, data, mine):
        """I2: live stops at one price and live exits are exactly the position, and no more is on sale."""
        held, groups = self.book.held[data], defaultdict(list)
        size, levels, cover, offered = abs(held.size), [], 0.0, 0.0
        for order in mine:
            seen = self.book.seen[order.ref]
            if (
                order.executed.remsize * held.size < 0
                and not seen.waits()
                and seen.role not in (STRANGER, AT_CLOSE)
            ):
                groups[group_of(order, self.broker)].append(order)
        for orders in groups.values():
            offered += max(abs(order.executed.remsize) for order in orders)
            protective = [order for order in orders if self.book.seen[order.ref].role in (STOP, EXIT)]
            if len(protective) > 1:
                self.book.blame("I2", data, f"{len(protective)} protective orders cancel each other")
            cover += max((abs(o.executed.remsize) for o in protective if self.can_act(o)), default=0.0)
            levels += [order.created.price for order in protective if self.book.seen[order.ref].role == STOP]
        exits = [o for orders in groups.values() for o in orders if self.book.seen[o.ref].role == EXIT]
        leaving = sum(abs(order.executed.remsize) for order in exits)
        held.is_closing = same(leaving, size)
        if above(offered, size):
            self.book.blame("I2", data, f"{offered} on sale against a position of {held.size}")
        if self.book.p.covers and held.opened_at == self.book.bar:
            self.audit_first_bar(data, held)
        if held.is_adopted and held.stop is None and not levels:
            # Its stop is known when the average range is, and for a long in a wild market there is none.
            self.book.met["adopted without a stop"] += 1
        elif self.book.p.covers and not same(cover, size):
            self.book.blame("I2", data, f"cover of {cover} for a position of {held.size}: {self.show(mine)}")
        if len({*levels}) > 1:
            self.book.blame("I2", data, f"stops at several prices {levels}")
        if levels:
            self.audit_stop(data, held, levels[0])

    def audit_first_bar(self, data, held):
        """I2: what was filled at or beyond its decided stop is on its way out."""
        decided, side = self.book.seen[held.opened_by].stop, 1 if held.size > 0 else -1
        if decided is not None and side * (held.price - decided) <= 0 and not held.is_closing:
            self.book.blame("I2", data, f"filled at {held.price} beyond its stop {decided} and kept")

    def audit_stop(self, data, held, stop):
        """I3: a stop is a price, starts no looser than decided, and never loosens."""
        if not (math.isfinite(stop) and stop > 0):
            self.book.blame("I2", data, f"a stop at {stop}")
        side = 1 if held.size > 0 else -1
        if held.stop is not None:
            if side * (held.stop - stop) > 0 and not same(stop, held.stop, 1e-12):
                self.book.blame("I3", data, f"stop loosened from {held.stop} to {stop}, position {held.size}")
            self.book.met["stop moved"] += not same(stop, held.stop)
        elif held.is_adopted:
            self.book.met["adopted with a stop"] += 1
        else:
            entry = self.book.seen[held.opened_by]
            # What came in past the desk has another price, and moves that of the whole.
            if entry.stop is not None and data not in self.book.disturbed:
                anchored = held.price - (entry.price - entry.stop)
                loosest = min(side * anchored, side * entry.stop) * side
                if side * (loosest - stop) > 0 and not same(stop, loosest):
                    self.book.blame(
                        "I3", data, f"first stop {stop}, decided {entry.stop}, anchored {anchored}"
                    )
        held.stop, held.stop_seen_at = stop, self.book.looks

    def stand(self, live):
        """Remember the stops with their prices, and the exits with their sizes, before the broker tries them."""
        seen = [self.book.seen[order.ref] for order in live]
        self.standing = [(one, one.order.created.price) for one in seen if one.role == STOP]
        self.leaving = [(one, abs(one.order.created.size)) for one in seen if one.role == EXIT]

    def audit_touched(self):
        """I2: a stop that stood before a bar and was touched by it has been filled, on the bar of its entry too."""
        if self.broker.p.filler is not None or not self.broker.p.slip_match:
            return
        for seen, price in self.standing:
            order, data = seen.order, seen.order.data
            prices = (data.open[0], data.high[0], data.low[0])
            if seen.is_on_entry_bar() and not seen.starts_at_once(self.book.p.limits):
                continue
            is_usable = all(0 < p < math.inf for p in prices)
            if seen.is_void() or not (self.book.has_new_bar(data) and is_usable and is_shown(data)):
                continue
            is_touched = data.low[0] <= price if order.size < 0 else data.high[0] >= price
            is_held = self.book.held[data].size * order.size < 0
            if is_touched and is_held and order.status != order.Completed:
                self.book.blame("I2", data, f"stop {order.ref} at {price} was touched and did not fire")

    def can_act(self, order) -> bool:
        return order._active or any(order is waking for waking in self.broker._toactivate)

    def audit_entry(self, order, live):
        """I2: a Market entry is covered before it fills, by stops of its size that can act on the same bar."""
        self.book.met["entry sent"] += 1
        self.book.met[f"entry {order.getordername()}"] += 1
        if not order.size or not math.isfinite(order.size):
            self.book.blame("I1", order.data, f"an entry of size {order.size}")
        has_filler = self.broker.p.filler is not None
        if not self.book.p.covers or has_filler or order.exectype not in MARKETS:
            return
        stops = [o for o in live if self.book.seen[o.ref].protects(order)]
        if not same(sum(o.executed.remsize for o in stops), -order.executed.remsize):
            self.book.blame(
                "I2", order.data, f"entry {order.ref} without stops of its size: {self.show(stops)}"
            )
        elif not all(stop._active for stop in stops):
            self.book.blame("I2", order.data, f"the stop of entry {order.ref} sleeps on the entry bar")

    def show(self, orders):
        return [(o.ref, self.book.seen[o.ref].role, o.executed.remsize, o.created.price) for o in orders]
