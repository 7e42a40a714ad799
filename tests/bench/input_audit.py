"""The audit of what bad input leads to. Requires: the auditor's book. Gives: problems, to the auditor."""

from __future__ import annotations

from math import inf, isfinite

from tests.bench.book import ENTRY, MARKETS, STRANGER, bar_of, is_shown, is_sound


class InputAudit:
    """I12: a bad bar or a bad number opens nothing and keeps nobody in."""

    def __init__(self, book):
        self.book = book
        self.leaving: list[tuple] = []
        self.alarms = 0

    def audit_fill(self, seen, order, bit):
        """A fill has a price, and an entry is tried on no bar whose prices contradict each other."""
        if seen.role != STRANGER and not (isfinite(bit.price) and bit.price > 0 and isfinite(bit.size)):
            self.book.blame("I12", order.data, f"{seen.role} {order.ref} filled {bit.size} at {bit.price}")
        if seen.role == ENTRY and not is_sound(order.data):
            self.book.blame("I12", order.data, f"entry {order.ref} filled on the bar {bar_of(order.data)}")

    def audit_order(self, seen, order):
        """An order of the desk's asks for a size, and if it waits for a price, for one that there can be."""
        size, price = order.created.size, order.created.price
        is_price = order.exectype in MARKETS or (isfinite(price) and price > 0)
        if seen.role != STRANGER and order.alive() and not (isfinite(size) and size and is_price):
            name = order.getordername()
            self.book.blame("I12", order.data, f"{seen.role} {name} {order.ref} for {size} at {price}")

    def audit(self, entries):
        """Check one bar; `entries` are the orders sent in it that may open something."""
        desk = getattr(self.book.strategy, "bt_risk", None)
        alarms = sum(event.kind == "emergency" for event in getattr(desk, "events", ()))
        held = [data for data, position in self.book.held.items() if position.size]
        if alarms > self.alarms and not all(isfinite(data.close[0]) for data in held):
            self.book.blame("I12", None, "liquidated for an account whose value is no number")
        self.alarms = alarms
        for seen in entries:
            data = seen.order.data
            if not self.book.has_new_bar(data):
                self.book.blame("I12", data, f"entry {seen.order.ref} without a bar of its own")
            elif not is_sound(data):
                self.book.blame("I12", data, f"entry {seen.order.ref} on the bar {bar_of(data)}")
        self.audit_leaving()

    def hear(self, ask, since):
        """Take in a call; one that closes is to be followed from the bar after `since` until the position is closed."""
        data = self.book.strategy.datas[ask.data]
        if ask.kind == "cancel":
            self.leaving = [one for one in self.leaving if one[0] is not data]
        fills_whole = self.book.broker.p.filler is None and self.book.broker.p.slip_match
        if ask.kind == "close" and ask.held and fills_whole:
            self.leaving.append((data, ask.held, since))
            if not ask.refs:
                self.book.blame("I4", data, f"asked to close {ask.held}, nothing was sent")

    def audit_leaving(self):
        """I4: the position is closed on the next bar on which its data shows an opening price."""
        still = []
        for data, was, since in self.leaving:
            held = self.book.held[data]
            # What strangers bought meanwhile was not asked to be closed.
            if held.closed_at > since or held.size * was <= 0 or data in self.book.disturbed:
                continue
            if self.book.bar > since and self.book.has_new_bar(data) and self.trades(data):
                self.book.blame("I4", data, f"asked to close {was} on bar {since}, still holds {held.size}")
            else:
                self.book.met["exit waits for a price"] += 1
                still.append((data, was, since))
        self.leaving = still

    def trades(self, data) -> bool:
        """Return whether a market order has a price on this bar: an opening, and a range to slip in."""
        slips = self.book.broker.p.slip_perc or self.book.broker.p.slip_fixed
        return (
            is_shown(data) and 0 < data.open[0] < inf and (not slips or 0 < data.low[0] <= data.high[0] < inf)
        )
