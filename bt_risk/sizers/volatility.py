"""Size against the volatility. Gives: `VolatilitySizer`."""

from __future__ import annotations

from bt_risk.sizers.base import RiskSizer

METHODS = ("inverse_volatility", "atr_risk")


class VolatilitySizer(RiskSizer):
    """Buy less where the ranges are wider.

    ``"inverse_volatility"``: notional = volatility_base * equity * volatility_target / (ATR / price).
    ``"atr_risk"``: units = risk_per_trade * equity / (ATR * multiplier), a loss of one ATR costs the budget.

    Parameters
    ----------
    method
        One of the two.
    volatility_target, volatility_base
        ATR / price at which the base is bought; the base, as notional / equity.
    risk_per_trade, risk_money
        The budget of ``"atr_risk"`` as a share of equity, or as money.
    """

    params = (
        ("method", "inverse_volatility"),
        ("volatility_target", 0.02),
        ("volatility_base", 0.05),
        ("risk_per_trade", 0.01),
        ("risk_money", None),
        ("max_position", 0.10),
    )

    def __init__(self, **unknown: object) -> None:
        self.METHODS = (self.p.method,)
        super().__init__(**unknown)

    def _find_problems(self) -> list[str]:
        if self.p.method in METHODS:
            return []
        return [f"method must be one of {', '.join(METHODS)}; received {self.p.method!r}"]
