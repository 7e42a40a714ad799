"""Size by the Kelly share of the closed trades. Requires: trade history. Gives: units of notional."""

from __future__ import annotations

import math

from bt_risk.maths.kelly import kelly_full
from bt_risk.maths.position_size import units_for_notional
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest, UnitTerms

NAME = "kelly"


def propose(request: EntryRequest, terms: UnitTerms, book: Book, profile: RiskProfile) -> float:
    """Return ``kelly_fraction`` of the Kelly share of equity, as notional; ``kelly_floor`` without an edge.

    NaN, which is no proposal, until ``kelly_min_trades`` trades are closed, and without a losing trade, which
    bounds no bet. The share is taken as notional, not as risk: a stop then loses only a part of it, the cautious
    reading of Kelly (1956) and Thorp (2008).
    """
    history = book.history
    if history.trades < profile.kelly_min_trades:
        return math.nan
    full = kelly_full(history.win_rate, history.win_loss_ratio) if history.win_rate > 0.0 else 0.0
    if math.isnan(full):
        return math.nan
    share = profile.kelly_fraction * max(0.0, full)
    return units_for_notional(max(share, profile.kelly_floor) * book.equity, terms.notional)
