"""A smaller share for each further position of the book. Requires: counts of positions. Gives: a factor."""

from __future__ import annotations

from bt_risk.maths.multipliers import concurrent_share
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest

NAME = "concurrent"


def factor(request: EntryRequest, book: Book, profile: RiskProfile) -> float | None:
    """Return 1 / (positions + 1), entries on their way counted; None when the adjustment is off.

    The position that an add joins is not one beside it.
    """
    return concurrent_share(1.0, book.others) if profile.is_concurrent_adjusted else None
