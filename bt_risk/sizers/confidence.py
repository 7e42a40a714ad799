"""Size by how sure the strategy is. Gives: `ConfidenceSizer`."""

from __future__ import annotations

from bt_risk.sizers.base import RiskSizer


class ConfidenceSizer(RiskSizer):
    """Buy a part of `max_position` that grows with the strategy's ``confidence(data)``, a number from 0 to 1.

    Nothing below `confidence_low`, `confidence_floor` of it there, then a straight line up to all of it at
    `confidence_high`.

    Parameters
    ----------
    confidence_low, confidence_high, confidence_floor
        As above.
    """

    params = (
        ("confidence_low", 0.55),
        ("confidence_high", 0.80),
        ("confidence_floor", 0.25),
        ("max_position", 0.10),
    )
    METHODS = ("confidence",)
