"""One position per instrument, an entry on its way counted."""

from __future__ import annotations

from bt_risk.rules.decision import Finding
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest

NAME = "one_position"


def judge(request: EntryRequest, book: Book, profile: RiskProfile) -> Finding:
    """Pass when the instrument has neither a position nor an entry on its way."""
    held = book.holds_data + book.awaits_data
    state = "a position" if book.holds_data else "an entry on its way"
    return Finding(
        NAME, held == 0, 0.0, float(held), "" if held == 0 else f"{request.data} has {state} already"
    )
