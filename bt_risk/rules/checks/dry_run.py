"""Decide everything, trade nothing."""

from __future__ import annotations

import math

from bt_risk.rules.decision import Finding
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, UnitTerms

NAME = "dry_run"


def judge(base: float, units: float, terms: UnitTerms, book: Book, profile: RiskProfile) -> Finding | None:
    """Fail in a dry run, whatever the size; the text and `found` name the units that would have been traded."""
    if not profile.dry_run:
        return None
    return Finding(NAME, False, math.nan, units, f"dry run: {units:.6g} units would have been traded")
