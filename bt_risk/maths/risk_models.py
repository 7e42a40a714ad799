"""The models of the tail of returns by name, in one shape: value at risk and expected shortfall at several levels.

A new model is two estimates and one line in `MODELS`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bt_risk.maths.cornish_fisher import cornish_fisher_es, cornish_fisher_var
from bt_risk.maths.filtered_risk import ewma_volatility, filtered_es, filtered_var, residuals
from bt_risk.maths.student_t_risk import student_t_degrees, student_t_es, student_t_var
from bt_risk.maths.value_at_risk import MIN_RETURNS, historical_es, historical_var, normal_es, normal_var

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

WINDOW = 250  # a year of trading days, the sample that the Basel committee asks for
REFIT = 21


class TailRisk(NamedTuple):
    """Value at risk and expected shortfall of one tail, positive fractions where they are losses."""

    var: float
    es: float


Model = Callable[["ArrayLike", Sequence[float], int], list[TailRisk]]


def model_of(var: Callable[..., float], es: Callable[..., float]) -> Model:
    """Return the model that takes its risks from two estimates, each of (returns, alpha=, min_returns=)."""

    def risks(returns: ArrayLike, alphas: Sequence[float], min_returns: int = MIN_RETURNS) -> list[TailRisk]:
        return [
            TailRisk(*(estimate(returns, alpha=alpha, min_returns=min_returns) for estimate in (var, es)))
            for alpha in alphas
        ]

    return risks


def student_t_risk(
    returns: ArrayLike, alphas: Sequence[float], min_returns: int = MIN_RETURNS
) -> list[TailRisk]:
    """Return the risks by `student_t_var` and `student_t_es`, the degrees of freedom fitted once."""
    degrees = student_t_degrees(returns)
    fitted = model_of(partial(student_t_var, degrees=degrees), partial(student_t_es, degrees=degrees))
    return fitted(returns, alphas, min_returns)


historical_risk = model_of(historical_var, historical_es)

MODELS: dict[str, Model] = {
    "historical": historical_risk,
    "normal": model_of(normal_var, normal_es),
    "student_t": student_t_risk,
    "cornish_fisher": model_of(cornish_fisher_var, cornish_fisher_es),
    "ewma_filtered": model_of(filtered_var, filtered_es),
}


def rolling_risk(
    returns: ArrayLike,
    model: str,
    alphas: Sequence[float],
    *,
    window: int = WINDOW,
    refit: int = REFIT,
    min_returns: int = MIN_RETURNS,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return VaR and ES for each return as they were forecast before it, each of shape (levels, returns).

    The model named is fitted to the last `window` returns, again after every `refit` of them, and kept in between;
    "ewma_filtered" keeps the tail of its residuals, while the volatility follows every return. NaN for the first
    `window` returns and where the model is undefined. Linear in the number of returns.
    """
    series = np.asarray(returns, dtype=np.float64)
    fit, sample = MODELS[model], series
    scale = np.ones(series.size)
    is_filtered = model == "ewma_filtered"
    if is_filtered:
        volatilities = ewma_volatility(series)
        scale, sample = volatilities[:-1], residuals(series, volatilities)
        fit = historical_risk
    risks = np.full((2, len(alphas), series.size), np.nan)
    if window >= max(min_returns, MIN_RETURNS) and refit >= 1:
        for first in range(window, series.size, refit):
            past = sample[first - window : first]
            if is_filtered:
                past = past[np.isfinite(past)]
            fitted = np.array(fit(past, alphas, min_returns)).T
            risks[:, :, first : first + refit] = fitted[:, :, None]
    risks *= scale
    return risks[0], risks[1]
