"""Margin and notional. Risk is measured on the notional: leverage changes the margin, not the loss."""

from __future__ import annotations

from math import nan

from bt_risk.maths.heat import open_risk


def margin_for_notional(notional: float, leverage: float) -> float:
    """Return notional / leverage, the cash a position ties up; NaN for a leverage of zero or less."""
    return notional / leverage if leverage > 0.0 else nan


def leveraged_pnl(
    margin: float, leverage: float, entry: float, exit_price: float, *, is_long: bool = True
) -> float:
    """Return margin * leverage * relative move, the gross profit of a leveraged position.

    The move is (exit_price - entry) / entry, negated for a short. NaN for an entry or leverage of zero or
    less.
    """
    if not (entry > 0.0 and leverage > 0.0):
        return nan
    move = (exit_price - entry) / entry
    return margin * leverage * (move if is_long else -move)


def loss_at_stop(margin: float, leverage: float, entry: float, stop: float, *, is_long: bool = True) -> float:
    """Return the money a leveraged position loses at its stop, never negative."""
    return open_risk(leveraged_pnl(margin, leverage, entry, stop, is_long=is_long))
