"""Cap on gross notional. Requires: equity, positions, pending entries. Gives: units."""

from __future__ import annotations

from bt_risk.maths.position_size import units_for_notional
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest, UnitTerms

NAME = "max_leverage"


def allow(request: EntryRequest, terms: UnitTerms, book: Book, profile: RiskProfile) -> float | None:
    """Return the units that still fit under ``max_leverage * equity``; None when the limit is off.

    Longs and shorts add up, and so do entries that are sent and not filled.
    """
    if profile.max_leverage is None:
        return None
    room = profile.max_leverage * book.equity - book.notional - book.pending_notional
    return units_for_notional(max(0.0, room), terms.notional)
