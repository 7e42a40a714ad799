"""Cap on the notional that moves with one anchor. Requires: anchor, betas, notionals. Gives: units."""

from __future__ import annotations

from bt_risk.maths.exposure import correlated_exposure
from bt_risk.maths.limits import room
from bt_risk.maths.position_size import units_for_notional
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest, UnitTerms

NAME = "max_correlated_exposure"


def allow(request: EntryRequest, terms: UnitTerms, book: Book, profile: RiskProfile) -> float | None:
    """Return the units that still fit under ``max_correlated_exposure * equity``, the anchor's own included.

    The anchor counts in full, another instrument with its beta, ``correlation_beta`` where the map has none. None
    when the limit is off, no anchor is named, or the instrument does not move with it (a beta of zero).
    """
    if profile.max_correlated_exposure is None or book.groups.anchor is None:
        return None
    unit = {request.data: terms.notional}
    per_unit, held = (
        correlated_exposure(
            values, anchor=book.groups.anchor, betas=book.groups.betas, beta=profile.correlation_beta
        )
        for values in (unit, book.values)
    )
    if per_unit <= 0.0:
        return None
    return units_for_notional(room(profile.max_correlated_exposure * book.equity, held), per_unit)
