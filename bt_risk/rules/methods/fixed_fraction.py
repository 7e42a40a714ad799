"""Size by a fixed share of equity as notional. Requires: equity. Gives: units."""

from __future__ import annotations

from bt_risk.maths.notional import fixed_fractional
from bt_risk.maths.position_size import units_for_notional
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest, UnitTerms

NAME = "fixed_fraction"


def propose(request: EntryRequest, terms: UnitTerms, book: Book, profile: RiskProfile) -> float:
    """Return the units whose notional is ``fixed_fraction`` of equity, wherever the stop is."""
    return units_for_notional(fixed_fractional(book.equity, profile.fixed_fraction), terms.notional)
