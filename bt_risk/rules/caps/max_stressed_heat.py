"""Cap on the heat with every stop overshot. Requires: stressed risks of book and unit. Gives: units."""

from __future__ import annotations

from math import isnan

from bt_risk.maths.position_size import units_for_risk
from bt_risk.rules.decision import Missing
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest, UnitTerms

NAME = "max_stressed_heat"


def allow(
    request: EntryRequest, terms: UnitTerms, book: Book, profile: RiskProfile
) -> float | Missing | None:
    """Return the units that lift the stressed heat exactly to ``max_stressed_heat``; None when the limit is off.

    The stressed heat is what is lost if every stop fills ``stress_atr`` ATR beyond its price, / equity. Where the
    overshoot of the book or of the request is not known, nothing is allowed: an unknown gap is not a small one.
    """
    if profile.max_stressed_heat is None:
        return None
    if isnan(book.stressed_risk):
        return Missing("the stressed risk of the book is not known")
    if isnan(terms.stressed_risk):
        return Missing(f"the stressed risk of {request.data} is not known")
    room = profile.max_stressed_heat * book.equity - book.stressed_risk
    return units_for_risk(max(0.0, room), terms.stressed_risk)
