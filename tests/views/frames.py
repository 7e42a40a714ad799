"""Small frames as a comparison makes them, with fixed numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bt_risk.rules.profile import AGGRESSIVE, CONSERVATIVE, MODERATE, UNCONTROLLED, UNPROTECTED
from bt_risk.views.report import ComparisonReport

PROFILES = [CONSERVATIVE, MODERATE, AGGRESSIVE, UNPROTECTED, UNCONTROLLED]


def days(bars):
    return pd.bdate_range("2005-01-03", periods=bars)


def curves(bars=300, profiles=PROFILES):
    """Return equity, drawdown and heat of random walks that end close together."""
    random = np.random.default_rng(7)
    equity, heat = {}, {}
    for rank, profile in enumerate(profiles):
        steps = random.normal(0.0002, 0.002 * (rank + 1), bars)
        steps[0] = 0.0
        equity[profile.name] = 100_000.0 * np.cumprod(1 + steps)
        heat[profile.name] = np.abs(np.sin(np.arange(bars) / 20)) * (profile.max_heat or 0.9)
    equity = pd.DataFrame(equity, index=days(bars))
    return equity, 1 - equity / equity.cummax(), pd.DataFrame(heat, index=days(bars))


def emergencies(*pairs):
    """Return an event frame with one emergency a (profile name, bar)."""
    return pd.DataFrame(
        [
            {
                "profile": name,
                "datetime": days(bar + 1)[bar],
                "kind": "emergency",
                "level": "critical",
                "data": "AAPL",
                "text": "heat above its limit",
            }
            for name, bar in pairs
        ],
        columns=["profile", "datetime", "kind", "level", "data", "text"],
    )


def decisions(count, names=("moderate",), text="sized by risk_per_trade"):
    row = {
        "data": "AAPL",
        "side": "buy",
        "kind": "entry",
        "outcome": "accepted",
        "rule": "risk_per_trade",
        "text": text,
        "price": 20.0,
        "stop": 18.5,
        "target": None,
        "wanted": None,
        "given": 100.0,
        "heat_before": 0.0,
        "heat_after": 0.0233,
        "equity": 100_000.0,
    }
    rows = [
        {"profile": name, "number": number + 1, "datetime": days(number + 1)[number], **row}
        for name in names
        for number in range(count)
    ]
    return pd.DataFrame(rows, columns=["profile", "number", "datetime", *row])


def table_of(equity, drawdown, heat):
    frame = pd.DataFrame(index=equity.columns)
    frame["total_return"] = equity.iloc[-1] / equity.iloc[0] - 1
    frame["cagr"] = 0.031
    frame["volatility"] = 0.12
    frame["sharpe"] = 0.42
    frame["max_drawdown"] = drawdown.max()
    frame["mean_heat"] = heat.mean()
    frame["peak_heat"] = heat.max()
    frame["in_target_band"] = [0.25] * (len(frame) - 1) + [np.nan]
    for column in ("trades", "denied", "reduced", "emergencies"):
        frame[column] = range(len(frame))
    return frame


def report(bars=60, profiles=PROFILES, **changes):
    equity, drawdown, heat = curves(bars, profiles)
    parts = {
        "title": "SmaCross under five risk profiles",
        "table": table_of(equity, drawdown, heat),
        "equity": equity,
        "drawdown": drawdown,
        "heat": heat,
        "decisions": decisions(3, [profile.name for profile in profiles]),
        "events": emergencies((profiles[0].name, 20)),
        "profiles": profiles,
        "settings": {"strategy": "SmaCross", "start cash": "100,000"},
    }
    return ComparisonReport(**{**parts, **changes})
