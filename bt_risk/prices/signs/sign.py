"""A sign: which rows, how bad, and what it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# A normal distribution's standard deviation is this many times its median absolute value.
NORMAL_SCALE = 1.4826


@dataclass(frozen=True)
class Sign:
    """Rows first to last, counted from 0 and both included; `factor` is what a split multiplied the shares by."""

    severity: str
    kind: str
    first: int
    last: int
    text: str
    factor: float = 1.0


def runs(is_marked: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Give the first and the last row of each unbroken run of marked rows."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], is_marked, [False])).astype(np.int8)))
    for first, stop in zip(edges[::2], edges[1::2], strict=True):
        yield int(first), int(stop) - 1


def typical(moves: NDArray[np.float64]) -> float:
    """Return a robust standard deviation of log moves about zero; moves of nothing at all are left out."""
    sizes = np.abs(moves[moves != 0.0])
    return NORMAL_SCALE * float(np.median(sizes)) if sizes.size else 0.0
