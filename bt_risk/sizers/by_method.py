"""A sizer by the name of its method. Gives: `make_sizer`."""

from __future__ import annotations

from typing import Any

from bt_risk.errors import ProfileError
from bt_risk.sizers.base import RiskSizer
from bt_risk.sizers.confidence import ConfidenceSizer
from bt_risk.sizers.dynamic import DynamicSizer
from bt_risk.sizers.fixed_fractional import FixedFractionalSizer
from bt_risk.sizers.kelly import KellySizer
from bt_risk.sizers.regime import RegimeSizer
from bt_risk.sizers.risk_per_trade import RiskPerTradeSizer
from bt_risk.sizers.volatility import VolatilitySizer

# The methods that a profile lists, but the one that spends cash: that is Backtrader's own PercentSizer.
_SIZERS: dict[str, tuple[type[RiskSizer], dict[str, Any]]] = {
    "risk_per_trade": (RiskPerTradeSizer, {}),
    "kelly": (KellySizer, {}),
    "fixed_fraction": (FixedFractionalSizer, {}),
    "inverse_volatility": (VolatilitySizer, {"method": "inverse_volatility"}),
    "atr_risk": (VolatilitySizer, {"method": "atr_risk"}),
    "confidence": (ConfidenceSizer, {}),
    "dynamic": (DynamicSizer, {}),
    "regime": (RegimeSizer, {}),
}


def make_sizer(method: str, **params: Any) -> RiskSizer:
    """Return the sizer of one method, by the name that a profile's ``sizing`` has for it.

    ``strategy.setsizer(make_sizer("kelly", kelly_fraction=0.5))``

    Raises
    ------
    ProfileError
        There is no such method, or a parameter is unknown or not allowed.
    """
    if method not in _SIZERS:
        raise ProfileError(f"method must be one of {', '.join(_SIZERS)}; received {method!r}")
    kind, fixed = _SIZERS[method]
    return kind(**fixed, **params)
