"""Size against the volatility: half the notional where the ranges are twice as wide. Requires: ATR. Gives: units."""

from __future__ import annotations

import math

from bt_risk.maths.notional import fixed_fractional, inverse_volatility
from bt_risk.maths.position_size import units_for_notional
from bt_risk.rules.decision import Missing
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest, UnitTerms

NAME = "inverse_volatility"


def propose(request: EntryRequest, terms: UnitTerms, book: Book, profile: RiskProfile) -> float | Missing:
    """Return the units of a notional of ``volatility_base`` of equity * ``volatility_target`` / (ATR / price).

    Without any range (an ATR of zero) the base itself stands.
    """
    if math.isnan(request.atr):
        return Missing("inverse_volatility needs the average true range, which is not known yet")
    notional = inverse_volatility(
        fixed_fractional(book.equity, profile.volatility_base),
        request.atr / request.price,
        target_volatility=profile.volatility_target,
    )
    return units_for_notional(notional, terms.notional)
