"""What makes a profile unusable. Requires: its fields. Gives: every problem at once, each with its cure."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bt_risk.rules.profile.fields import RiskProfile

SIZING_METHODS = ("risk_per_trade", "kelly", "cash_fraction")
ALLOCATIONS = ("target_heat", "risk_per_trade", "equal_heat")
REDUCTIONS = ("highest_risk", "lowest_risk", "trim")
HEAT_BASES = ("entry", "mark")
STOPS = ("atr", "fixed", "none")
TRAILS = ("chandelier", "none")
STOP_ANCHORS = ("fill", "decision")


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _fraction(name: str, value: object, *, low_open: bool = True, high: float = 1.0) -> str | None:
    if _is_number(value):
        number = float(value)  # type: ignore[arg-type]
        if (number > 0 if low_open else number >= 0) and number <= high:
            return None
    bracket = "(" if low_open else "["
    return f"{name} must be a fraction in {bracket}0, {high:g}], e.g. 0.02 for 2 %; received {value!r}"


def _positive(name: str, value: object, example: str, *, zero: bool = False) -> str | None:
    if _is_number(value) and (value >= 0 if zero else value > 0):  # type: ignore[operator]
        return None
    return f"{name} must be a number {'>= 0' if zero else '> 0'}, e.g. {example}; received {value!r}"


def _count(name: str, value: object, example: str) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
        return None
    return f"{name} must be a whole number >= 1, e.g. {example}; received {value!r}"


def _choice(name: str, value: object, allowed: tuple[str, ...]) -> str | None:
    return None if value in allowed else f"{name} must be one of {', '.join(allowed)}; received {value!r}"


def _flag(name: str, value: object) -> str | None:
    return None if isinstance(value, bool) else f"{name} must be True or False; received {value!r}"


def find_problems(profile: RiskProfile) -> list[str]:
    found: list[str | None] = []
    if not isinstance(profile.name, str) or not profile.name.strip():
        found.append(f"name must be a text, e.g. 'moderate'; received {profile.name!r}")
    if not isinstance(profile.sizing, tuple) or not profile.sizing:
        found.append(
            f"sizing must list at least one of {', '.join(SIZING_METHODS)}; received {profile.sizing!r}"
        )
    else:
        found += [_choice("sizing", method, SIZING_METHODS) for method in profile.sizing]
    found += [
        _choice("allocation", profile.allocation, ALLOCATIONS),
        _choice("reduction", profile.reduction, REDUCTIONS),
        _choice("heat_basis", profile.heat_basis, HEAT_BASES),
        _choice("stop", profile.stop, STOPS),
        _choice("trail", profile.trail, TRAILS),
        _choice("stop_anchor", profile.stop_anchor, STOP_ANCHORS),
        _flag("entry_bar_stop", profile.entry_bar_stop),
        _flag("place_stops", profile.place_stops),
        _fraction("risk_per_trade", profile.risk_per_trade),
        _fraction("kelly_fraction", profile.kelly_fraction),
        _fraction("kelly_floor", profile.kelly_floor, low_open=False),
        _fraction("cash_fraction", profile.cash_fraction),
        _fraction("heat_warning", profile.heat_warning),
        _fraction("heat_critical", profile.heat_critical),
        _fraction("heat_hysteresis", profile.heat_hysteresis, low_open=False),
        _fraction("fixed_stop", profile.fixed_stop, high=0.99),
        _count("kelly_min_trades", profile.kelly_min_trades, "20"),
        _count("atr_period", profile.atr_period, "14"),
        _positive("atr_stop", profile.atr_stop, "2.5"),
        _positive("trail_atr", profile.trail_atr, "2.5"),
        _positive("trail_activation", profile.trail_activation, "1.0", zero=True),
        _positive("lot", profile.lot, "1, or 0 for fractional units", zero=True),
    ]
    if profile.risk_per_trade_max is not None:
        found.append(_fraction("risk_per_trade_max", profile.risk_per_trade_max))
    if profile.max_heat is not None:
        found.append(_fraction("max_heat", profile.max_heat))
    if profile.max_position is not None:
        found.append(_fraction("max_position", profile.max_position, high=10.0))
    if profile.max_leverage is not None:
        found.append(_positive("max_leverage", profile.max_leverage, "1 for no borrowing"))
    if profile.max_positions is not None:
        found.append(_count("max_positions", profile.max_positions, "3"))
    if profile.entry_gap_buffer is not None:
        found.append(_fraction("entry_gap_buffer", profile.entry_gap_buffer, low_open=False))
    found.append(_target_heat_problem(profile))
    problems = [problem for problem in found if problem]
    return problems or _contradictions(profile)


def _target_heat_problem(profile: RiskProfile) -> str | None:
    band = profile.target_heat
    if band is None:
        return None
    if not isinstance(band, tuple) or len(band) != 2:
        return f"target_heat must be a pair (low, high) of fractions, e.g. (0.06, 0.08); received {band!r}"
    return _fraction("target_heat low", band[0], low_open=False) or _fraction("target_heat high", band[1])


def _contradictions(profile: RiskProfile) -> list[str]:
    found = []
    if profile.risk_per_trade_max is not None and profile.risk_per_trade > profile.risk_per_trade_max:
        found.append(
            f"risk_per_trade {profile.risk_per_trade:g} exceeds risk_per_trade_max {profile.risk_per_trade_max:g}"
        )
    if profile.max_heat is not None and profile.risk_per_trade > profile.max_heat:
        found.append(f"risk_per_trade {profile.risk_per_trade:g} exceeds max_heat {profile.max_heat:g}")
    if profile.target_heat is not None:
        low, high = profile.target_heat
        if low > high:
            found.append(f"target_heat low {low:g} exceeds target_heat high {high:g}")
        if profile.max_heat is not None and high > profile.max_heat:
            found.append(f"target_heat high {high:g} exceeds max_heat {profile.max_heat:g}")
    elif profile.allocation in ("target_heat", "equal_heat"):
        found.append(f"allocation {profile.allocation!r} needs a target_heat band, e.g. (0.06, 0.08)")
    if profile.allocation == "equal_heat" and profile.max_positions is None:
        found.append("allocation 'equal_heat' needs max_positions")
    if profile.heat_warning > profile.heat_critical:
        found.append(f"heat_warning {profile.heat_warning:g} exceeds heat_critical {profile.heat_critical:g}")
    if profile.sizing == ("kelly",):
        found.append(
            "sizing 'kelly' needs a second method to trade by until kelly_min_trades trades are closed"
        )
    if profile.stop == "none" and "risk_per_trade" in profile.sizing:
        found.append("sizing 'risk_per_trade' needs a stop: set stop to 'atr' or 'fixed'")
    return found


def find_unknown_keys(keys: Iterable[str], known: list[str]) -> list[str]:
    """Return one problem for each key that is not in `known`, with the nearest known one."""
    problems = []
    for key in keys:
        if key not in known:
            near = difflib.get_close_matches(str(key), known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(known)}"
            problems.append(f"unknown key {key!r}, {hint}")
    return problems
