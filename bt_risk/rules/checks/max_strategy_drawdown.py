"""No entry for a strategy that has lost too much of its capital."""

from __future__ import annotations

from bt_risk.maths.limits import at_least
from bt_risk.rules.decision import Finding
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest

NAME = "max_strategy_drawdown"


def judge(request: EntryRequest, book: Book, profile: RiskProfile) -> Finding | None:
    """Pass while the strategy's realised and open loss is below ``max_strategy_drawdown`` of its capital.

    A halt acts at its value. Where the loss is not measured there is nothing to judge.
    """
    limit, found = profile.max_strategy_drawdown, book.strategy_loss
    if limit is None or found != found:
        return None
    passed = not at_least(found, limit)
    text = "" if passed else f"the strategy has lost {found:.4g} of its capital, the limit is {limit:g}"
    return Finding(NAME, passed, limit, found, text)
