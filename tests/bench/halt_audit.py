"""The audit of the account's halts, from its worth alone. Requires: the book. Gives: problems, to the auditor."""

from __future__ import annotations

from math import isfinite, nan

from tests.bench.book import ENTRY, EXIT

DAY, LADDER, STOPPED, BREAKER = "daily loss", "drawdown halt", "emergency stop", "open breaker"
BACK = 0.8  # share of a rung at which it is left


def reaches(value: float, limit: float | None) -> bool:
    return limit is not None and value >= limit * (1 - 1e-9)


def exceeds(value: float, limit: float | None) -> bool:
    return limit is not None and value > limit * (1 + 1e-9)


class HaltAudit:
    """Recompute the day's loss and the drawdown, what they halt and for how long, and hold the orders to it.

    Every bar is a session of its own date. `base` is the worth before the session, `peak` the highest so far and
    `start` the one from which the halt is measured; money that comes or goes moves all three like the account.
    """

    def __init__(self, book):
        self.book = book
        limits = book.p.limits
        names = ("daily_loss", "breaker_loss", "drawdown_halt", "drawdown_reduce", "drawdown_emergency")
        self.day, self.trip, self.halt, self.reduce, self.stop = (getattr(limits, n, None) for n in names)
        self.base = self.last = self.peak = self.start = nan
        self.session = 0
        self.days_left = 0
        self.is_tripped = self.is_halted = self.is_released = self.has_reduced = self.is_stopped = False
        self.releases = 0
        self.flat = None
        self.waits = set()
        self.come = self.due = 0  # flows that have come, and that come with the broker's next turn

    # What is in force.

    def now(self) -> int:
        return int(max(data.datetime[0] for data in self.book.strategy.datas if len(data)))

    def in_force(self, session: int) -> tuple[str, ...]:
        """Return what halts entries in a session that is this one, or the next before its close is known."""
        is_same = session == self.session
        halts = {
            DAY: self.days_left > (0 if is_same else 1),
            LADDER: self.is_halted,
            STOPPED: self.is_stopped,
            BREAKER: self.is_tripped and is_same,
        }
        return tuple(name for name, holds in halts.items() if holds)

    def entered(self, orders) -> set:
        """Return the datas of the live entries among the orders."""
        return {o.data for o in orders if o is not None and o.alive() and self.book.seen[o.ref].role == ENTRY}

    def after_turn(self):
        """Remember on which datas entries wait behind the broker's turn, before anybody can withdraw them."""
        orders = (*self.book.broker.pending, *self.book.broker.submitted)
        self.waits = self.entered(order for order in orders if order and order.ref in self.book.seen)

    def is_flat(self) -> bool:
        """Return whether nothing is held, and no entry waits but what goes with a position that has just left."""
        book = self.book
        left = {name for bar, name, role, *_ in book.fills if bar == book.bar and role != ENTRY}
        is_held = any(held.size for held in book.held.values())
        return not is_held and all(book.names[data] in left for data in self.waits)

    def audit_open(self, entries):
        """I5: no entry is sent before the broker's turn of a session that is halted from its beginning."""
        self.blame_entries(entries, self.in_force(self.now()))

    def audit(self, entries, live, worth):
        """Check one bar; `entries` are the orders sent in it that may open something, `worth` what the account is."""
        book = self.book
        flow = self.flow()
        if isfinite(worth):
            self.move(flow, worth)
            self.step(worth, live)
        halts = self.in_force(self.now())
        for name in halts:
            book.met[f"bar in {name}"] += 1
        self.blame_entries(entries, halts)
        if halts and self.entered(live):
            book.blame("I5", None, f"an entry is still alive after a bar with {', '.join(halts)}")
        if self.is_stopped:
            self.audit_left(live, 0.0, STOPPED)

    def blame_entries(self, entries, halts):
        if entries and halts:
            self.book.blame("I5", None, f"an entry was sent in spite of {', '.join(halts)}")

    # What the worth says.

    def flow(self) -> float:
        """Return what was paid in, less what was withdrawn: it comes with the broker's turn after the call."""
        flows = getattr(self.book.strategy, "flows", [])
        come, self.come, self.due = flows[self.come : self.due], self.due, len(flows)
        self.book.met["deposit"] += sum(amount > 0 for amount in come)
        self.book.met["withdrawal"] += sum(amount < 0 for amount in come)
        self.book.cash += sum(come)
        return sum(come)

    def pending(self) -> float:
        """Return what was paid in on this bar: the broker's cash may show it already, its value does not."""
        return sum(getattr(self.book.strategy, "flows", [])[self.come : self.due])

    def move(self, flow, worth):
        """Let the money that came or went lift or lower what the worth, which it is in, is compared with.

        It comes before the bar: what the bar then earns or loses, it earns or loses on all there is.
        """
        before, after = self.last, self.last + flow
        if not (before > 0 and after > 0 and worth > 0):
            before, after = worth - flow, worth
        for name in ("base", "peak", "start", "last") if flow else ():
            value = getattr(self, name)
            setattr(self, name, value * after / before if before > 0 else value + flow)

    def step(self, worth, live):
        session = self.now()
        is_new = session != self.session
        if is_new:
            self.days_left = max(0, self.days_left - 1)
            self.session, self.base, self.is_tripped = session, self.last, False
        base = self.base if isfinite(self.base) else worth
        self.base, self.last = base, worth
        loss = (base - worth) / base if base > 0 else nan
        if reaches(loss, self.day):
            self.days_left = max(self.days_left, 1 + self.book.p.limits.daily_halt_sessions)
        if reaches(loss, self.trip):
            self.is_tripped = True
        if not worth < self.peak:
            self.peak = self.start = worth
            self.is_halted = self.is_released = self.has_reduced = False
            self.releases, self.flat = 0, None
            return
        self.start = max(self.start, worth)
        self.fall(worth, live, is_new)

    def fall(self, worth, live, is_new):
        fallen = (self.peak - worth) / self.peak
        is_flat = self.is_flat()
        if self.is_halted:
            self.wait(worth, is_flat, is_new)
        if self.reduce is not None and fallen <= BACK * self.reduce * (1 + 1e-9):
            self.has_reduced = False
        if self.is_released and fallen <= BACK * self.halt * (1 + 1e-9):
            self.is_released, self.start = False, self.peak
        if exceeds(fallen, self.stop):
            self.is_stopped = self.is_halted = True
        elif reaches(fallen, self.reduce) and not self.has_reduced and not self.is_stopped:
            self.has_reduced = True
            self.book.met["drawdown reduction"] += any(held.size for held in self.book.held.values())
            self.audit_left(live, 0.5, "drawdown reduction")
        if not self.is_halted and reaches((self.start - worth) / self.start, self.halt):
            self.is_halted, self.is_released = True, False
            self.flat = 0 if is_flat else None

    def wait(self, worth, is_flat, is_new):
        """Count the flat sessions of a halt, and release it after enough of them."""
        limits = self.book.p.limits
        if not is_flat:
            self.flat = None
            return
        self.flat = 0 if self.flat is None else self.flat + is_new
        if (
            self.flat >= limits.drawdown_cooldown
            and self.releases < limits.max_releases
            and not self.is_stopped
        ):
            self.is_halted, self.is_released, self.start, self.flat = False, True, worth, None
            self.releases += 1
            self.book.met["drawdown halt released"] += 1

    # I6: what has to leave.

    def audit_left(self, live, share, what):
        """No more than that share of a position is without an exit on its way at the end of the bar."""
        for data, held in self.book.held.items():
            if not held.size:
                continue
            leaving = sum(
                abs(order.executed.remsize)
                for order in live
                if order.data is data and self.book.seen[order.ref].role == EXIT
            )
            left = abs(held.size) - leaving
            if left > share * abs(held.size) * (1 + 1e-9) + 1e-9 * abs(held.size):
                self.book.blame("I6", data, f"{left} of {held.size} stay behind a bar with the {what}")
