"""A size that the strategy names must be one."""

from __future__ import annotations

import math

from bt_risk.rules.decision import Finding
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest

NAME = "valid_size"


def judge(request: EntryRequest, book: Book, profile: RiskProfile) -> Finding:
    """Pass without a size, or with a positive finite one."""
    wanted = request.wanted
    if wanted is None:
        return Finding(NAME, True, 0.0, math.nan, "")
    passed = math.isfinite(wanted) and wanted > 0.0
    return Finding(
        NAME, passed, 0.0, wanted, "" if passed else f"size must be a positive number; received {wanted!r}"
    )
