"""The audit of adds to open positions. Requires: the auditor's book. Gives: problems, to the auditor."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.bench.book import EXIT, STOP, Seen, same


@dataclass
class Add:
    """What came of one entry that enlarged a position: bar of its first fill, units, and what it paid for them."""

    seen: Seen
    bar: int
    units: float = 0.0
    paid: float = 0.0

    @property
    def price(self) -> float:
        return self.paid / self.units


@dataclass
class Grown:
    """The adds to one position, by the number of the order that opened it."""

    opened_by: int
    adds: dict[int, Add] = field(default_factory=dict)


class AddAudit:
    """Hold adds to their number, and the stop of a position that grew to the one that the add was decided with."""

    def __init__(self, book):
        self.book = book
        self.grown: dict = {}
        # Numbers of the orders that opened a position: what else comes of them is no add, whoever closed it since.
        self.openers: set[int] = set()

    def fill(self, seen, held, bit):
        """Take in a fill that made an open position larger; the rest of the entry that opened it is no add."""
        data, ref = seen.order.data, seen.order.ref
        # Nor is an entry that was on its way when an order past the desk opened the position before it.
        if ref in self.openers or held.is_adopted:
            return
        grown = self.grown.get(data)
        if grown is None or grown.opened_by != held.opened_by:
            grown = self.grown[data] = Grown(held.opened_by)
        add = grown.adds.setdefault(ref, Add(seen, self.book.bar))
        if not add.units:
            self.book.met["add filled"] += 1
            most = getattr(self.book.p.limits, "max_adds", 0)
            if len(grown.adds) > most:
                self.book.blame("I1", data, f"add {ref} is number {len(grown.adds)}, the limit is {most}")
        add.units += abs(bit.size)
        add.paid += abs(bit.size) * bit.price

    def audit(self, live):
        """Check the positions that an add has begun to join on this bar; after the audit of cover."""
        for data, grown in self.grown.items():
            held = self.book.held[data]
            if not held.size or grown.opened_by != held.opened_by:
                continue
            for add in grown.adds.values():
                if add.bar == self.book.bar and add.seen.stop is not None:
                    self.audit_add(data, held, add, [order for order in live if order.data is data])

    def audit_add(self, data, held, add, mine):
        side = 1 if held.size > 0 else -1
        gone = sum(
            abs(seen.order.executed.size)
            for seen in self.book.seen.values()
            if seen.role == STOP and seen.entry is add.seen
        )
        exits = sum(abs(o.executed.remsize) for o in mine if self.book.seen[o.ref].role == EXIT)
        if same(gone, add.units):
            self.book.met["add stopped on its bar"] += 1
        elif side * (add.price - add.seen.stop) <= 0:
            self.book.met["add beyond its stop"] += 1
            if exits < add.units and not same(exits, add.units):
                text = (
                    f"add {add.seen.order.ref} filled at {add.price} beyond its stop {add.seen.stop} and kept"
                )
                self.book.blame("I2", data, text)
        elif held.stop_seen_at == self.book.looks:
            # I3: from its fill on one stop holds for all, no looser than decided, or as far from the fill as decided.
            distance = add.seen.price - add.seen.stop
            loosest = side * min(side * add.seen.stop, side * (add.price - distance))
            if side * (loosest - held.stop) > 0 and not same(held.stop, loosest):
                text = f"the stop of all is {held.stop} after an add decided with {add.seen.stop}"
                self.book.blame("I3", data, text)
