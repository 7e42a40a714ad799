"""Forecasts of value at risk held against the returns that came. Requires: returns. Gives: series and backtests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import backtrader as bt
import numpy as np
from numpy.typing import NDArray

from bt_risk.analyzers.garch import MIN_RETURNS as MIN_GARCH_RETURNS
from bt_risk.analyzers.garch import garch_risk, rolling_garch_risk
from bt_risk.maths.cornish_fisher import is_cornish_fisher_monotone
from bt_risk.maths.es_backtest import shortfall_backtests
from bt_risk.maths.limits import TOLERANCE
from bt_risk.maths.moments import excess_kurtosis, skewness
from bt_risk.maths.risk_models import MODELS, rolling_risk
from bt_risk.maths.var_backtest import (
    christoffersen_coverage,
    christoffersen_independence,
    exceptions,
    kupiec,
    traffic_light,
)

# Models whose tail is made of past returns alone.
EMPIRICAL = ("historical", "ewma_filtered")
Curves = dict[str, NDArray[np.float64]]


@dataclass(frozen=True)
class VarForecasts:
    """Returns, their times as Backtrader's numbers, and by model the forecasts for them, of shape (levels, returns)."""

    times: list[float]
    returns: NDArray[np.float64]
    alphas: tuple[float, ...]
    var: Curves
    es: Curves

    @classmethod
    def of(
        cls,
        times: list[float],
        returns: NDArray[np.float64],
        models: Sequence[str],
        alphas: Sequence[float],
        *,
        window: int,
        refit: int,
        min_returns: int,
    ) -> VarForecasts:
        """Let each model forecast every return from those before it."""
        var: Curves = {}
        es: Curves = {}
        for model in models:
            if model == "garch":
                risks = rolling_garch_risk(returns, alphas, window=window, refit=refit)
            else:
                risks = rolling_risk(
                    returns, model, alphas, window=window, refit=refit, min_returns=min_returns
                )
            var[model], es[model] = risks
        return cls(times, returns, tuple(alphas), var, es)

    def exceptions(self, model: str, level: int) -> NDArray[np.bool_]:
        """Return for each return whether its loss was above the forecast; False without one."""
        var = self.var[model][level]
        flags = np.zeros(self.returns.size, dtype=bool)
        flags[np.isfinite(var)] = exceptions(self.returns, var)
        return flags

    def backtest(self, model: str, level: int, significance: float) -> dict[str, Any]:
        """Return the counts, the zone and the verdict of each test of one model at one level."""
        alpha, var, es = self.alphas[level], self.var[model][level], self.es[model][level]
        hits = exceptions(self.returns, var)
        count, tail = int(hits.sum()), 1.0 - alpha if alpha > 0.5 else alpha
        light = traffic_light(count, hits.size, alpha)
        severity, shortfall = shortfall_backtests(self.returns, var, es, alpha, significance=significance)
        judged = {
            "kupiec": kupiec(count, hits.size, alpha, significance=significance),
            "independence": christoffersen_independence(hits, significance=significance),
            "coverage": christoffersen_coverage(hits, alpha, significance=significance),
            "severity": severity,
            "shortfall": shortfall,
        }
        return {
            "forecasts": hits.size,
            "exceptions": count,
            "expected": hits.size * tail,
            "dates": [bt.num2date(self.times[at]) for at in np.flatnonzero(self.exceptions(model, level))],
            "traffic_light": None if light is None else light._asdict(),
            **{name: verdict._asdict() for name, verdict in judged.items()},
        }


def risks_by(
    models: Sequence[str], returns: NDArray[np.float64], alphas: Sequence[float], min_returns: int
) -> tuple[dict[str, dict[float, dict[str, float]]], dict[str, str]]:
    """Return VaR and ES by model and level, and by model why they are undefined, or by level why they say little."""
    risks, missing = {}, {}
    for model in models:
        tails = (garch_risk if model == "garch" else MODELS[model])(returns, alphas, min_returns)
        risks[model] = {alpha: tail._asdict() for alpha, tail in zip(alphas, tails, strict=True)}
        if any(np.isnan(tail.var) for tail in tails):
            missing[model] = _reason(model, returns, min_returns)
        elif model in EMPIRICAL:
            missing |= {
                f"{model}.{alpha}": f"{returns.size} returns hold less than one in its tail: near the worst of them"
                for alpha in alphas
                if returns.size * min(alpha, 1.0 - alpha) < 1.0 - TOLERANCE
            }
    return risks, missing


def _reason(model: str, returns: NDArray[np.float64], min_returns: int) -> str:
    least = max(min_returns, MIN_GARCH_RETURNS) if model == "garch" else min_returns
    if returns.size < least:
        return f"{returns.size} returns, it takes {least}"
    skew, kurtosis = skewness(returns), excess_kurtosis(returns)
    if np.isnan(skew):
        return "the returns do not vary"
    if model == "cornish_fisher" and not is_cornish_fisher_monotone(skew, kurtosis):
        return (
            f"skewness {skew:.3g} and excess kurtosis {kurtosis:.3g} lie outside the domain of the expansion "
            "(Maillard 2012)"
        )
    if model == "garch":
        return "the search for the parameters did not converge"
    return "the returns pause for so long that their volatility has vanished"
