"""The market as the strategy sees it. Gives: `Regime`, from what a user writes, to the sizing by regime."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import nan
from numbers import Real

TRENDS = ("bullish", "bearish", "neutral")


@dataclass(frozen=True, slots=True)
class Regime:
    """The trend of the market, and how much of the normal risk it deserves.

    `trend` is ``"bullish"``, ``"bearish"`` or ``"neutral"``; `multiplier` is 1 for the normal risk. Values that
    mean nothing are kept as they are: the method that needs them says so in its denial.
    """

    trend: str = "neutral"
    multiplier: float = 1.0

    def is_against(self, *, is_long: bool) -> bool:
        """Return whether a trade on this side goes against the trend; nothing goes against a neutral one."""
        return self.trend == ("bearish" if is_long else "bullish")


def read_regime(value: object) -> Regime:
    """Return the regime that `value` means.

    A `Regime`, a trend, a multiplier, or a mapping of ``trend`` and ``risk_multiplier``.
    """
    if isinstance(value, Regime):
        return Regime(str(value.trend), _number(value.multiplier))
    if isinstance(value, str):
        return Regime(trend=value)
    if isinstance(value, Mapping):
        multiplier = value.get("risk_multiplier", 1.0)
        return Regime(str(value.get("trend", "neutral")), _number(multiplier))
    return Regime(multiplier=_number(value))


def _number(value: object) -> float:
    return float(value) if isinstance(value, Real) else nan
