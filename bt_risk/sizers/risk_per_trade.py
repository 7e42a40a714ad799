"""Size by the loss at the stop. Gives: `RiskPerTradeSizer`."""

from __future__ import annotations

from bt_risk.sizers.base import RiskSizer


class RiskPerTradeSizer(RiskSizer):
    """Buy as many units as lose `risk_per_trade` of equity at their stop, both commissions included.

    units = risk_per_trade * equity / (loss of one unit at the stop + commissions)

    Parameters
    ----------
    risk_per_trade
        Share of equity.
    risk_money
        The same as an amount of money; replaces the share.
    """

    params = (("stop", "atr"), ("risk_per_trade", 0.01), ("risk_money", None))
    METHODS = ("risk_per_trade",)
