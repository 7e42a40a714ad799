"""Early warnings, before a hard limit acts. Requires: a risk reading. Gives: `Alert`s and their step."""

from __future__ import annotations

from dataclasses import dataclass

from bt_risk.maths.limits import above, at_most
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.reading import RiskReading

ALERT_SHARE = 0.8  # of the hard limit: an alert behind the limit would come too late
REARM_SHARE = 0.9  # of the alert's level, below which the same alert may be raised again


@dataclass(frozen=True, slots=True)
class Alert:
    """A level that was passed: its kind, ``"high"`` or ``"medium"``, the number found, the level; nothing is done."""

    kind: str
    level: str
    text: str
    value: float
    threshold: float


def alert_level(own: float | None, *limits: float | None) -> float | None:
    """Return the level above which an alert is raised: its own, else 80 % of the first limit set; None without one."""
    if own is not None:
        return own
    hard = next((limit for limit in limits if limit is not None), None)
    return None if hard is None else ALERT_SHARE * hard


def risk_alerts(reading: RiskReading, profile: RiskProfile) -> tuple[Alert, ...]:
    """Return the alerts whose number is above its level now: drawdown, position count, daily loss, correlation.

    The levels are ``alert_drawdown``, ``alert_positions``, ``alert_daily_loss`` and ``alert_correlation``; where one
    is None, 80 % of the first hard limit that the profile sets on the same number. A number at its level and an
    unknown one raise nothing.
    """
    return tuple(
        _alert(kind, value, level) for kind, value, level in _numbers(reading, profile) if above(value, level)
    )


def step_alerts(
    raised: frozenset[str], reading: RiskReading, profile: RiskProfile
) -> tuple[frozenset[str], tuple[Alert, ...]]:
    """Return the kinds that are raised after one bar, and the alerts that are new.

    Each is raised once, and again only after its number was at 90 % of the level or below, so that a trembling
    number does not repeat it.
    """
    kept = set()
    fresh = []
    for kind, value, level in _numbers(reading, profile):
        if above(value, level):
            if kind not in raised:
                fresh.append(_alert(kind, value, level))
            kept.add(kind)
        elif kind in raised and not at_most(value, REARM_SHARE * level):
            kept.add(kind)
    return frozenset(kept), tuple(fresh)


_LEVELS = {"drawdown": "high", "position_count": "medium", "daily_loss": "high", "correlation": "medium"}


def _numbers(reading: RiskReading, profile: RiskProfile) -> list[tuple[str, float, float]]:
    """Return (kind, value, level) of each alert that has a level, in their order."""
    levels = (
        (
            "drawdown",
            reading.drawdown,
            alert_level(
                profile.alert_drawdown,
                profile.drawdown_halt,
                profile.drawdown_reduce,
                profile.drawdown_emergency,
            ),
        ),
        (
            "position_count",
            float(reading.positions),
            alert_level(profile.alert_positions, profile.max_positions, profile.emergency_positions),
        ),
        (
            "daily_loss",
            reading.daily_loss,
            alert_level(profile.alert_daily_loss, profile.daily_loss, profile.emergency_daily_loss),
        ),
        (
            "correlation",
            reading.correlation,
            alert_level(profile.alert_correlation, profile.max_correlation, profile.correlation_spike),
        ),
    )
    return [(kind, value, level) for kind, value, level in levels if level is not None]


def _alert(kind: str, value: float, threshold: float) -> Alert:
    form = ".2%" if kind in ("drawdown", "daily_loss") else ".3g"
    text = f"{kind.replace('_', ' ')} {value:{form}} above {threshold:{form}}"
    return Alert(kind, _LEVELS[kind], text, value, threshold)
