"""Size by the risk to the stop and the market's regime. Gives: `RegimeSizer`."""

from __future__ import annotations

from bt_risk.sizers.base import RiskSizer


class RegimeSizer(RiskSizer):
    """Buy as `RiskPerTradeSizer`, times the multiplier of the strategy's ``regime(data)``.

    The hook returns a trend (``"bullish"``, ``"bearish"``, ``"neutral"``), a multiplier, or both in a mapping of
    ``trend`` and ``risk_multiplier``. A trade against the trend is cut to `regime_mismatch`; the risk never exceeds
    `risk_per_trade_max`.

    Parameters
    ----------
    risk_per_trade, risk_money, risk_per_trade_max
        Share of equity lost at the stop in a regime of 1; the same as money; the bound, as a share of equity.
    regime_mismatch
        Multiplier for a trade against the trend.
    """

    params = (
        ("stop", "atr"),
        ("risk_per_trade", 0.01),
        ("risk_money", None),
        ("risk_per_trade_max", 0.02),
        ("regime_mismatch", 0.5),
    )
    METHODS = ("regime",)
