"""Cap on the notional of one group of instruments. Requires: groups, notionals. Gives: units."""

from __future__ import annotations

from bt_risk.maths.exposure import grouped_exposure
from bt_risk.maths.limits import room
from bt_risk.maths.position_size import units_for_notional
from bt_risk.rules.groups import OTHER
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest, UnitTerms

NAME = "max_sector_exposure"


def allow(request: EntryRequest, terms: UnitTerms, book: Book, profile: RiskProfile) -> float | None:
    """Return the units that still fit under ``max_sector_exposure * equity`` of the instrument's group.

    None when the limit is off or no groups are given, or for an instrument of no group where those are not limited.
    """
    groups, group = book.groups, book.groups.group(request.data)
    if profile.max_sector_exposure is None or not groups.group_of:
        return None
    if group == OTHER and not groups.is_other_limited:
        return None
    held = grouped_exposure(book.values, groups.group_of, default=OTHER).get(group, 0.0)
    return units_for_notional(room(profile.max_sector_exposure * book.equity, held), terms.notional)
