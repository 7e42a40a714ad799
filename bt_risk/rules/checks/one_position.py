"""One position per instrument, an entry on its way counted; the profile says how often it may be added to."""

from __future__ import annotations

from bt_risk.rules.decision import Finding
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest

NAME = "one_position"


def judge(request: EntryRequest, book: Book, profile: RiskProfile) -> Finding:
    """Pass for a first entry, and for an add that stays within ``max_adds``; adds on their way count.

    Never while a first entry is on its way, nor while a part of the position is: the size that an add would join is
    not known then.
    """
    limit, found = profile.max_adds, book.awaits_data + (book.adds + 1 if book.holds_data else 0)
    text = _reason(request.data, book, limit) if found else ""
    return Finding(NAME, not text, float(limit), float(found), text)


def _reason(data: str, book: Book, limit: int) -> str:
    """Return why nothing may be added, in words; empty where it may."""
    if book.holds_data and not limit:
        return f"{data} has a position already"
    if book.awaits_data:
        return f"{data} has an entry on its way already"
    if book.leaves_data:
        return f"{data} has an exit on its way"
    return f"adds to {data} so far: {book.adds}, the limit is {limit}" if book.adds >= limit else ""
