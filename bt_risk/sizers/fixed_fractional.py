"""Size by a fixed share of equity. Gives: `FixedFractionalSizer`."""

from __future__ import annotations

from bt_risk.sizers.base import RiskSizer


class FixedFractionalSizer(RiskSizer):
    """Buy a notional of `fixed_fraction` of equity: a position size, not a risk, since no stop is in it.

    Parameters
    ----------
    fixed_fraction
        Notional / equity.
    """

    params = (("fixed_fraction", 0.02), ("max_position", 0.10))
    METHODS = ("fixed_fraction",)
