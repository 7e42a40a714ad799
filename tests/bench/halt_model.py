"""A model of all that halts an account, days and hours. Requires: its worth after each bar. Gives: problems, to a run.

It follows the limits of a profile from the worth alone, by rules of its own: on a bar on which one of them forbids
entries, no order that opens or adds may be sent, whatever asked for it, and the desk says so; on others it does not.
"""

from __future__ import annotations

from collections import Counter
from math import isfinite, nan

from tests.bench.auditor import Auditor
from tests.bench.book import ENTRY, above, same
from tests.bench.breaker_model import HALF_OPEN, OPEN, BreakerModel
from tests.bench.leave_audit import LeaveAudit
from tests.bench.market_model import TogetherModel

RECOVERED = 0.8  # share of a limit at which a strategy's own halt ends


def reached(value, limit):
    return limit is not None and (value >= limit or same(value, limit))


class DayModel:
    """The loss of the day: the rest of the session is closed to entries, on daily bars one session more."""

    def __init__(self, limits, is_daily):
        self.limits, self.is_daily = limits, is_daily
        self.day, self.base, self.last = None, nan, nan
        self.closed_until = self.sessions = 0
        self.is_spent = False

    def step(self, day, equity):
        if day != self.day:
            self.day, self.base, self.is_spent = day, self.last, False
            self.sessions += 1
        self.base = equity if not isfinite(self.base) else self.base
        self.last = equity
        self.loss = (self.base - equity) / self.base if self.base > 0 else nan
        if reached(self.loss, self.limits.daily_loss) and not self.is_spent:
            self.is_spent = True
            more = self.limits.daily_halt_sessions if self.is_daily else 0
            self.closed_until = max(self.closed_until, self.sessions + more)
        return self.sessions <= self.closed_until


class FallModel:
    """The fall from the peak: closed until a new high, or until so many sessions were flat, as often as is allowed."""

    def __init__(self, limits):
        self.limits, self.peak = limits, nan
        self.begin_anew(nan)

    def begin_anew(self, equity):
        self.peak = self.since = equity
        self.fall, self.releases = 0.0, 0
        self.is_closed, self.flat_from = False, None

    @property
    def is_on_probation(self):
        return not self.is_closed and self.since < self.peak

    def step(self, session, equity, is_flat):
        if not equity < self.peak:
            self.begin_anew(equity)
            return False
        limits, self.fall = self.limits, (self.peak - equity) / self.peak
        self.since = max(self.since, equity)
        if self.is_closed:
            self.rest(session, equity, is_flat)
        elif limits.drawdown_halt is not None and not above(self.fall, RECOVERED * limits.drawdown_halt):
            self.since = self.peak
        if not self.is_closed and reached((self.since - equity) / self.since, limits.drawdown_halt):
            self.is_closed, self.flat_from = True, session if is_flat else None
        return self.is_closed

    def rest(self, session, equity, is_flat):
        if not is_flat:
            self.flat_from = None
        elif self.flat_from is None:
            self.flat_from = session
        if self.flat_from is None or self.releases >= self.limits.max_releases:
            return
        if session - self.flat_from >= self.limits.drawdown_cooldown:
            self.is_closed, self.since = False, equity
            self.releases += 1


class HaltModel:
    """Which rule, if any, forbids entries after each bar."""

    def __init__(self, limits, *, is_daily, capital):
        self.limits, self.capital = limits, capital
        self.day, self.fall, self.breaker = (
            DayModel(limits, is_daily),
            FallModel(limits),
            BreakerModel(limits),
        )
        self.together = TogetherModel(limits.correlation_spike, RECOVERED)
        self.is_own_loss = False
        self.stopped = ""

    @property
    def share(self):
        """Return the share of the normal size that an entry may have."""
        is_small = self.fall.is_on_probation or self.breaker.state == HALF_OPEN
        return self.limits.half_open_size if is_small else 1.0

    def step(self, time, equity, positions, is_flat, *, jumps=(), correlations=()):
        limits, found = self.limits, list(jumps)
        if self.together.step(correlations):
            found.append("together")
        others = tuple(name.split()[0] for name in found)
        if not isfinite(equity):
            self.breaker.step(time, nan, others)
            return "unknown"
        if self.day.step(time.date(), equity):
            found.append("daily_loss")
        if self.fall.step(self.day.sessions, equity, is_flat):
            found.append("drawdown")
        if self.breaker.step(time, -self.day.loss, others) == OPEN:
            found.append("breaker")
        loss = (self.capital - equity) / self.capital
        if limits.max_strategy_drawdown is not None:
            limit = limits.max_strategy_drawdown
            kept = self.is_own_loss and above(loss, RECOVERED * limit)
            self.is_own_loss = reached(loss, limit) or kept
            found += ["strategy"] * self.is_own_loss
        for name, value, limit in (
            ("emergency drawdown", self.fall.fall, limits.drawdown_emergency),
            ("emergency day", self.day.loss, limits.emergency_daily_loss),
            ("emergency count", float(positions), limits.emergency_positions),
        ):
            if above(value, limit):
                self.stopped = self.stopped or name
        if self.stopped or equity <= 0:
            found.append(self.stopped or "no equity")
        return ", ".join(found)


class HaltAuditor(Auditor):
    """The audit of the order protocol, and of everything that halts the account beside it."""

    is_daily = True

    def start(self):
        super().start()
        self.model = HaltModel(self.p.limits, is_daily=self.is_daily, capital=self.broker.getvalue())
        self.halted: Counter = Counter()
        self.reason, self.share = "", 1.0
        self.leave = LeaveAudit(self)
        self.waiting: set[int] = set()
        self.known: set[int] = set()

    def entries(self):
        """Return every entry that was sent; a denied bracket's, which has no size, was not."""
        return {ref: seen.order for ref, seen in self.seen.items() if seen.role == ENTRY and seen.order.size}

    def blame_new_entries(self):
        entries = self.entries()
        for ref in entries.keys() - self.known:
            if self.reason:
                self.blame("I5", entries[ref].data, f"entry {ref} was sent while halted: {self.reason}")
            elif self.share < 1.0:
                self.blame_large(self.seen[ref])
        self.known = set(entries)

    def blame_large(self, seen):
        """I5: on probation an entry has a part of the size that it would have had at most."""
        data, units, limits = seen.order.data, abs(seen.size), self.p.limits
        self.met["entry on probation"] += 1
        share = self.heat.notional(data, units, seen.price) / self.heat.last_worth
        if limits.max_position is not None and above(share, self.share * limits.max_position):
            self.blame("I5", data, f"{units} are {share} of the equity on probation")
        for ask in getattr(self.strategy, "asked", ()):
            is_its = seen.order.ref in ask.refs and ask.may_open and ask.side * seen.size > 0
            if is_its and ask.size and not ask.held:
                self.met["entry of an own size on probation"] += 1
                if above(units, self.share * abs(ask.size)):
                    self.blame("I5", data, f"{units} of {ask.size} that were asked for on probation")

    def markets(self):
        """Return what the prices say: jumps of what is held, and how the positions move together."""
        held = {data: 1 if held.size > 0 else -1 for data, held in self.held.items() if held.size}
        market, limits = self.heat.caps.market, self.p.limits
        jumps = [f"jump {data._name}" for data in held if market.jumped(data, limits.volatility_spike)]
        together = market.among(list(held.items())) if limits.correlation_spike is not None else ()
        return {"jumps": jumps, "correlations": together}

    def compare_told(self, now):
        """The desk says which instruments jumped, and in which state its breaker is."""
        desk, market, limit = self.strategy.bt_risk, self.heat.caps.market, self.p.limits.price_spike
        told = Counter(e.data for e in desk.events if e.kind == "price_spike" and e.datetime == now)
        found = Counter(data._name for data in self.strategy.datas if market.jumped(data, limit))
        self.met["price spike"] += found.total()
        if told != found:
            self.blame("I5", None, f"spikes told of {dict(told)}, found in {dict(found)}")
        said = desk.breaker.name.lower().replace("_", " ")
        if said != self.model.breaker.state:
            self.blame("I5", None, f"the breaker is {said}, the model's {self.model.breaker.state}")

    def before_turn(self):
        super().before_turn()
        # At the opening of a bar only the close before it is known.
        self.blame_new_entries()

    def next(self):
        # What a notice was the first to tell of came and went on the bar before.
        self.known = set(self.entries())
        super().next()
        positions = sum(1 for held in self.held.values() if held.size)
        # By the notices so far: what was called off in this bar was on its way when the bar was judged.
        is_waiting = any(not self.seen[ref].is_done for ref in self.waiting)
        is_flat = not positions and not is_waiting
        now = self.strategy.datetime.datetime()
        self.reason = self.model.step(now, self.heat.worth(), positions, is_flat, **self.markets())
        self.share = self.model.share
        self.compare_told(now)
        self.halted.update(self.reason.split(", ") if self.reason else ())
        self.blame_new_entries()
        live = [order for order in self.broker.pending if order is not None and order.alive()]
        self.leave.audit(live, now)
        self.waiting = {order.ref for order in live} & self.known
        said = self.strategy.bt_risk.halted
        if isfinite(self.broker.getvalue()) and bool(said) != bool(self.reason):
            self.blame("I5", None, f"the desk is halted by {said!r}, the model by {self.reason!r}")


class IntradayAuditor(HaltAuditor):
    """The same where a day has several bars, which the audit of the protocol takes for days."""

    is_daily = False

    def start(self):
        super().start()
        for name in ("day", "trip", "halt", "reduce", "stop"):
            setattr(self.halts, name, None)
