"""The account's risk in a few numbers. Gives: `RiskReading`, to alerts and recommendations."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

from bt_risk.rules.tiers import Tier


@dataclass(frozen=True, slots=True)
class RiskReading:
    """What is known of the account's risk on one bar; NaN where it is not.

    Attributes
    ----------
    drawdown, daily_loss
        Positive fractions of the peak, and of the day's base.
    positions
        Open positions.
    correlation
        Highest correlation of two open positions, side counted.
    utilisation, tier
        Heat / its limit, and the tier it is in.
    riskiest
        Name of the position with the highest open risk.
    concentration, effective_positions
        Largest share of the invested total; number of equal positions that would be as concentrated.
    """

    drawdown: float = nan
    daily_loss: float = nan
    positions: int = 0
    correlation: float = nan
    utilisation: float = nan
    tier: Tier = Tier.NORMAL
    riskiest: str = ""
    concentration: float = nan
    effective_positions: float = nan
