"""What closed trades earned, and what that says about the next ones. Losses are positive where named so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate
from math import nan, sqrt
from statistics import NormalDist
from typing import NamedTuple


class BatchPnl(NamedTuple):
    """Profit of a batch of trades; `gross_loss` is negative, `total_return` a fraction of the start."""

    gross_win: float
    gross_loss: float
    net: float
    equity: float
    total_return: float


def trade_pnl(
    size: float,
    entry: float,
    exit_price: float,
    *,
    is_long: bool = True,
    multiplier: float = 1.0,
    costs: float = 0.0,
) -> float:
    """Return |size| * multiplier * favourable move - costs, in money, for a closed or an open trade."""
    move = exit_price - entry if is_long else entry - exit_price
    return abs(size) * multiplier * move - costs


def trade_return(
    size: float,
    entry: float,
    exit_price: float,
    *,
    is_long: bool = True,
    multiplier: float = 1.0,
    costs: float = 0.0,
) -> float:
    """Return `trade_pnl` over the notional at entry; NaN where that is zero."""
    cost = abs(size * entry * multiplier)
    pnl = trade_pnl(size, entry, exit_price, is_long=is_long, multiplier=multiplier, costs=costs)
    return pnl / cost if cost > 0.0 else nan


def slippage_cost(notional: float, rate: float) -> float:
    """Return |notional| * rate, the slippage of one side of a trade: on the notional, not the margin."""
    return abs(notional) * rate


def expectancy(win_rate: float, average_win: float, average_loss: float) -> float:
    """Return W * average_win - (1 - W) * average_loss, the mean profit of a trade.

    The average loss is positive. NaN for a win rate outside [0, 1].
    """
    if not 0.0 <= win_rate <= 1.0:
        return nan
    return win_rate * average_win - (1.0 - win_rate) * average_loss


def projected_profit(expectancy: float, *, trades_per_day: float, days: float) -> float:
    """Return expectancy * trades_per_day * days: arithmetic, not a forecast, as it knows no variance."""
    return expectancy * trades_per_day * days


def batch_pnl(wins: int, average_win: float, losses: int, average_loss: float, *, start: float) -> BatchPnl:
    """Return what `wins` and `losses` of average size make of `start`, without compounding.

    The average loss is positive. The return is NaN for a start of zero or less.
    """
    gross_win, gross_loss = wins * average_win, -losses * average_loss
    net = gross_win + gross_loss
    return BatchPnl(gross_win, gross_loss, net, start + net, net / start if start > 0.0 else nan)


def equity_path(start: float, pnls: Iterable[float]) -> list[float]:
    """Return the equity after each profit or loss; capital tied up in a trade stays part of equity."""
    return list(accumulate(pnls, initial=start))[1:]


def compound_return(rate: float, periods: float) -> float:
    """Return (1 + rate) ** periods - 1; NaN for a rate below -1."""
    return float((1.0 + rate) ** periods - 1.0) if rate >= -1.0 else nan


def win_loss_averages(pnls: Sequence[float]) -> tuple[float, float, float]:
    """Return (win rate, average win, average loss) of closed trades; the loss is positive.

    A trade of exactly zero is no win and no loss, but it counts as a trade. Each part is NaN where nothing
    defines it: no trade, no win, no loss.
    """
    wins = [pnl for pnl in pnls if pnl > 0.0]
    losses = [-pnl for pnl in pnls if pnl < 0.0]
    return (
        len(wins) / len(pnls) if len(pnls) else nan,
        sum(wins) / len(wins) if wins else nan,
        sum(losses) / len(losses) if losses else nan,
    )


def win_rate_lower_bound(win_rate: float, trades: int, confidence: float = 0.95) -> float:
    """Return the one-sided lower bound of the true win rate at `confidence` (Wilson 1927).

    Unlike the normal bound it stays inside [0, 1] and below 1 after nothing but wins. NaN without trades,
    or for a confidence outside (0.5, 1).
    """
    if not 0.0 <= win_rate <= 1.0 or trades < 1 or not 0.5 < confidence < 1.0:
        return nan
    z = NormalDist().inv_cdf(confidence)
    centre = win_rate + z * z / (2 * trades)
    spread = z * sqrt(win_rate * (1.0 - win_rate) / trades + z * z / (4 * trades * trades))
    return max(0.0, (centre - spread) / (1.0 + z * z / trades))
