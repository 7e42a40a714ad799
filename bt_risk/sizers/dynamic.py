"""Size by signal and volatility together. Gives: `DynamicSizer`."""

from __future__ import annotations

import math
from typing import Any

from bt_risk.sizers.base import RiskSizer


class DynamicSizer(RiskSizer):
    """Buy a notional of `dynamic_base` of equity * (0.5 + 1.5 * confidence) / (1 + annualised volatility).

    The confidence, from 0 to 1, is the strategy's ``confidence(data)``; the volatility is that of the closes.

    Parameters
    ----------
    dynamic_base
        Notional / equity before the factors.
    volatility_period
        Returns that the volatility is taken of.
    bars_a_year
        Bars in a year, such as 252 or 365 for daily ones; None takes it from their times.
    """

    params = (
        ("dynamic_base", 0.02),
        ("volatility_period", 20),
        ("bars_a_year", None),
        ("max_position", 0.10),
    )
    METHODS = ("dynamic",)

    def _find_problems(self) -> list[str]:
        problems = []
        period, bars = self.p.volatility_period, self.p.bars_a_year
        if not isinstance(period, int) or period < 2:
            problems.append(f"volatility_period must be a whole number >= 2, e.g. 20; received {period!r}")
        if bars is not None and not (isinstance(bars, (int, float)) and 0.0 < bars < math.inf):
            problems.append(f"bars_a_year must be a number > 0, e.g. 252; received {bars!r}")
        return problems

    def _memory_params(self) -> dict[str, Any]:
        return {**super()._memory_params(), "volatility_period": self.p.volatility_period}

    def _annual_volatility(self, data: Any) -> float:
        return self.memory.annual_volatility(data, self.p.bars_a_year)
