"""Skewness and kurtosis of a series: the shape of a distribution beyond its mean and deviation."""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING

import numpy as np

from bt_risk.maths.series import is_constant, known

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def skewness(values: ArrayLike) -> float:
    """Return m3 / m2 ** 1.5 of the central moments over n: negative where the losses are the longer tail.

    NaN for fewer than two values, constant ones, or one that is not finite.
    """
    scores = _scores(values)
    return float(np.mean(scores**3)) if scores.size else nan


def excess_kurtosis(values: ArrayLike) -> float:
    """Return m4 / m2 ** 2 - 3 of the central moments over n: 0 for a normal, positive for fatter tails.

    NaN as in `skewness`.
    """
    scores = _scores(values)
    return float(np.mean(scores**4)) - 3.0 if scores.size else nan


def _scores(values: ArrayLike) -> NDArray[np.float64]:
    series = known(values)
    return np.empty(0) if is_constant(series) else (series - series.mean()) / series.std()
