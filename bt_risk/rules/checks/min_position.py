"""No trade that is too small to matter."""

from __future__ import annotations

from bt_risk.maths.limits import at_least
from bt_risk.rules.decision import Finding
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, UnitTerms

NAME = "min_position"


def judge(base: float, units: float, terms: UnitTerms, book: Book, profile: RiskProfile) -> Finding | None:
    """Pass when the notional is at least ``min_position`` of equity; a smaller trade is skipped, never enlarged.

    The size before the scales counts: the second half of a book would otherwise be too small by design.
    """
    if profile.min_position is None:
        return None
    found = base * terms.notional / book.equity
    passed = at_least(found, profile.min_position)
    text = (
        ""
        if passed
        else f"the position would be {found:.4g} of equity, the least is {profile.min_position:g}"
    )
    return Finding(NAME, passed, profile.min_position, found, text)
