"""Cap on gross notional over equity. Requires: equity, positions, pending entries. Gives: units."""

from __future__ import annotations

from bt_risk.rules.caps.max_exposure import units_within
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest, UnitTerms

NAME = "max_leverage"


def allow(request: EntryRequest, terms: UnitTerms, book: Book, profile: RiskProfile) -> float | None:
    """Return the units that still fit under ``max_leverage * equity``; None when the limit is off."""
    return None if profile.max_leverage is None else units_within(profile.max_leverage, terms, book)
