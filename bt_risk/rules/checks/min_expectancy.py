"""No entry for a strategy whose closed trades have earned too little."""

from __future__ import annotations

from bt_risk.maths.limits import below
from bt_risk.rules.decision import Finding
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest

NAME = "min_expectancy"


def judge(request: EntryRequest, book: Book, profile: RiskProfile) -> Finding | None:
    """Pass while the mean result of the closed trades is ``min_expectancy`` of their mean loss, or more.

    Nothing is judged before ``min_expectancy_trades`` are closed, and while none has lost: nothing then says how
    much a loss is.
    """
    limit, found = profile.min_expectancy, book.history.expectancy
    if limit is None or book.history.trades < profile.min_expectancy_trades or found != found:
        return None
    passed = not below(found, limit)
    earned = f"{book.history.trades} closed trades earned {found:.4g} of their mean loss each"
    text = "" if passed else f"{earned}, the least is {limit:g}"
    return Finding(NAME, passed, limit, found, text)
