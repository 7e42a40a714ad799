"""The emergency stop: when everything is closed, until a reset. Requires: drawdown, losses, counts. Gives: its step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from math import nan
from typing import NamedTuple

from bt_risk.maths.limits import above
from bt_risk.rules.halts.risk_level import RiskLevel, risk_level
from bt_risk.rules.notice import Action, Notice
from bt_risk.rules.profile import RiskProfile

DAILY_LOSS = "daily_loss"


class EmergencyObservation(NamedTuple):
    """One bar as the emergency stop sees it.

    `drawdown` and the session's `daily_loss` are positive fractions, NaN where not known; `positions` are open ones;
    `failures` names what failed outside the account: each of them is an emergency, so name them for the failure
    (``"feed_failed"``), never for the health.
    """

    session: dt.date
    drawdown: float
    daily_loss: float
    positions: int
    failures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """One reason for an emergency stop, its number and its limit."""

    name: str
    text: str
    value: float = nan
    limit: float = nan


@dataclass(frozen=True, slots=True)
class EmergencyStop:
    """The latch: `conditions` that set it, in order of appearance; `known` are those that held at the last bar.

    A day's loss is known by its session: it is another one on another day.
    """

    conditions: tuple[Condition, ...] = ()
    known: frozenset[tuple[str, dt.date | None]] = frozenset()

    @property
    def is_latched(self) -> bool:
        """Whether the stop is in force: no entries until a reset."""
        return bool(self.conditions)


def has_emergency(profile: RiskProfile) -> bool:
    """Return whether the profile names a number that calls for an emergency stop."""
    limits = (profile.drawdown_emergency, profile.emergency_positions, profile.emergency_daily_loss)
    return limits != (None, None, None)


def emergency_conditions(
    drawdown: float,
    daily_loss: float,
    positions: int,
    profile: RiskProfile,
    *,
    failures: Iterable[str] = (),
    critical_level: bool = False,
) -> tuple[Condition, ...]:
    """Return every condition that holds: ``drawdown``, ``risk_level``, ``position_count``, ``daily_loss``, failures.

    Each holds only above its limit (``drawdown_emergency``, ``emergency_positions``, ``emergency_daily_loss``); a
    limit of None and an unknown number do not hold. `critical_level` adds the risk level CRITICAL, a drawdown above
    20 %; it is off by default, since it would stop everything before the drawdown's own rungs are reached.
    """
    count = float(positions)
    found = []
    limit = profile.drawdown_emergency
    if limit is not None and above(drawdown, limit):
        found.append(Condition("drawdown", f"drawdown {drawdown:.2%} above {limit:.2%}", drawdown, limit))
    if critical_level and risk_level(drawdown) is RiskLevel.CRITICAL:
        found.append(Condition("risk_level", f"risk level CRITICAL, drawdown {drawdown:.2%}", drawdown))
    limit = profile.emergency_positions
    if limit is not None and above(count, limit):
        found.append(Condition("position_count", f"{count:g} positions, above {limit:g}", count, limit))
    limit = profile.emergency_daily_loss
    if limit is not None and above(daily_loss, limit):
        text = f"daily loss {daily_loss:.2%} above {limit:.2%}"
        found.append(Condition(DAILY_LOSS, text, daily_loss, limit))
    found += [Condition(name, name) for name in failures]
    return tuple(found)


def step_emergency(
    stop: EmergencyStop, seen: EmergencyObservation, profile: RiskProfile
) -> tuple[EmergencyStop, tuple[Notice, ...]]:
    """Return the stop after one bar, and the notice that carries it out.

    A condition that begins to hold latches the stop, once: cancel all orders, close all positions. Further ones
    are added to its reasons without a second notice. Nothing but `reset_emergency` ends it.
    """
    holding = emergency_conditions(
        seen.drawdown, seen.daily_loss, seen.positions, profile, failures=seen.failures
    )
    if not holding and not stop.known:
        return stop, ()
    keys = {(c.name, seen.session if c.name == DAILY_LOSS else None): c for c in holding}
    known = frozenset(keys)
    fresh = tuple(condition for key, condition in keys.items() if key not in stop.known)
    if not fresh:
        return (stop if known == stop.known else EmergencyStop(stop.conditions, known)), ()
    latched = EmergencyStop(stop.conditions + _not_in(fresh, stop.conditions), known)
    if stop.is_latched:
        return latched, ()
    text = f"emergency stop: {'; '.join(condition.text for condition in fresh)}"
    first = fresh[0]
    return latched, (
        Notice("emergency_stop", "critical", text, first.value, first.limit, Action.EMERGENCY_STOP),
    )


def reset_emergency(stop: EmergencyStop) -> EmergencyStop:
    """Return the stop unlatched; conditions that hold now do not latch it again until they have ended."""
    return EmergencyStop(known=stop.known)


def _not_in(fresh: Iterable[Condition], recorded: tuple[Condition, ...]) -> tuple[Condition, ...]:
    names = {condition.name for condition in recorded}
    return tuple(condition for condition in fresh if condition.name not in names)
