"""The returns of a run beside those of one of its instruments. Requires: a data. Gives: pairs of returns, for beta."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bt_risk.errors import RequestError
from bt_risk.market.instruments import name_instruments


class Benchmark:
    """Note at which bars of the run an instrument has a new price, and that price."""

    def __init__(self, strategy: Any, wanted: str | int) -> None:
        self.name, self._data = _find(strategy, wanted)
        self._seen = 0
        self._bars: list[int] = []
        self._closes: list[float] = []

    def see(self, bar: int) -> None:
        """Take in the run's bar number `bar`, from 1."""
        line = self._data.lines.close
        if line.lencount == self._seen:
            return
        self._seen = line.lencount
        if 0.0 < line[0] < math.inf:
            self._bars.append(bar)
            self._closes.append(line[0])

    def close(self) -> None:
        """Let go of the run."""
        self._data = None

    def pairs(self, curve: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the returns of the run and of the benchmark from one of its prices to the next.

        `curve` is the equity without flows, with the value before the first bar in front. Pairs with an unknown
        equity are left out.
        """
        values, closes = curve[self._bars], np.array(self._closes)
        mine, theirs = values[1:] / values[:-1] - 1.0, closes[1:] / closes[:-1] - 1.0
        known = np.isfinite(mine) & (values[:-1] > 0.0)
        return mine[known], theirs[known]


def _find(strategy: Any, wanted: str | int) -> tuple[str, Any]:
    """Return name and data of the benchmark, given by name or by number.

    Raises
    ------
    RequestError
        The run has no such data.
    """
    names = name_instruments(strategy.datas)
    if isinstance(wanted, str) and wanted in names:
        return wanted, strategy.datas[names.index(wanted)]
    if isinstance(wanted, int) and not isinstance(wanted, bool) and 0 <= wanted < len(names):
        return names[wanted], strategy.datas[wanted]
    raise RequestError(f"benchmark must be a data of the run, e.g. {names[0]!r}; received {wanted!r}")
