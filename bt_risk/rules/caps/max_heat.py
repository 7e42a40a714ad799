"""Cap on heat. Requires: open and reserved risk. Gives: units."""

from __future__ import annotations

from bt_risk.maths.limits import room
from bt_risk.maths.position_size import units_for_risk
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest, UnitTerms

NAME = "max_heat"


def allow(request: EntryRequest, terms: UnitTerms, book: Book, profile: RiskProfile) -> float | None:
    """Return the units that lift the heat exactly to ``max_heat``; None when the limit is off."""
    if profile.max_heat is None:
        return None
    return units_for_risk(room(profile.max_heat * book.equity, book.risk), terms.heat_risk)
