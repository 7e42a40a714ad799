"""Cut another sizer's size to the heat that is left. Gives: `HeatAwareSizer`."""

from __future__ import annotations

from typing import Any

from bt_risk.sizers.asking import AskingSizer, read_sizer
from bt_risk.sizers.risk_per_trade import RiskPerTradeSizer


class HeatAwareSizer(AskingSizer):
    """Ask a base sizer, and cut its size so that the heat of the whole account stays within `max_heat`.

    heat = (open risk + risk of entries on their way) / equity, each to its stop: one that rests at the broker, else
    the one that this sizer sized the position to. A position with neither risks its whole notional.

    Parameters
    ----------
    base
        A sizer class, a pair (class, parameters), an instance, or the name of a method; Backtrader's own sizers
        too. One of bt_risk is given the stop of this sizer.
    max_heat
        Limit of the heat, a fraction of equity.
    """

    params = (("stop", "atr"), ("base", RiskPerTradeSizer), ("max_heat", 0.10))

    def _make_asked(self) -> list[Any]:
        return [read_sizer(self.p.base, "base")]
