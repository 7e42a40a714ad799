"""Count the closed trades, real ones and shadows. Requires: Backtrader's trades. Gives: what Kelly and others need."""

from __future__ import annotations

import math
from typing import Any

from bt_risk.rules.request import TradeHistory


class Results:
    """Wins and losses so far, after costs; a trade of exactly zero is neither."""

    __slots__ = ("lost", "lost_money", "trades", "won", "won_money")

    def __init__(self) -> None:
        self.trades = self.won = self.lost = 0
        self.won_money = self.lost_money = 0.0

    def add(self, pnl: float) -> None:
        """Take in the profit of one closed trade, in account currency."""
        self.trades += 1
        if pnl > 0.0:
            self.won += 1
            self.won_money += pnl
        elif pnl < 0.0:
            self.lost += 1
            self.lost_money -= pnl


class TradeTally:
    """The results of the `real` trades, and of the `shadow` ones that their bad record denied."""

    __slots__ = ("real", "shadow")

    def __init__(self) -> None:
        self.real = Results()
        self.shadow = Results()

    def take(self, trade: Any, pnl: float) -> None:
        """Take in one trade notification, with its profit in account currency; only a closed trade counts."""
        if trade.isclosed:
            self.real.add(pnl)

    def history(self) -> TradeHistory:
        """Return what both say together; mean win / mean loss is NaN while there is no win or no loss."""
        real, shadow = self.real, self.shadow
        trades, won, lost = real.trades + shadow.trades, real.won + shadow.won, real.lost + shadow.lost
        if not trades:
            return TradeHistory()
        gains, losses = real.won_money + shadow.won_money, real.lost_money + shadow.lost_money
        ratio = expectancy = math.nan
        if lost:
            loss = losses / lost
            expectancy = (gains - losses) / trades / loss
            ratio = gains / won / loss if won else math.nan
        return TradeHistory(trades, won / trades, ratio, shadow.trades, expectancy)
