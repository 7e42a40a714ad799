"""Deposits and withdrawals: they move equity, but they are neither profit nor loss."""

from __future__ import annotations


def base_after_flow(base: float, equity: float, flow: float) -> float:
    """Return the peak or starting value that a later equity is compared with, after money has come or gone.

    base * equity / (equity - flow), as if the account were units of a fund: the fraction lost from `base` is the
    same just before and after the flow, so that a deposit hides no drawdown and a withdrawal makes none. `equity`
    includes the flow; `flow` is positive for a deposit. Where nothing was left before it, base + flow.
    """
    before = equity - flow
    return base * (equity / before) if before > 0.0 else base + flow
