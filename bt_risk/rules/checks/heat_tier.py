"""No entry in the tiers CRITICAL and EMERGENCY."""

from __future__ import annotations

from bt_risk.rules.decision import Finding
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest
from bt_risk.rules.tiers import Tier, tier_actions

NAME = "heat_tier"


def judge(request: EntryRequest, book: Book, profile: RiskProfile) -> Finding:
    """Pass below CRITICAL; the numbers are those of the tiers."""
    passed = tier_actions(book.tier).allows_entries
    text = "" if passed else f"heat is in tier {book.tier.name}, entries wait for it to fall"
    return Finding(NAME, passed, float(Tier.CRITICAL), float(book.tier), text)
