"""The tail that a value at risk and an expected shortfall imply together: that of a Student's t with their ratio."""

from __future__ import annotations

from functools import lru_cache
from math import inf, isnan, nan
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from bt_risk.maths.distributions import student_t_density, student_t_quantile

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FATTEST, _THINNEST = 1.05, 1_000.0
_POINTS = 64
_RAREST = 1e-7


def shortfall_ratio(degrees: float, alpha: float) -> float:
    """Return ES / VaR of Student's t: f(q) / alpha * (v + q ** 2) / (v - 1) / -q at its alpha-quantile q.

    The normal's for infinite degrees. It falls with the degrees and with alpha. NaN for degrees of 1 or less, which
    have no mean, and for an alpha outside (0, 0.5).
    """
    if not degrees > 1.0 or not 0.0 < alpha < 0.5:
        return nan
    if degrees == inf:
        quantile = NormalDist().inv_cdf(alpha)
        return NormalDist().pdf(quantile) / alpha / -quantile
    quantile = student_t_quantile(alpha, degrees)
    spread = (degrees + quantile * quantile) / (degrees - 1.0)
    return student_t_density(quantile, degrees) / alpha * spread / -quantile


@lru_cache(maxsize=64)
def implied_degrees(ratio: float, alpha: float) -> float:
    """Return the degrees of freedom whose ES / VaR at alpha is `ratio`, infinite for that of a normal or below.

    Not below 1.05. NaN for an alpha outside (0, 0.5) or a ratio that is NaN.
    """
    if not 0.0 < alpha < 0.5 or isnan(ratio):
        return nan
    if ratio <= shortfall_ratio(_THINNEST, alpha):
        return inf
    low, high = _FATTEST, _THINNEST
    # By halves of the ratio between the ends, to a millionth.
    while high / low > 1.0 + 1e-6:
        middle = (low * high) ** 0.5
        low, high = (middle, high) if shortfall_ratio(middle, alpha) > ratio else (low, middle)
    return low


def tail_excesses(degrees: float, alpha: float, draws: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (loss - VaR) / (ES - VaR) of losses beyond the alpha-quantile; `draws` are uniform on (0, 1).

    Their mean is 1. Read off 64 quantiles, between which the logarithm of the loss is taken for linear in that of its
    probability, as in the tail of a t it all but is.
    """
    shares, losses = _tail(degrees, alpha)
    beyond = shortfall_ratio(degrees, alpha) * losses[-1]
    drawn = np.exp(np.interp(np.log(draws), np.log(shares), np.log(losses)))
    return np.asarray((drawn - losses[-1]) / (beyond - losses[-1]))


@lru_cache(maxsize=64)
def _tail(degrees: float, alpha: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    # Shares of the tail and the losses that they exceed; both tests of one series of forecasts ask for them.
    shares = np.geomspace(_RAREST, 1.0, _POINTS)
    return shares, np.array([-student_t_quantile(alpha * share, degrees) for share in shares.tolist()])
