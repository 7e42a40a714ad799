"""The audit of heat, limits and tiers. Requires: the auditor's book. Gives: problems, to the auditor."""

from __future__ import annotations

from collections import defaultdict
from math import inf, isfinite, nan

from tests.bench.book import ENTRY, EXIT, above, same
from tests.bench.cap_audit import CapAudit
from tests.bench.silence_model import SilenceModel

CRITICAL = 0.95  # share of max_heat from which no entry is sent


class HeatAudit:
    """Recompute open and reserved risk from positions, stops and pending orders, and hold them to the limits."""

    def __init__(self, book):
        self.book = book
        self.broker = book.broker
        self.caps = CapAudit(book, self)
        self.silence = SilenceModel(book.strategy.datas)
        self.marks = {}
        self.last_worth = book.broker.getvalue()

    def audit_open(self, entries, live):
        """Check what was sent before the broker's turn, against the account and the prices of the last close."""
        if entries and self.book.p.limits is not None:
            self.compare_halts(entries)
            self.audit_limits(entries, list(self.waiting(live)), self.last_worth, at_open=True)
            self.audit_denied(entries, self.last_worth)

    def audit(self, entries, live):
        """Check one bar; `entries` are the orders sent in it that may open something."""
        limits = self.book.p.limits
        equity = self.last_worth = self.worth()
        waiting = list(self.waiting(live))
        self.compare_halts(entries)
        if limits is not None:
            if entries:
                self.audit_limits(entries, waiting, equity)
            self.audit_tiers(entries, live, equity)
        desk = getattr(self.book.strategy, "bt_risk", None)
        if desk is not None:
            self.audit_empty(desk, waiting)
            if equity > 0:
                self.compare(desk, waiting, equity)

    def see_prices(self):
        """Take the bar's closes as the last prices."""
        for data in self.book.strategy.datas:
            if len(data) and 0 < data.low[0] <= data.close[0] <= data.high[0] < inf:
                self.marks[data] = data.close[0]
        self.caps.market.see()
        self.silence.see()

    def worth(self) -> float:
        """Return the broker's value; where that counts a bar without a price, what was paid and what it gained."""
        held = {data: position for data, position in self.broker.positions.items() if position.size}
        value = self.broker.getvalue()
        # It is no number also where only what is not held any more has no price.
        if isfinite(value) and all(0 < data.close[0] < inf for data in held):
            return value
        total = self.broker.getcash()
        for data, position in held.items():
            terms, mark, size = self.terms(data), self.marks.get(data, nan), position.size
            if not terms.stocklike:
                total += abs(size) * terms.get_margin(mark) + terms.profitandloss(
                    size, position.adjbase, mark
                )
                continue
            paid = size * position.price
            if size > 0 or not self.broker.p.shortcash:
                paid = abs(paid) / terms.get_leverage()
            total += paid + terms.profitandloss(size, position.price, mark)
            total += self.overturned(data, position, mark)
        return total

    def overturned(self, data, position, mark) -> float:
        """Return what the broker counts too much of a short that is worth less than nothing.

        Without short cash a short at twice its price has lost all that was paid for it. The broker takes the size of
        what it is worth from there on, and so a loss for a gain.
        """
        terms = self.terms(data)
        if self.broker.p.shortcash or not terms.stocklike or position.size >= 0:
            return 0.0
        return 2 * max(0.0, abs(position.size) * (mark - 2 * position.price)) / terms.get_leverage()

    # What is at risk.

    def terms(self, data):
        return self.broker.getcommissioninfo(data)

    def risk(self, data, size, basis, stop) -> float:
        """Return the loss at the stop and the cost of getting out there; the notional without a stop."""
        terms = self.terms(data)
        if stop is None:
            return abs(terms.profitandloss(size, 0.0, basis))
        costs = abs(terms.getcommission(abs(size), stop))
        return max(0.0, -terms.profitandloss(size, basis, stop) + costs)

    def notional(self, data, size, price) -> float:
        return abs(self.terms(data).profitandloss(size, 0.0, price))

    def positions(self):
        return [(data, held) for data, held in self.book.held.items() if held.size]

    def position_risk(self, data, held) -> float:
        by_mark = getattr(self.book.p.limits, "heat_basis", "entry") == "mark"
        return self.risk(data, held.size, self.marks[data] if by_mark else held.price, held.stop)

    def is_read(self, held) -> bool:
        """Return whether the stop was just seen, or is sure to be none: a position on its way out shows none."""
        return held.stop_seen_at == self.book.looks or not (self.book.p.covers or held.is_closing)

    def open_risk(self) -> float:
        """Return the risk of the positions whose stop is known: what is surely at risk."""
        return sum(self.position_risk(data, held) for data, held in self.positions() if self.is_read(held))

    def waiting(self, live):
        """Yield data, unfilled size, decided price and decided stop of each entry on its way."""
        for order in live:
            seen = self.book.seen[order.ref]
            if seen.role != ENTRY:
                continue
            stop = seen.stop
            for child in live:
                if self.book.seen[child.ref].protects(order):
                    stop = child.created.price
            yield order.data, order.executed.remsize, seen.price, stop

    def reserved_risk(self, waiting) -> float:
        return sum(self.risk(*entry) for entry in waiting if self.is_known(entry[3]))

    def is_known(self, stop) -> bool:
        """Return whether an entry's stop is known: seen, or sure not to come; with a filler it comes with the fills."""
        places_stops = getattr(self.book.p.limits, "place_stops", True)
        has_filler = self.broker.p.filler is not None
        return stop is not None or not places_stops or not (self.book.p.covers or has_filler)

    # I1: limits after an accepted entry.

    def audit_limits(self, entries, waiting, equity, *, at_open=False):
        limits = self.book.p.limits
        if not equity > 0:
            self.book.blame("I1", None, f"an entry with an equity of {equity}")
            return
        self.check("heat", (self.open_risk() + self.reserved_risk(waiting)) / equity, limits.max_heat)
        datas = {id(data) for data, _ in self.positions()} | {id(entry[0]) for entry in waiting}
        self.check("positions", len(datas), limits.max_positions)
        exposure = defaultdict(float)
        for data, held in self.positions():
            exposure[data] += self.notional(data, held.size, self.marks[data])
        # Of several first entries for one data each cancels the others: at most the largest comes. Adds may all come.
        largest = defaultdict(float)
        for data, size, price, _ in waiting:
            notional = self.notional(data, size, price)
            is_add = bool(self.book.held[data].size)
            largest[data] = largest[data] + notional if is_add else max(largest[data], notional)
        for data, notional in largest.items():
            exposure[data] += notional
        self.check("leverage", sum(exposure.values()) / equity, limits.max_leverage)
        # What was accepted earlier may have grown since, in its price or in its share of the equity.
        new = defaultdict(float)
        for seen in entries:
            data, size = seen.order.data, seen.order.executed.remsize
            new[data] = max(new[data], self.notional(data, size, seen.price))
        for data, notional in new.items():
            value = exposure[data] if self.book.held[data].size else notional
            self.check(f"position in {data._name}", value / equity, limits.max_position)
        self.caps.audit(entries, waiting, exposure, equity, at_open=at_open)

    def check(self, what, value, limit):
        if above(value, limit):
            self.book.blame("I1", None, f"{what} {value} above {limit} after an accepted entry")

    # I5 and I6: tiers.

    def audit_tiers(self, entries, live, equity):
        max_heat = self.book.p.limits.max_heat
        if max_heat is None or not equity > 0:
            return
        self.audit_denied(entries, equity)
        if above(sum(self.position_risk(*each) for each in self.known()) / equity, max_heat):
            self.book.met["bar in emergency"] += 1
            if self.is_valued():
                self.audit_cut(live, equity, max_heat)

    def known(self):
        """Return the positions whose risk is known; what is on its way out shows its stop no more, it had one."""
        return [each for each in self.positions() if each[1].stop is not None or self.is_read(each[1])]

    def is_valued(self) -> bool:
        """Return whether the account's value is known: nothing is given away for one that is not."""
        held = (data for data, position in self.broker.positions.items() if position.size)
        return isfinite(self.broker.getvalue()) or all(0 < data.close[0] < inf for data in held)

    def audit_cut(self, live, equity, max_heat):
        """I6: behind every exit on its way the heat is within its limit, or all that trades is leaving.

        An exit of what trades another day counts as done. That of a silent data does not: it stays, and others go.
        """
        known = self.known()
        left = {data: self.share_left(data, held, live) for data, held in known}
        stays = sum(
            self.position_risk(data, held) * (1.0 if self.silence.is_silent(data) else left[data])
            for data, held in known
        )
        # A cut in whole lots may stop short of the limit by the lot's own tolerance.
        if not above(stays / equity, max_heat * (1 + 1e-8)):
            return
        for data, share in left.items():
            if share > 1e-9 and self.silence.trades(data):
                self.book.blame("I6", data, f"{share} stays at a heat of {stays / equity}, limit {max_heat}")

    def audit_denied(self, entries, equity):
        """I5: from CRITICAL heat on no entry is sent."""
        max_heat = self.book.p.limits.max_heat
        if not entries or max_heat is None or not equity > 0:
            return
        heat = self.open_risk() / equity
        if heat > CRITICAL * max_heat and not same(heat, CRITICAL * max_heat):
            self.book.blame("I5", None, f"an entry was sent at an open heat of {heat}, limit {max_heat}")

    def compare_halts(self, entries):
        """I5: no entry while the desk itself says that it is halted; what should halt it, the halt audit tells."""
        desk = getattr(self.book.strategy, "bt_risk", None)
        if entries and getattr(desk, "halted", False):
            self.book.blame("I5", None, f"an entry was sent while halted: {desk.halted}")

    def share_left(self, data, held, live) -> float:
        closing = sum(
            abs(order.executed.remsize)
            for order in live
            if order.data is data and self.book.seen[order.ref].role == EXIT
        )
        return max(0.0, 1.0 - closing / abs(held.size))

    # I7: the desk's own figures.

    def audit_empty(self, desk, waiting):
        """With nothing open and nothing on its way, heat is exactly zero."""
        is_flat, blame = not self.positions(), self.book.blame
        if is_flat and desk.open_heat != 0.0:
            blame("I7", None, f"open heat {desk.open_heat} without a position")
        if not waiting and desk.reserved_heat != 0.0:
            blame("I7", None, f"reserved heat {desk.reserved_heat} without an entry on its way")
        if is_flat and not waiting and (desk.heat != 0.0 or desk.positions):
            blame("I7", None, f"heat {desk.heat}, positions {desk.positions} with an empty book")

    def compare(self, desk, waiting, equity):
        if all(self.is_read(held) for _, held in self.positions()):
            self.alike("open", desk.open_heat, self.open_risk() / equity)
        if all(self.is_known(entry[3]) for entry in waiting):
            self.alike("reserved", desk.reserved_heat, self.reserved_risk(waiting) / equity)

    def alike(self, what, desk, audit):
        if not same(desk, audit, 1e-7) and abs(desk - audit) > 1e-12:
            self.book.blame("I7", None, f"{what} heat {desk} at the desk, {audit} by the audit")
