"""No entry that only repeats a position held already."""

from __future__ import annotations

from bt_risk.maths.limits import at_most
from bt_risk.rules.decision import Finding
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest

NAME = "max_correlation"


def judge(request: EntryRequest, book: Book, profile: RiskProfile) -> Finding | None:
    """Pass when no other position's returns correlate with the instrument's above ``max_correlation``.

    An entry on its way counts as the position that it will be. The side counts: the book gives the highest
    correlation with opposite sides negated, so that a hedge passes. Passes without another position; fails where
    the correlation with one of them is not known, because an unknown correlation is not a low one.
    """
    limit, found = profile.max_correlation, book.correlation
    if limit is None or not book.others:
        return None
    passed = at_most(found, limit)
    known = f"is {found:.6g}" if found == found else "is not known yet"
    return Finding(
        NAME,
        passed,
        limit,
        found,
        "" if passed else f"the correlation of {request.data} with the book {known}, the limit is {limit:g}",
    )
