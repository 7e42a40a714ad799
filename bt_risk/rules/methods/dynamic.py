"""Size by signal, volatility and performance together. Requires: confidence, volatility. Gives: units."""

from __future__ import annotations

import math

from bt_risk.maths.notional import dynamic_notional
from bt_risk.maths.position_size import units_for_notional
from bt_risk.rules.decision import Missing
from bt_risk.rules.methods.confidence import known_confidence
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest, UnitTerms

NAME = "dynamic"


def propose(request: EntryRequest, terms: UnitTerms, book: Book, profile: RiskProfile) -> float | Missing:
    """Return the units of a notional of ``dynamic_base`` of equity times three factors.

    0.5 + 1.5 * confidence; 1 / (1 + annualised volatility); the strategy's own performance, between 0.5 and 1.5.
    """
    strength = known_confidence(request, NAME)
    if isinstance(strength, Missing):
        return strength
    if math.isnan(request.annual_volatility):
        return Missing("dynamic needs the annualised volatility, which is not known yet")
    if not math.isfinite(request.performance):
        return Missing(f"dynamic needs a finite performance_multiplier; received {request.performance!r}")
    notional = dynamic_notional(
        book.equity,
        signal_strength=strength,
        volatility=request.annual_volatility,
        performance=request.performance,
        base=profile.dynamic_base,
        maximum=math.inf,  # the cap on a position's notional is a rule of its own
    )
    return units_for_notional(notional, terms.notional)
