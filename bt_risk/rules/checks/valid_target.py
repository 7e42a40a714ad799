"""A target must lie on the winning side."""

from __future__ import annotations

import math

from bt_risk.rules.decision import Finding
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest

NAME = "valid_target"


def judge(request: EntryRequest, book: Book, profile: RiskProfile) -> Finding:
    """Pass without a target, or when it lies above the entry of a long, below that of a short."""
    target = request.target
    if target is None:
        return Finding(NAME, True, request.price, math.nan, "")
    passed = math.isfinite(target) and (
        target > request.price if request.is_long else 0.0 < target < request.price
    )
    side, relation = ("long", "above") if request.is_long else ("short", "below")
    text = (
        ""
        if passed
        else f"the target of a {side} must lie {relation} {request.price:.6g}; received {target:.6g}"
    )
    return Finding(NAME, passed, request.price, target, text)
