"""The stop for the next bar: the tightest of all rules that move it. Requires: a bar seen. Gives: the move, if any."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan, nan

from bt_risk.maths.stops import ratchet
from bt_risk.rules.exits.break_even import break_even
from bt_risk.rules.exits.chandelier import chandelier
from bt_risk.rules.exits.fixed_trail import fixed_trail
from bt_risk.rules.exits.reason import ExitReason
from bt_risk.rules.profile import RiskProfile

# Looked up once: it costs Python 3.11 as much as the comparison of two levels.
TRAIL, BREAK_EVEN = ExitReason.TRAIL, ExitReason.BREAK_EVEN


@dataclass(frozen=True, slots=True)
class StopMove:
    """A tighter stop and the rule that set it, which names the exit if this stop is hit."""

    stop: float
    reason: ExitReason


def next_stop(
    current: float | None,
    entry: float,
    best: float,
    *,
    risk: float,
    atr: float,
    is_long: bool,
    profile: RiskProfile,
) -> StopMove | None:
    """Return the tightest of the current stop, the profile's trail and its break-even; None when nothing moves.

    `best` is the highest price since the entry of a long, the lowest of a short; `risk` is one R as a distance in
    price. The result is never looser than `current`: stops only ratchet. Where trail and break-even agree, the
    trail is named.
    """
    trailed = nan
    if profile.trail == "chandelier":
        trailed = chandelier(entry, best, risk=risk, atr=atr, is_long=is_long, profile=profile)
    elif profile.trail == "fixed":
        trailed = fixed_trail(entry, best, is_long=is_long, profile=profile)
    even = break_even(entry, best, risk=risk, is_long=is_long, profile=profile)
    stop = nan if current is None else current
    moved_by = None
    for level, reason in ((trailed, TRAIL), (even, BREAK_EVEN)):
        if isnan(level):
            continue
        tighter = ratchet(stop, level, is_long=is_long)
        if tighter != stop:
            stop, moved_by = tighter, reason
    return None if moved_by is None else StopMove(stop, moved_by)
