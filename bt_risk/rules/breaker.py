"""The circuit breaker. Requires: the day's return, bar time. Gives: `Breaker`, its step and the size it permits."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from enum import IntEnum
from math import isnan
from typing import NamedTuple

from bt_risk.maths.limits import above, at_least, at_most
from bt_risk.rules.notice import Action, Notice
from bt_risk.rules.profile import RiskProfile

LOSS = "loss"
PROFIT = "profit_target"

# What opens a breaker, and the session that it is of: a day's loss is another one on another day.
Cause = tuple[str, dt.date | None]


class BreakerState(IntEnum):
    """What the breaker lets through, in the order of gravity."""

    CLOSED = 0
    HALF_OPEN = 1
    OPEN = 2


class BreakerObservation(NamedTuple):
    """One bar as the breaker sees it.

    `session` and `time` are by bar time; `day_return` is the profit (positive) or loss of the session / its base, a
    fraction, NaN where not known; `trips` names further conditions that hold now: a spike, an operator's hand.
    """

    session: dt.date
    time: dt.datetime
    day_return: float
    trips: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Breaker:
    """The breaker between two bars.

    `since` and `session` are the bar time and the session from which the cool-down or the probation counts; `causes`
    are the conditions that held at the last bar, so that only a new one trips; `tripped_by` are those that opened it
    last.
    """

    state: BreakerState = BreakerState.CLOSED
    since: dt.datetime | None = None
    session: dt.date | None = None
    causes: frozenset[Cause] = frozenset()
    tripped_by: tuple[str, ...] = ()

    @property
    def permits_entries(self) -> bool:
        """Whether any entry passes; exits always do."""
        return self.state is not BreakerState.OPEN

    @property
    def is_idle(self) -> bool:
        """Whether nothing has tripped it and nothing holds: without a condition it stays so."""
        return self.state is BreakerState.CLOSED and not self.causes


def has_breaker(profile: RiskProfile) -> bool:
    """Return whether the profile names a loss or a gain that opens the breaker."""
    return profile.breaker_loss is not None or profile.breaker_profit is not None


def size_multiplier(breaker: Breaker, profile: RiskProfile) -> float:
    """Return the share of the normal size that an entry may have: 1, ``half_open_size``, or 0 while open."""
    if breaker.state is BreakerState.OPEN:
        return 0.0
    return profile.half_open_size if breaker.state is BreakerState.HALF_OPEN else 1.0


def step_breaker(
    breaker: Breaker, seen: BreakerObservation, profile: RiskProfile
) -> tuple[Breaker, tuple[Notice, ...]]:
    """Return the breaker after one bar, and what changed.

    It opens when a condition begins to hold that did not hold at the bar before: a day's loss of ``breaker_loss``, a
    day's gain of ``breaker_profit`` (both at their value, and anew on each day), or one of the trips. A condition
    that merely goes on does not keep it open, one that begins while it is open starts the cool-down again. A day's
    return that is not known leaves the conditions on it as they were.

    OPEN becomes HALF_OPEN after more than ``breaker_cooldown`` seconds of bar time, or with the next session where
    that is None; HALF_OPEN becomes CLOSED after as long again without any condition holding. One state a bar.
    """
    causes = _causes(breaker, seen, profile)
    if not causes and breaker.is_idle:
        return breaker, ()
    fresh = tuple(sorted(name for name, _ in causes - breaker.causes))
    if fresh:
        opened = Breaker(BreakerState.OPEN, seen.time, seen.session, causes, fresh)
        if breaker.state is BreakerState.OPEN:
            return opened, ()
        text = f"breaker open: {', '.join(fresh)}"
        if not isnan(seen.day_return):
            text += f"; the day stands at {seen.day_return:+.2%}"
        return opened, (Notice("breaker", "critical", text, seen.day_return, action=Action.DENY_ENTRIES),)
    if breaker.state is BreakerState.HALF_OPEN and causes:
        # A probation that is not clean begins again.
        return Breaker(breaker.state, seen.time, seen.session, causes, breaker.tripped_by), ()
    if breaker.state is BreakerState.CLOSED or not _has_elapsed(breaker, seen, profile):
        return (breaker if causes == breaker.causes else replace(breaker, causes=causes)), ()
    calmer = BreakerState(breaker.state - 1)
    after = Breaker(calmer, seen.time, seen.session, causes, breaker.tripped_by)
    return after, (Notice("breaker", "info", _RELEASES[calmer], seen.day_return),)


def reset_breaker(breaker: Breaker) -> Breaker:
    """Return a closed breaker; conditions that hold now do not trip it again until they have ended."""
    return Breaker(causes=breaker.causes)


_RELEASES = {
    BreakerState.HALF_OPEN: "breaker half open: small entries are on probation",
    BreakerState.CLOSED: "breaker closed after a clean probation",
}


def _causes(breaker: Breaker, seen: BreakerObservation, profile: RiskProfile) -> frozenset[Cause]:
    change, loss, profit = seen.day_return, profile.breaker_loss, profile.breaker_profit
    causes: frozenset[Cause] = frozenset((name, None) for name in seen.trips)
    if isnan(change):
        return causes | {cause for cause in breaker.causes if cause[1] == seen.session}
    if loss is not None and at_most(change, -loss):
        causes |= {(LOSS, seen.session)}
    if profit is not None and at_least(change, profit):
        causes |= {(PROFIT, seen.session)}
    return causes


def _has_elapsed(breaker: Breaker, seen: BreakerObservation, profile: RiskProfile) -> bool:
    """Return whether the cool-down or the probation is over; at once for a breaker that never knew its time."""
    if breaker.since is None or breaker.session is None:
        return True
    if profile.breaker_cooldown is None:
        return seen.session > breaker.session
    return above((seen.time - breaker.since).total_seconds(), profile.breaker_cooldown)
