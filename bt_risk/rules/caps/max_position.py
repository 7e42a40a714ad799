"""Cap on one position's notional. Requires: equity, what is held of it. Gives: units."""

from __future__ import annotations

from bt_risk.maths.limits import room
from bt_risk.maths.position_size import units_for_notional
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest, UnitTerms

NAME = "max_position"


def allow(request: EntryRequest, terms: UnitTerms, book: Book, profile: RiskProfile) -> float | None:
    """Return the units with which the position comes to ``max_position * equity``; None when the limit is off.

    An add has the room that the position, and other adds on their way, leave.
    """
    if profile.max_position is None:
        return None
    return units_for_notional(room(profile.max_position * book.equity, book.held_notional), terms.notional)
