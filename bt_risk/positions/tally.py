"""Count the closed trades. Requires: Backtrader's trades. Gives: what Kelly needs of them."""

from __future__ import annotations

import math
from typing import Any

from bt_risk.rules.request import TradeHistory


class TradeTally:
    """Wins and losses of the closed trades so far, after costs; a trade of exactly zero is neither."""

    __slots__ = ("_lost", "_lost_money", "_trades", "_won", "_won_money")

    def __init__(self) -> None:
        self._trades = self._won = self._lost = 0
        self._won_money = self._lost_money = 0.0

    def take(self, trade: Any, pnl: float) -> None:
        """Take in one trade notification, with its profit in account currency; only a closed trade counts."""
        if not trade.isclosed:
            return
        self._trades += 1
        if pnl > 0.0:
            self._won += 1
            self._won_money += pnl
        elif pnl < 0.0:
            self._lost += 1
            self._lost_money -= pnl

    def history(self) -> TradeHistory:
        """Return count, share of wins, and mean win / mean loss (NaN while there is no win or no loss)."""
        if not self._trades:
            return TradeHistory()
        ratio = math.nan
        if self._won and self._lost:
            ratio = (self._won_money / self._won) / (self._lost_money / self._lost)
        return TradeHistory(self._trades, self._won / self._trades, ratio)
