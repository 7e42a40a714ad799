"""The exits that a position calls for by itself. Requires: its gain, its age. Gives: the rule's name."""

from __future__ import annotations

from dataclasses import dataclass

from bt_risk.rules.exits.time_limit import is_held_too_long
from bt_risk.rules.halts.position_loss import position_loss
from bt_risk.rules.halts.position_timeout import position_timeout
from bt_risk.rules.profile import RiskProfile


@dataclass(frozen=True, slots=True)
class Sight:
    """A position as these exits see it: open profit, cost and equity in money, its age, whether its day is over."""

    profit: float
    cost: float
    equity: float
    hours: float
    bars: int
    is_day_over: bool


def leaves_by_itself(profile: RiskProfile) -> bool:
    """Return whether any of these exits is on."""
    return any(
        limit is not None
        for limit in (
            profile.position_loss,
            profile.position_loss_of_cost,
            profile.position_timeout,
            profile.max_hold,
            profile.max_hold_bars,
            profile.end_of_day,
        )
    )


def is_watched(profile: RiskProfile) -> bool:
    """Return whether a position may leave, or a signal be carried out, between two bars of its instrument."""
    return leaves_by_itself(profile) or profile.min_hold is not None


def reason_to_leave(sight: Sight, profile: RiskProfile) -> str | None:
    """Return the first that asks to leave, the gravest first: loss, timeout, longest hold, end of day; else None."""
    found = position_loss(sight.profit, cost=sight.cost, equity=sight.equity, profile=profile)
    if found is None:
        found = position_timeout(sight.hours * 3600.0, profile.position_timeout)
    if found is not None:
        return found.kind
    if is_held_too_long(sight.hours, sight.bars, profile):
        return "time"
    return "end_of_day" if sight.is_day_over else None
