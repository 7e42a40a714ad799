"""What the next trade may lose, by the profile's allocation. Requires: equity, heat. Gives: money."""

from __future__ import annotations

import math

from bt_risk.maths.heat import equal_heat
from bt_risk.maths.multipliers import conviction_multiplier, volatility_tier
from bt_risk.rules.caps.target_heat import room_in_band
from bt_risk.rules.decision import Missing
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest


def risk_budget(
    request: EntryRequest, book: Book, profile: RiskProfile, *, multiplier: float = 1.0
) -> float | Missing:
    """Return the money that this trade may lose, never negative, or the input that is missing.

    ``risk_per_trade`` of equity, or ``risk_money``; ``"equal_heat"`` takes the upper edge of the target band /
    ``max_positions`` instead, ``"conviction"`` multiplies by the strategy's conviction. Volatility tiers and
    `multiplier` scale that. It then has to fit into the room below the band's upper edge, unless the strategy
    named the stop or the size itself.
    """
    allocated = _allocated(request, book, profile)
    if isinstance(allocated, Missing):
        return allocated
    if profile.volatility_tiers:
        if math.isnan(request.annual_volatility):
            return Missing("volatility_tiers needs the annualised volatility, which is not known yet")
        allocated *= volatility_tier(request.annual_volatility, profile.volatility_tiers)
    budget = allocated * multiplier
    room = room_in_band(request, book, profile)
    return max(0.0, budget if room is None else min(budget, room))


def _allocated(request: EntryRequest, book: Book, profile: RiskProfile) -> float | Missing:
    is_split = profile.allocation == "equal_heat"
    if is_split and profile.target_heat is not None and profile.max_positions is not None:
        return equal_heat(profile.target_heat[1], profile.max_positions) * book.equity
    budget = profile.risk_money
    if budget is None:
        budget = (profile.risk_per_trade or 0.0) * book.equity
    if profile.allocation != "conviction":
        return budget
    if request.conviction is None:
        return Missing("allocation 'conviction' needs buy(conviction=...) or a conviction(data) method")
    multipliers = {
        "high": profile.conviction_high,
        "medium": profile.conviction_medium,
        "low": profile.conviction_low,
    }
    factor = conviction_multiplier(request.conviction, multipliers)
    if math.isnan(factor):
        return Missing(f"conviction must be one of {', '.join(multipliers)}; received {request.conviction!r}")
    return budget * factor
