"""Deposits and withdrawals: they move equity, but they are neither profit nor loss."""

from __future__ import annotations

from math import isfinite, nan
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def base_after_flow(base: float, equity: float, flow: float) -> float:
    """Return the peak or starting value that a later equity is compared with, after money has come or gone.

    base * equity / (equity - flow), as if the account were units of a fund: the fraction lost from `base` is the
    same just before and after the flow, so that a deposit hides no drawdown and a withdrawal makes none. `equity`
    includes the flow; `flow` is positive for a deposit. Where nothing was left before it, base + flow.
    """
    before = equity - flow
    return base * (equity / before) if before > 0.0 else base + flow


def equity_without_flows(equity: ArrayLike, flows: ArrayLike) -> NDArray[np.float64]:
    """Return the equity had nothing been paid in or out; each flow is part of the equity beside it.

    A flow changes the stake, not the fortune: the change over its period is (equity - flow) / previous equity, and
    from then on every change counts in proportion to the equity before the flow over that after it, as for units of a
    fund. Where one of the two is not above zero there is no proportion, and the flow is taken off. NaN where the equity
    is not finite; a flow then shows in the next one that is.
    """
    values = np.array(equity, dtype=np.float64)
    values[~np.isfinite(values)] = nan
    paid = np.asarray(flows, dtype=np.float64)
    scale, offset, waiting = 1.0, 0.0, 0.0
    if not paid.any():
        return values
    for at, (value, flow) in enumerate(zip(values.tolist(), paid.tolist(), strict=True)):
        waiting += flow
        if not isfinite(value):
            continue
        values[at] = scale * (value - waiting) + offset
        if not waiting:
            continue
        if value > 0.0 and value > waiting:
            scale *= (value - waiting) / value
        else:
            offset -= scale * waiting
        waiting = 0.0
    return values
