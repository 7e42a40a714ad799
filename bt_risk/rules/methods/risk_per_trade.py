"""Size by the risk to the stop. Requires: stop, equity, heat. Gives: units."""

from __future__ import annotations

from bt_risk.maths.position_size import units_for_risk
from bt_risk.rules.decision import Missing
from bt_risk.rules.methods.budget import risk_budget
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest, UnitTerms

NAME = "risk_per_trade"


def propose(request: EntryRequest, terms: UnitTerms, book: Book, profile: RiskProfile) -> float | Missing:
    """Return the units whose loss at the stop, both commissions included, is the budget."""
    budget = risk_budget(request, book, profile)
    return budget if isinstance(budget, Missing) else units_for_risk(budget, terms.trade_risk)
