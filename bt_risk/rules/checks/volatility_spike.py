"""No entry into a market that has just jumped."""

from __future__ import annotations

from bt_risk.maths.limits import at_least
from bt_risk.rules.decision import Finding
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest

NAME = "volatility_spike"


def judge(request: EntryRequest, book: Book, profile: RiskProfile) -> Finding | None:
    """Pass while the bar's return lies less than ``volatility_spike`` deviations from usual, on either side.

    A spike is an event: a return that cannot be judged yet is none.
    """
    limit, found = profile.volatility_spike, abs(request.return_score)
    if limit is None:
        return None
    passed = not at_least(found, limit)
    text = (
        ""
        if passed
        else f"the return of {request.data} is {found:.3g} deviations from usual, the limit is {limit:g}"
    )
    return Finding(NAME, passed, limit, found, text)
