"""Sizers for any Backtrader strategy: the sizing methods of the rules, one a file.

On a plain strategy they need nothing else; under a risk desk a sizer is one more proposal, of which the smallest wins.
"""

from bt_risk.sizers.base import RiskSizer
from bt_risk.sizers.by_method import make_sizer
from bt_risk.sizers.confidence import ConfidenceSizer
from bt_risk.sizers.dynamic import DynamicSizer
from bt_risk.sizers.fixed_fractional import FixedFractionalSizer
from bt_risk.sizers.heat_aware import HeatAwareSizer
from bt_risk.sizers.kelly import KellySizer
from bt_risk.sizers.refusal import Refusal
from bt_risk.sizers.regime import RegimeSizer
from bt_risk.sizers.risk_per_trade import RiskPerTradeSizer
from bt_risk.sizers.smallest_of import SmallestOfSizer
from bt_risk.sizers.volatility import VolatilitySizer

__all__ = [
    "ConfidenceSizer",
    "DynamicSizer",
    "FixedFractionalSizer",
    "HeatAwareSizer",
    "KellySizer",
    "Refusal",
    "RegimeSizer",
    "RiskPerTradeSizer",
    "RiskSizer",
    "SmallestOfSizer",
    "VolatilitySizer",
    "make_sizer",
]
