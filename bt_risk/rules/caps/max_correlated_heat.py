"""Cap on the heat of positions that are stopped together. Requires: the risk of each. Gives: units."""

from __future__ import annotations

from math import isnan

from bt_risk.maths.joint_heat import joint_room
from bt_risk.maths.limits import at_most
from bt_risk.maths.position_size import units_for_risk
from bt_risk.rules.decision import Missing
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest, UnitTerms

NAME = "max_correlated_heat"


def allow(
    request: EntryRequest, terms: UnitTerms, book: Book, profile: RiskProfile
) -> float | Missing | None:
    """Return the units that lift the correlated heat to ``max_correlated_heat``; None when the limit is off.

    ``heat_correlation`` holds between any two instruments. What the request's own instrument risks already is one
    with the request: an add diversifies nothing. Where a risk is not known, nothing is allowed.
    """
    if profile.max_correlated_heat is None:
        return None
    most = joint_room(book.risks, profile.max_correlated_heat * book.equity, profile.heat_correlation)
    if isnan(most) or isnan(book.own_risk):
        return Missing("the risk of each position is not known")
    room = 0.0 if at_most(most, book.own_risk) else most - book.own_risk
    return units_for_risk(room, terms.heat_risk)
