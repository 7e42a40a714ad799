"""Values that are allowed alone and not together. Requires: a profile whose fields are in their domains."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from bt_risk.maths.limits import above, below

if TYPE_CHECKING:
    from bt_risk.rules.profile.fields import RiskProfile

# The first must not exceed the second; None exceeds nothing.
_ORDERED = (
    ("risk_per_trade", "risk_per_trade_max"),
    ("risk_per_trade", "max_heat"),
    ("risk_per_trade", "max_stressed_heat"),
    ("risk_per_trade", "max_correlated_heat"),
    ("kelly_min", "kelly_max"),
    ("kelly_floor", "kelly_max"),
    ("conviction_low", "conviction_medium"),
    ("conviction_medium", "conviction_high"),
    ("min_position", "max_position"),
    ("heat_warning", "heat_critical"),
    ("heat_hysteresis", "heat_warning"),
    ("max_positions", "emergency_positions"),
    ("daily_loss", "emergency_daily_loss"),
    ("drawdown_halt", "drawdown_reduce"),
    ("drawdown_halt", "drawdown_emergency"),
    ("drawdown_reduce", "drawdown_emergency"),
)
# Shares of equity that exceed 1 only where the account may borrow.
_NOTIONALS = (
    "max_position",
    "single_position_gate",
    "max_exposure",
    "max_sector_exposure",
    "max_correlated_exposure",
)
SECONDS_OF_HOUR = 3600.0
_METHODS_BY_RISK = ("risk_per_trade", "atr_risk", "regime")
_METHODS_BY_STOP = ("risk_per_trade", "regime")


def find_contradictions(profile: RiskProfile) -> list[str]:
    """Return a line for each pair of values that cannot both be meant."""
    return [line for rule in _RULES for line in rule(profile)]


def planned_reward_to_risk(profile: RiskProfile) -> float | None:
    """Return distance to the target / distance to the stop, as the profile sets them.

    None where it sets no target or no stop, or measures the two differently (one in ATR, one as a share of the
    price), so that the ratio depends on the market.
    """
    if profile.stop == "none" or profile.target == "none":
        return None
    in_atr = profile.target_atr / profile.atr_stop if profile.stop == "atr" else None
    if profile.target == "r":
        return profile.target_r
    if profile.target == "farther":
        return max(profile.target_r, in_atr or 0.0)
    if profile.target == "atr":
        return in_atr
    return profile.target_fraction / profile.fixed_stop if profile.stop == "fixed" else None


def _ordered(profile: RiskProfile) -> Iterator[str]:
    for low, high in _ORDERED:
        small, large = getattr(profile, low), getattr(profile, high)
        if small is not None and large is not None and above(small, large):
            yield f"{low} {small:g} exceeds {high} {large:g}"
    if profile.confidence_low >= profile.confidence_high:
        yield (
            f"confidence_low {profile.confidence_low:g} must be below"
            f" confidence_high {profile.confidence_high:g}"
        )


def _heat(profile: RiskProfile) -> Iterator[str]:
    if profile.target_heat is None:
        if profile.allocation in ("target_heat", "equal_heat"):
            yield f"allocation {profile.allocation!r} needs a target_heat band, e.g. (0.06, 0.08)"
    else:
        low, high = profile.target_heat
        if above(low, high):
            yield f"target_heat low {low:g} exceeds target_heat high {high:g}"
        if profile.max_heat is not None and above(high, profile.max_heat):
            yield f"target_heat high {high:g} exceeds max_heat {profile.max_heat:g}"
    if profile.allocation == "equal_heat" and profile.max_positions is None:
        yield "allocation 'equal_heat' needs max_positions"
    if profile.heat_reserve and profile.max_heat is None:
        yield f"heat_reserve {profile.heat_reserve:g} is a share of max_heat and needs it, e.g. 0.10 for 10 %"


def _sizing(profile: RiskProfile) -> Iterator[str]:
    has_risk = profile.risk_per_trade is not None or profile.risk_money is not None
    for method in profile.sizing:
        # Equal heat takes the risk of a trade from the band instead.
        if method in _METHODS_BY_RISK and not has_risk and profile.allocation != "equal_heat":
            yield f"sizing {method!r} needs risk_per_trade, e.g. 0.02 for 2 %, or risk_money"
        if method in _METHODS_BY_STOP and profile.stop == "none":
            yield f"sizing {method!r} needs a stop: set stop to 'atr' or 'fixed'"
    if profile.allocation == "conviction" and not has_risk:
        yield "allocation 'conviction' needs risk_per_trade, e.g. 0.02 for 2 %, or risk_money"
    if "confidence" in profile.sizing and profile.max_position is None:
        yield "sizing 'confidence' takes a part of max_position and needs it, e.g. 0.10 for 10 %"
    if profile.sizing == ("kelly",) and profile.kelly_prior is None:
        yield (
            "sizing 'kelly' needs a second method to trade by until kelly_min_trades trades are closed,"
            " or a kelly_prior"
        )


def _borrowing(profile: RiskProfile) -> Iterator[str]:
    most = profile.max_leverage
    if most is None or above(most, 1.0):
        return
    for field in _NOTIONALS:
        value = getattr(profile, field)
        if value is not None and above(value, 1.0):
            yield f"{field} {value:g} exceeds max_leverage {most:g} ({value:g} % is {value / 100:g})"


def _baseline(profile: RiskProfile) -> Iterator[str]:
    if not profile.place_stops:
        if profile.trail != "none":
            yield f"trail {profile.trail!r} moves stops, and place_stops=False sends none: set trail to 'none'"
        if profile.break_even is not None:
            yield "break_even moves stops, and place_stops=False sends none: set break_even to None"


def _reward(profile: RiskProfile) -> Iterator[str]:
    reward, least = planned_reward_to_risk(profile), profile.min_reward_to_risk
    if reward is not None and least is not None and below(reward, least):
        yield f"the target pays {reward:g} times the risk, less than min_reward_to_risk {least:g}: no trade passes"


def _holding(profile: RiskProfile) -> Iterator[str]:
    least, timeout = profile.min_hold, profile.position_timeout
    if least is not None and timeout is not None and above(least * SECONDS_OF_HOUR, timeout):
        yield (
            f"min_hold {least:g} (hours) exceeds position_timeout {timeout:g} (seconds):"
            " no signal could close a position"
        )


def _sequences(profile: RiskProfile) -> Iterator[str]:
    if any(first[0] <= second[0] for first, second in pairwise(profile.volatility_tiers)):
        yield "volatility_tiers must begin with the highest volatility, e.g. ((0.30, 0.5), (0.20, 0.75))"
    if any(first[0] >= second[0] for first, second in pairwise(profile.ladder)):
        yield "ladder must begin with the nearest rung, e.g. ((1.0, 0.5), (2.0, 0.25))"
    closed = sum(share for _, share in profile.ladder)
    if above(closed, 1.0):
        yield f"ladder closes {closed:g} times the position, its shares must add up to at most 1"
    for begin, end in profile.entry_windows:
        if begin >= end:
            yield f"entry_windows must end after they begin (split {begin} to {end} at midnight)"


_RULES = (_ordered, _heat, _sizing, _borrowing, _baseline, _reward, _holding, _sequences)
