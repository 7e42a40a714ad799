"""Cap on one position's notional. Requires: equity. Gives: units."""

from __future__ import annotations

from bt_risk.maths.position_size import units_for_notional
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest, UnitTerms

NAME = "max_position"


def allow(request: EntryRequest, terms: UnitTerms, book: Book, profile: RiskProfile) -> float | None:
    """Return the units whose notional is ``max_position`` of equity; None when the limit is off."""
    if profile.max_position is None:
        return None
    return units_for_notional(profile.max_position * book.equity, terms.notional)
