"""Cap on the risk of one trade, whatever the sizing method. Requires: stop, equity. Gives: units."""

from __future__ import annotations

from bt_risk.maths.position_size import units_for_risk
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest, UnitTerms

NAME = "risk_per_trade_max"


def allow(request: EntryRequest, terms: UnitTerms, book: Book, profile: RiskProfile) -> float | None:
    """Return the units whose loss at the stop is ``risk_per_trade_max`` of equity; None when the limit is off."""
    if profile.risk_per_trade_max is None:
        return None
    return units_for_risk(profile.risk_per_trade_max * book.equity, terms.trade_risk)
