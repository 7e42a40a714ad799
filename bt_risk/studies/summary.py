"""One row of the comparison table. Requires the curve of a run; gives its metrics."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from bt_risk.maths.drawdown import max_drawdown
from bt_risk.maths.limits import at_least, at_most
from bt_risk.maths.returns import (
    annualised_volatility,
    cagr,
    periods_per_year,
    sharpe_ratio,
    simple_returns,
    total_return,
)
from bt_risk.rules.profile import RiskProfile

_SECONDS_PER_DAY = 86_400.0
_DAYS_PER_YEAR = 365.25


def summarise(
    equity: pd.Series, heat: pd.Series, profile: RiskProfile, *, cash: float, trades: int
) -> dict[str, Any]:
    """Return the metrics of one run; rates are fractions, undefined ones NaN.

    The total return counts from `cash`, all others from the bars. Periods per year are those of the data.
    """
    values = equity.to_numpy(dtype=float)
    days = pd.DatetimeIndex(equity.index).to_numpy().astype("datetime64[s]").astype(float) / _SECONDS_PER_DAY
    years = (days[-1] - days[0]) / _DAYS_PER_YEAR
    periods = periods_per_year(days)
    returns = simple_returns(values)
    return {
        "total_return": total_return(cash, values[-1]),
        "cagr": cagr(cash, values[-1], years),
        "volatility": annualised_volatility(returns, periods),
        "sharpe": sharpe_ratio(returns, periods),
        "max_drawdown": max_drawdown(values),
        "mean_heat": float(heat.mean()),
        "peak_heat": float(heat.max()),
        "in_target_band": share_in_band(heat, profile.target_heat),
        "trades": trades,
    }


def share_in_band(heat: pd.Series, band: tuple[float, float] | None) -> float:
    """Return the share of bars with the heat inside `band`, its edges included; NaN without a band."""
    if band is None or heat.empty:
        return float("nan")
    low, high = band
    return float(np.mean([at_least(value, low) and at_most(value, high) for value in heat]))
