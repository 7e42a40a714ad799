"""No entry into a market that trades too little."""

from __future__ import annotations

from bt_risk.maths.limits import at_least
from bt_risk.rules.decision import Finding
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest

NAME = "min_liquidity"


def judge(request: EntryRequest, book: Book, profile: RiskProfile) -> Finding | None:
    """Pass when an average bar trades ``min_liquidity`` of money or more; fail where that is not known."""
    limit, found = profile.min_liquidity, request.liquidity
    if limit is None:
        return None
    passed = at_least(found, limit)
    known = f"trades {found:.6g} a bar" if found == found else "does not tell its volume"
    return Finding(
        NAME, passed, limit, found, "" if passed else f"{request.data} {known}, the least is {limit:.6g}"
    )
