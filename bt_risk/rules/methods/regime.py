"""Size by the risk to the stop, scaled with the market's regime. Requires: regime, stop. Gives: units."""

from __future__ import annotations

import math

from bt_risk.maths.multipliers import regime_multiplier
from bt_risk.maths.position_size import units_for_risk
from bt_risk.rules.decision import Missing
from bt_risk.rules.methods.budget import risk_budget
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.regime import TRENDS
from bt_risk.rules.request import Book, EntryRequest, UnitTerms

NAME = "regime"


def propose(request: EntryRequest, terms: UnitTerms, book: Book, profile: RiskProfile) -> float | Missing:
    """Return the units whose loss at the stop is the budget times the regime's multiplier.

    A trade against the trend is cut to ``regime_mismatch`` of that. What the multiplier adds ends at the cap
    ``risk_per_trade_max``.
    """
    regime = request.regime
    if regime is None:
        return Missing("regime needs buy(regime=...) or a regime(data) method")
    if regime.trend not in TRENDS:
        return Missing(f"regime trend must be one of {', '.join(TRENDS)}; received {regime.trend!r}")
    multiplier = regime_multiplier(
        regime.multiplier,
        is_aligned=not regime.is_against(is_long=request.is_long),
        against=profile.regime_mismatch,
    )
    if not math.isfinite(multiplier):
        return Missing(f"regime multiplier must be a number >= 0, e.g. 1.2; received {regime.multiplier!r}")
    budget = risk_budget(request, book, profile, multiplier=multiplier)
    return budget if isinstance(budget, Missing) else units_for_risk(budget, terms.trade_risk)
