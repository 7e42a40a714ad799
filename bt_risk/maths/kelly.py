"""The Kelly fraction: the stake that maximises the long-run growth of wealth (Kelly 1956, Thorp 2008)."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, isnan, nan

from bt_risk.maths.bounds import clamp
from bt_risk.maths.trade_stats import win_loss_averages, win_rate_lower_bound

MIN_TRADES = 20  # fewer closed trades say too little about an edge


def kelly_full(win_rate: float, win_loss_ratio: float) -> float:
    """Return W - (1 - W) / R, the growth-optimal fraction; negative where there is no edge.

    `win_rate` W is a fraction of trades, `win_loss_ratio` R is average win over average loss. NaN for a win
    rate outside [0, 1] or a ratio of zero or less. Source: Kelly 1956, in the form for a binary bet at odds
    R.
    """
    if not 0.0 <= win_rate <= 1.0 or not win_loss_ratio > 0.0:
        return nan
    return win_rate - (1.0 - win_rate) / win_loss_ratio


def kelly_fraction(
    win_rate: float,
    average_win: float,
    average_loss: float,
    *,
    fraction: float = 0.25,
    minimum: float = 0.0,
    maximum: float = inf,
    min_win_rate: float = 0.0,
    is_signed_loss: bool = False,
) -> float:
    """Return `fraction` of the full Kelly fraction, at least `minimum` and at most `maximum`, never negative.

    Without an edge, or below `min_win_rate`, it is 0 and not `minimum`: a floor must not bet on nothing.
    The average loss is a positive amount; `is_signed_loss` takes it as the negative P&L that trade logs
    hold. NaN without a loss to measure against. Betting a part of Kelly trades growth for a smaller
    drawdown (Thorp 2008).
    """
    loss = -average_loss if is_signed_loss else average_loss
    if isnan(win_rate) or isnan(average_win) or not loss > 0.0:
        return nan
    win_loss_ratio = average_win / loss
    if win_loss_ratio <= 0.0 or win_rate < min_win_rate:
        return 0.0
    full = kelly_full(win_rate, win_loss_ratio)
    if full <= 0.0:
        return 0.0
    return clamp(full * fraction, minimum, maximum)


def kelly_from_trades(
    pnls: Sequence[float],
    *,
    fraction: float = 0.25,
    minimum: float = 0.0,
    maximum: float = inf,
    min_trades: int = MIN_TRADES,
    min_win_rate: float = 0.0,
    prior: tuple[float, float] | None = None,
    confidence: float | None = None,
) -> float:
    """Return `kelly_fraction` of the closed trades `pnls` (money or returns, one unit throughout).

    Before `min_trades` it is that of `prior`, a (win rate, win/loss ratio), or NaN without one. With
    `confidence` the win rate is shrunk to its one-sided lower bound (`win_rate_lower_bound`), so that a
    short record bets less. NaN without a losing trade: nothing then bounds the bet. 0 where no trade won.
    """
    if len(pnls) < max(min_trades, 1):
        if prior is None:
            return nan
        win_rate, average_win, average_loss = *prior, 1.0
    else:
        win_rate, average_win, average_loss = win_loss_averages(pnls)
        if win_rate == 0.0:
            return 0.0
        if confidence is not None:
            win_rate = win_rate_lower_bound(win_rate, len(pnls), confidence)
    return kelly_fraction(
        win_rate,
        average_win,
        average_loss,
        fraction=fraction,
        minimum=minimum,
        maximum=maximum,
        min_win_rate=min_win_rate,
    )
