"""No position above a share of equity: this gate denies where the cap of that kind would cut."""

from __future__ import annotations

from bt_risk.maths.limits import at_most
from bt_risk.rules.decision import Finding
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, UnitTerms

NAME = "single_position_gate"


def judge(base: float, units: float, terms: UnitTerms, book: Book, profile: RiskProfile) -> Finding | None:
    """Pass when the size that would be traded, and what it is added to, is at most this share of equity."""
    limit = profile.single_position_gate
    if limit is None:
        return None
    found = (book.held_notional + units * terms.notional) / book.equity
    passed = at_most(found, limit)
    text = "" if passed else f"the position would be {found:.4g} of equity, the limit is {limit:g}"
    return Finding(NAME, passed, limit, found, text)
