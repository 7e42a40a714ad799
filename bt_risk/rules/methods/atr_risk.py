"""Size by the risk of one average range, wherever the stop is. Requires: ATR, equity, heat. Gives: units."""

from __future__ import annotations

from bt_risk.maths.position_size import atr_units
from bt_risk.rules.decision import Missing
from bt_risk.rules.methods.budget import risk_budget
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest, UnitTerms

NAME = "atr_risk"


def propose(request: EntryRequest, terms: UnitTerms, book: Book, profile: RiskProfile) -> float | Missing:
    """Return the units that lose the budget when the price moves one ATR against them, before costs."""
    if not request.atr > 0.0:
        return Missing("atr_risk needs an average true range above zero, which is not known yet")
    budget = risk_budget(request, book, profile)
    if isinstance(budget, Missing):
        return budget
    return atr_units(budget, request.atr, multiplier=terms.notional / request.price)
