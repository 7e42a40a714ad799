"""What is allowed and still doubtful. Requires: a valid profile. Gives: a line for each doubt, and its warning."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bt_risk.maths.limits import above, at_least, below
from bt_risk.rules.profile.contradictions import SECONDS_OF_HOUR, planned_reward_to_risk
from bt_risk.rules.profile.fields import RiskProfile

# A target should pay twice the risk; below one and a half, costs and slippage eat the edge of most strategies.
GOOD_REWARD_TO_RISK = 2.0
LEAST_REWARD_TO_RISK = 1.5


class ProfileWarning(UserWarning):
    """A profile is valid and holds doubtful values."""


# field, comparison and bound from which it is doubtful, in words, why
_BOUNDS: tuple[tuple[str, Callable[[float, float], bool], float, str, str], ...] = (
    ("risk_per_trade", above, 0.05, "is above 0.05", "ten losing trades in a row cost 40 % of equity"),
    (
        "kelly_fraction",
        above,
        0.50,
        "is above 0.5",
        "an edge estimated twice too high is bet beyond full Kelly",
    ),
    ("max_heat", above, 0.15, "is above 0.15", "one bad day can stop every position"),
    ("max_position", above, 0.30, "is above 0.3", "one gap in one instrument costs too much"),
    ("single_position_gate", above, 0.30, "is above 0.3", "one gap in one instrument costs too much"),
    ("max_leverage", above, 5.0, "is above 5", "a gap of 20 % takes the whole account"),
    ("max_correlation", above, 0.70, "is above 0.7", "such positions are nearly one"),
    ("drawdown_halt", at_least, 0.20, "is 0.2 or more", "the way back takes a gain of 25 %"),
)
_ALERTS = (
    ("alert_drawdown", "drawdown_halt"),
    ("alert_positions", "max_positions"),
    ("alert_daily_loss", "daily_loss"),
    ("alert_correlation", "max_correlation"),
)


def find_doubts(profile: RiskProfile) -> list[str]:
    """Return a line for each doubtful value; none for the shipped profiles."""
    return [line for rule in _RULES for line in rule(profile)]


def _bounds(profile: RiskProfile) -> Iterator[str]:
    for field, exceeds, bound, words, why in _BOUNDS:
        value = getattr(profile, field)
        if value is not None and exceeds(value, bound):
            yield f"{field} {value:g} {words}: {why}"


def _alerts(profile: RiskProfile) -> Iterator[str]:
    for alert, limit in _ALERTS:
        level, bound = getattr(profile, alert), getattr(profile, limit)
        if level is not None and bound is not None and at_least(level, bound):
            yield f"{alert} {level:g} never comes before {limit} {bound:g}"


def _reward(profile: RiskProfile) -> Iterator[str]:
    reward, what = planned_reward_to_risk(profile), "the target pays {:g} times the risk"
    if reward is None:
        reward, what = profile.min_reward_to_risk, "min_reward_to_risk is {:g}"
    if reward is None:
        return
    if below(reward, LEAST_REWARD_TO_RISK):
        yield f"{what.format(reward)}, below {LEAST_REWARD_TO_RISK:g}, the least that makes sense"
    elif below(reward, GOOD_REWARD_TO_RISK):
        yield f"{what.format(reward)}, below {GOOD_REWARD_TO_RISK:g}"


def _heat(profile: RiskProfile) -> Iterator[str]:
    if profile.max_heat is None:
        return
    if profile.stop == "none":
        yield "max_heat without a stop: a position without one counts with its whole notional"
    elif not profile.place_stops:
        yield "max_heat with place_stops=False: unprotected positions count with their whole notional"
    critical = profile.heat_critical * profile.max_heat
    if profile.target_heat is not None and at_least(profile.target_heat[1], critical):
        yield f"target_heat high {profile.target_heat[1]:g} lies in the CRITICAL tier, from {critical:g}"
    stressed, correlated = profile.max_stressed_heat, profile.max_correlated_heat
    if stressed is not None and below(stressed, profile.max_heat):
        yield f"max_heat {profile.max_heat:g} is never reached: max_stressed_heat {stressed:g} comes before it"
    if correlated is not None and at_least(correlated, profile.max_heat):
        yield f"max_correlated_heat {correlated:g} never comes before max_heat {profile.max_heat:g}"


def _initial_risk(profile: RiskProfile) -> Iterator[str]:
    if profile.stop != "none":
        return
    by_risk = (
        (f"trail {profile.trail!r}", profile.trail == "chandelier" and profile.trail_activation > 0.0),
        ("break_even", profile.break_even is not None),
        (f"target {profile.target!r}", profile.target in ("r", "farther")),
        ("ladder", bool(profile.ladder)),
    )
    for what, is_used in by_risk:
        if is_used:
            yield f"{what} is measured by the initial risk, which only a trade with a stop of its own has"


def _holding(profile: RiskProfile) -> Iterator[str]:
    if profile.min_hold is not None and profile.max_hold is not None and profile.min_hold > profile.max_hold:
        yield f"min_hold {profile.min_hold:g} exceeds max_hold {profile.max_hold:g}: no signal closes a position"
    longest, timeout = profile.max_hold, profile.position_timeout
    if longest is not None and timeout is not None and above(longest * SECONDS_OF_HOUR, timeout):
        yield f"max_hold {longest:g} (hours) is never reached: position_timeout is {timeout:g} (seconds)"


def _kelly(profile: RiskProfile) -> Iterator[str]:
    if profile.kelly_prior is not None and "kelly" in profile.sizing:
        win_rate, ratio = profile.kelly_prior
        if not above(win_rate * ratio, 1.0 - win_rate) and profile.kelly_floor == 0.0:
            yield f"kelly_prior ({win_rate:g}, {ratio:g}) has no edge: no trade is ever opened"


def _groups(profile: RiskProfile) -> Iterator[str]:
    if profile.groups and profile.max_sector_exposure is None:
        yield "groups limit nothing: max_sector_exposure is off"
    if profile.anchor is not None and profile.max_correlated_exposure is None:
        yield f"anchor {profile.anchor!r} limits nothing: max_correlated_exposure is off"
    if profile.betas and profile.anchor is None:
        yield "betas mean nothing without an anchor"


_RULES = (_bounds, _alerts, _reward, _heat, _initial_risk, _holding, _kelly, _groups)
