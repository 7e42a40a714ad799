"""What a trader might do about the numbers. Requires: a risk reading. Gives: `Recommendation`s, to reports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

from bt_risk.maths.limits import above, at_least, below
from bt_risk.rules.alerts import ALERT_SHARE, alert_level
from bt_risk.rules.emergency import emergency_conditions
from bt_risk.rules.halts.risk_level import RiskLevel, risk_level
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.reading import RiskReading
from bt_risk.rules.tiers import Tier

MIN_EFFECTIVE_POSITIONS = 3.0
MAX_CONCENTRATION = 0.30
MAX_CORRELATION = 0.70


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One piece of advice: what to do, and for which number."""

    kind: str
    text: str


Advise = Callable[[RiskReading, RiskProfile], "Recommendation | None"]


def recommend(reading: RiskReading, profile: RiskProfile) -> tuple[Recommendation, ...]:
    """Return the advice that applies, the gravest first; empty for a healthy account.

    Advice only: whatever is to be enforced is a limit of the profile. An unknown number gives no advice.
    """
    given = (advise(reading, profile) for advise in RULES)
    return tuple(advice for advice in given if advice is not None)


def _close_all(reading: RiskReading, profile: RiskProfile) -> Recommendation | None:
    conditions = emergency_conditions(reading.drawdown, reading.daily_loss, reading.positions, profile)
    if not conditions:
        return None
    return Recommendation("close_all", f"close everything and review: {conditions[0].text}")


def _halt(reading: RiskReading, profile: RiskProfile) -> Recommendation | None:
    if profile.daily_loss is not None and at_least(reading.daily_loss, profile.daily_loss):
        return Recommendation("halt", f"open nothing more today: the day lost {reading.daily_loss:.2%}")
    if profile.drawdown_halt is not None and at_least(reading.drawdown, profile.drawdown_halt):
        return Recommendation(
            "halt", f"open nothing until the account recovers: drawdown {reading.drawdown:.2%}"
        )
    return None


def _lower_heat(reading: RiskReading, profile: RiskProfile) -> Recommendation | None:
    used = f"heat is at {reading.utilisation:.0%} of its limit"
    if reading.tier is Tier.EMERGENCY:
        return Recommendation("close_highest_risk", f"close {reading.riskiest or 'the highest risk'}: {used}")
    if reading.tier is Tier.CRITICAL:
        return Recommendation("wait", f"wait for a position to close: {used}")
    if reading.tier is Tier.WARNING:
        return Recommendation("be_selective", f"take only the best signals: {used}")
    return None


def _reduce_size(reading: RiskReading, profile: RiskProfile) -> Recommendation | None:
    level = risk_level(reading.drawdown)
    if level is not None and level > RiskLevel.LOW:
        text = f"trade smaller: drawdown {reading.drawdown:.2%} is of level {level.name}"
        return Recommendation("reduce_size", text)
    limit = alert_level(profile.alert_daily_loss, profile.daily_loss)
    if limit is not None and above(reading.daily_loss, limit):
        return Recommendation(
            "reduce_size", f"trade smaller: the day's loss of {reading.daily_loss:.2%} nears its limit"
        )
    return None


def _diversify(reading: RiskReading, profile: RiskProfile) -> Recommendation | None:
    """A book that the profile keeps to fewer positions than the advice needs is not given it."""
    if not reading.positions:
        return None
    allowed = inf if profile.max_positions is None else profile.max_positions
    correlation = MAX_CORRELATION if profile.max_correlation is None else profile.max_correlation
    if above(reading.correlation, ALERT_SHARE * correlation):
        return Recommendation(
            "diversify", f"diversify: two positions are correlated by {reading.correlation:.2f}"
        )
    if allowed * MAX_CONCENTRATION > 1.0 and above(reading.concentration, MAX_CONCENTRATION):
        return Recommendation(
            "diversify", f"diversify: {reading.concentration:.0%} are invested in one position"
        )
    if allowed >= MIN_EFFECTIVE_POSITIONS and below(reading.effective_positions, MIN_EFFECTIVE_POSITIONS):
        return Recommendation(
            "diversify", f"diversify: the book is worth {reading.effective_positions:.1f} equal positions"
        )
    return None


RULES: tuple[Advise, ...] = (_close_all, _halt, _lower_heat, _reduce_size, _diversify)
