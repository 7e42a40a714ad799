"""Cap on the heat that sizes of our own may reach. Requires: open and reserved risk. Gives: money, units."""

from __future__ import annotations

from bt_risk.maths.limits import room
from bt_risk.maths.position_size import units_for_risk
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest, UnitTerms

NAME = "target_heat"


def room_in_band(request: EntryRequest, book: Book, profile: RiskProfile) -> float | None:
    """Return the money that may be risked below the upper edge of the target band, never negative.

    None where nothing asks for the band: it is off, the allocation looks at the single trade only, or the
    strategy named the stop or the size itself and may go up to ``max_heat``.
    """
    is_ours = not request.has_own_stop and request.wanted is None
    if profile.target_heat is None or profile.allocation == "risk_per_trade" or not is_ours:
        return None
    return room(profile.target_heat[1] * book.equity, book.risk)


def allow(request: EntryRequest, terms: UnitTerms, book: Book, profile: RiskProfile) -> float | None:
    """Return the units that lift the heat to the upper edge of the band, whatever method proposes the size."""
    room = room_in_band(request, book, profile)
    return None if room is None else units_for_risk(room, terms.heat_risk)
