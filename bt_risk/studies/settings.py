"""What the runs of a study had in common, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import backtrader as bt
import pandas as pd

from bt_risk.views.text import as_money, exact_rate


def settings_of(
    cls: Any,
    *,
    params: Mapping[str, Any],
    prices: Mapping[str, pd.DataFrame],
    cash: float,
    commission: float,
    slippage: float,
    **_: Any,
) -> dict[str, str]:
    """Return labels and texts: strategy, parameters, data, period, cash and costs."""
    everybodys = dict(bt.SignalStrategy.params._getitems()) if issubclass(cls, bt.SignalStrategy) else {}
    used = {
        name: params.get(name, value)
        for name, value in cls.params._getitems()
        # What every `SignalStrategy` has says nothing about this one, unless it was changed.
        if name != "profile" and (name in params or name not in everybodys or everybodys[name] != value)
    }
    first = min(frame.index[0] for frame in prices.values())
    last = max(frame.index[-1] for frame in prices.values())
    bars = max(len(frame) for frame in prices.values())
    return {
        "strategy": cls.__name__,
        "parameters": ", ".join(f"{name} {value}" for name, value in used.items()) or "none",
        "data": ", ".join(prices),
        "period": f"{first:%Y-%m-%d} to {last:%Y-%m-%d}",
        "bars": f"{bars:,}",
        "start cash": as_money(cash),
        "commission": exact_rate(commission),
        "slippage": exact_rate(slippage),
    }
