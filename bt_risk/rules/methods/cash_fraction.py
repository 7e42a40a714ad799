"""Size by a share of the free cash. Requires: cash. Gives: units."""

from __future__ import annotations

from bt_risk.maths.limits import room
from bt_risk.maths.position_size import units_for_notional
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest, UnitTerms

NAME = "cash_fraction"


def propose(request: EntryRequest, terms: UnitTerms, book: Book, profile: RiskProfile) -> float:
    """Return the units that ``cash_fraction`` of the cash not spoken for buys at the decision price."""
    free = room(book.cash, book.pending_cash)
    return units_for_notional(profile.cash_fraction * free, terms.notional)
