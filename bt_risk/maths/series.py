"""What every summary of a series asks first: are all numbers known, and does any of them move."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bt_risk.maths.limits import TOLERANCE

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def known(values: ArrayLike) -> NDArray[np.float64]:
    """Return `values` as an array, or an empty one where a value is not finite."""
    series = np.asarray(values, dtype=np.float64)
    return series if np.isfinite(series).all() else np.empty(0)


def are_constant(rows: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return `is_constant` of each column, of at least one row."""
    spread = rows.max(axis=0) - rows.min(axis=0)
    found: NDArray[np.bool_] = spread <= TOLERANCE * np.abs(rows).max(axis=0)
    return found


def is_constant(series: NDArray[np.float64]) -> bool:
    """Return whether the values differ by no more than 1e-9 of their size, or are fewer than two.

    A constant series has a deviation of float dust rather than zero: a ratio to it would be huge and
    meaningless.
    """
    if series.size < 2:
        return True
    return bool(series.max() - series.min() <= TOLERANCE * np.abs(series).max())
