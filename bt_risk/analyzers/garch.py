"""Value at risk from a GARCH(1,1) with Student's t, fitted by arch. Requires: the package arch. Gives: risks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bt_risk.errors import BtRiskError
from bt_risk.maths.distributions import student_t_density, student_t_quantile
from bt_risk.maths.risk_models import REFIT, WINDOW, TailRisk
from bt_risk.maths.series import is_constant, known

MIN_RETURNS = 100  # fewer cannot hold five parameters


class Garch(NamedTuple):
    """A fitted model: variance(t + 1) = constant + shock * (return(t) - mean) ** 2 + memory * variance(t).

    `degrees` are those of the t that the standardised surprises follow; `variance` is the one expected next.
    """

    mean: float
    constant: float
    shock: float
    memory: float
    degrees: float
    variance: float

    def after(self, value: float) -> Garch:
        """Return the model once `value` has come: the same parameters, the next variance."""
        surprise = value - self.mean
        variance = self.constant + self.shock * surprise * surprise + self.memory * self.variance
        return self._replace(variance=variance)


def find_arch() -> Any:
    """Return arch's `arch_model`, which is loaded here for the first time.

    Raises
    ------
    BtRiskError
        arch is not installed.
    """
    try:
        from arch import arch_model
    except ImportError:
        raise BtRiskError(
            "the model garch needs arch: pip install 'bt-risk[garch]', or leave it out of models"
        ) from None
    return arch_model


def fit_garch(returns: ArrayLike, min_returns: int = MIN_RETURNS) -> Garch | None:
    """Return the model of greatest likelihood (Bollerslev 1987), as `arch` finds it.

    None for fewer than `min_returns` returns, one that is not finite, constant ones, or where the search does not
    converge.

    Raises
    ------
    BtRiskError
        arch is not installed.
    """
    arch_model = find_arch()
    series = known(returns)
    if series.size < max(min_returns, MIN_RETURNS) or is_constant(series):
        return None
    scale = float(series.std())
    model = arch_model(series / scale, mean="Constant", vol="GARCH", p=1, q=1, dist="t", rescale=False)
    fitted = model.fit(disp="off", show_warning=False)
    mean, constant, shock, memory, degrees = (float(number) for number in fitted.params)
    if fitted.convergence_flag != 0 or not all(map(math.isfinite, fitted.params)) or degrees <= 2.0:
        return None
    last = float(fitted.conditional_volatility[-1]) ** 2
    scaled = Garch(mean * scale, constant * scale**2, shock, memory, degrees, last * scale**2)
    return scaled.after(float(series[-1]))


def garch_tails(model: Garch, alphas: Sequence[float]) -> list[TailRisk]:
    """Return VaR and ES of the next return at each level, positive fractions where they are losses.

    -(mean + deviation * q) and deviation * E[-t | t < q] - mean, with q the alpha-quantile of a t of unit variance.
    """
    degrees = model.degrees
    deviation = math.sqrt(model.variance * (degrees - 2.0) / degrees)
    tails = []
    for alpha in alphas:
        tail = 1.0 - alpha if alpha > 0.5 else alpha
        quantile = student_t_quantile(tail, degrees)
        beyond = student_t_density(quantile, degrees) / tail * (degrees + quantile**2) / (degrees - 1.0)
        tails.append(TailRisk(-(model.mean + deviation * quantile), deviation * beyond - model.mean))
    return tails


def garch_risk(returns: ArrayLike, alphas: Sequence[float], min_returns: int = MIN_RETURNS) -> list[TailRisk]:
    """Return the risks of the return after the last; NaN where `fit_garch` has no model."""
    model = fit_garch(returns, min_returns)
    return [TailRisk(math.nan, math.nan)] * len(alphas) if model is None else garch_tails(model, alphas)


def rolling_garch_risk(
    returns: ArrayLike, alphas: Sequence[float], *, window: int = WINDOW, refit: int = REFIT
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return VaR and ES for each return as forecast before it, each of shape (levels, returns).

    As `maths.risk_models.rolling_risk`: fitted to the last `window` returns, again after every `refit`; in between the
    variance follows every return.
    """
    series = np.asarray(returns, dtype=np.float64)
    risks = np.full((2, len(alphas), series.size), math.nan)
    for first in range(window, series.size, refit):
        model = fit_garch(series[first - window : first])
        if model is None:
            continue
        for at in range(first, min(first + refit, series.size)):
            risks[:, :, at] = np.array(garch_tails(model, alphas)).T
            model = model.after(float(series[at]))
    return risks[0], risks[1]
