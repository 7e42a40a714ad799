"""Size by the Kelly share of the closed trades. Requires: trade history. Gives: units of notional."""

from __future__ import annotations

import math

from bt_risk.maths.kelly import kelly_fraction
from bt_risk.maths.position_size import units_for_notional
from bt_risk.maths.trade_stats import win_rate_lower_bound
from bt_risk.rules.decision import Missing
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest, TradeHistory, UnitTerms

NAME = "kelly"


def propose(request: EntryRequest, terms: UnitTerms, book: Book, profile: RiskProfile) -> float | Missing:
    """Return ``kelly_fraction`` of the Kelly share of equity, as notional; ``kelly_floor`` without an edge.

    With an edge the share is held between ``kelly_min`` and ``kelly_max``. No proposal until ``kelly_min_trades``
    trades are closed, unless ``kelly_prior`` stands in for them, and none while no trade has lost: nothing then
    bounds the bet. The share is taken as notional, not as risk: a stop then loses only a part of it, the cautious
    reading of Kelly (1956) and Thorp (2008).
    """
    share = _share(book.history, profile)
    if isinstance(share, Missing):
        return share
    return units_for_notional(max(share, profile.kelly_floor) * book.equity, terms.notional)


def has_edge(history: TradeHistory, profile: RiskProfile) -> bool | None:
    """Return whether the closed trades have an edge by which Kelly bets; None while they say nothing yet."""
    share = _share(history, profile)
    return None if isinstance(share, Missing) or math.isnan(share) else share > 0.0


def _share(history: TradeHistory, profile: RiskProfile) -> float | Missing:
    """Return the share of equity to bet, 0 without an edge."""
    win_rate, ratio = history.win_rate, history.win_loss_ratio
    if history.trades < profile.kelly_min_trades:
        if profile.kelly_prior is None:
            return Missing(
                f"kelly needs {profile.kelly_min_trades} closed trades, {history.trades} are closed"
            )
        win_rate, ratio = profile.kelly_prior
    elif win_rate == 0.0:
        return 0.0
    elif math.isnan(ratio):
        return Missing("kelly needs a losing trade to bound the bet, none has lost yet")
    elif profile.kelly_shrinkage is not None:
        win_rate = win_rate_lower_bound(win_rate, history.trades, profile.kelly_shrinkage)
    return kelly_fraction(
        win_rate,
        ratio,
        1.0,
        fraction=profile.kelly_fraction,
        minimum=profile.kelly_min or 0.0,
        maximum=math.inf if profile.kelly_max is None else profile.kelly_max,
        min_win_rate=profile.kelly_min_win_rate or 0.0,
    )
