"""No entry on an instrument that shows no usable price now."""

from __future__ import annotations

import math

from bt_risk.rules.decision import Finding
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest

NAME = "fresh_bar"


def judge(request: EntryRequest, book: Book, profile: RiskProfile) -> Finding:
    """Pass when the instrument delivered a bar of finite positive prices now and the decision price is one."""
    passed = request.has_fresh_bar and math.isfinite(request.price) and request.price > 0.0
    text = ""
    if not passed and request.has_fresh_bar:
        text = f"the entry's price must be a positive number; received {request.price!r}"
    elif not passed:
        text = f"{request.data} has no usable price on this bar"
    return Finding(NAME, passed, math.nan, request.price, text)
