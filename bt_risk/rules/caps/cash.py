"""Cap on the cash that an entry takes. Requires: free cash. Gives: units."""

from __future__ import annotations

import math

from bt_risk.maths.limits import room
from bt_risk.maths.position_size import units_for_notional
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest, UnitTerms

NAME = "cash"
# Where no ATR is known yet: a day's gap of one in twenty is rare in any liquid market.
GAP_BUFFER_WITHOUT_ATR = 0.05


def gap_buffer(request: EntryRequest, profile: RiskProfile) -> float:
    """Return the share of the price kept back for a worse opening: the profile's, else one ATR / price."""
    if profile.entry_gap_buffer is not None:
        return profile.entry_gap_buffer
    if math.isnan(request.atr):
        return GAP_BUFFER_WITHOUT_ATR
    return request.atr / request.price


def cash_per_unit(request: EntryRequest, terms: UnitTerms, profile: RiskProfile) -> float:
    """Return the cash that one unit may take when it opens against us, commission included."""
    return (terms.cash + terms.entry_costs) * (1.0 + gap_buffer(request, profile))


def allow(request: EntryRequest, terms: UnitTerms, book: Book, profile: RiskProfile) -> float | None:
    """Return the units that the cash not spoken for pays; None where opening takes no cash.

    The simulated broker refuses an entry whole when its opening price makes it too dear, so that a size without
    a buffer would be lost instead of a little smaller.
    """
    if terms.cash <= 0.0:
        return None
    free = room(book.cash, book.pending_cash)
    return units_for_notional(free, cash_per_unit(request, terms, profile))
