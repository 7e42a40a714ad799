"""Cap on the notional of the whole book. Requires: equity, positions, pending entries. Gives: units."""

from __future__ import annotations

from bt_risk.maths.limits import room
from bt_risk.maths.position_size import units_for_notional
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest, UnitTerms

NAME = "max_exposure"


def units_within(limit: float, terms: UnitTerms, book: Book) -> float:
    """Return the units that still fit under a gross notional of `limit` * equity.

    Longs and shorts add up, and so do entries that are sent and not filled.
    """
    held = book.notional + book.pending_notional
    return units_for_notional(room(limit * book.equity, held), terms.notional)


def allow(request: EntryRequest, terms: UnitTerms, book: Book, profile: RiskProfile) -> float | None:
    """Return the units that still fit under ``max_exposure * equity``; None when the limit is off."""
    return None if profile.max_exposure is None else units_within(profile.max_exposure, terms, book)
