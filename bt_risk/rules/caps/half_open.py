"""A part of the normal size while the account is on probation. Requires: the book's factor. Gives: a factor."""

from __future__ import annotations

from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest

NAME = "half_open"


def factor(request: EntryRequest, book: Book, profile: RiskProfile) -> float | None:
    """Return the share of the normal size that a half-open breaker or a released halt allows; None if all."""
    return book.size_factor if book.size_factor < 1.0 else None
