"""What the analyzers say of one run. Requires: the analyzers, the run is over. Gives: plain values for its record."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

import backtrader as bt
import pandas as pd

from bt_risk.analyzers import DecisionAnalyzer, RiskReportAnalyzer, VaRAnalyzer
from bt_risk.desk import RiskDesk
from bt_risk.errors import BtRiskError
from bt_risk.studies.shadow import shadow_book

# By the name under which each is attached, and its part of a record.
ANALYZERS: dict[str, type[bt.Analyzer]] = {
    "account": RiskReportAnalyzer,
    "decisions": DecisionAnalyzer,
    "value_at_risk": VaRAnalyzer,
}
# What the account's report asks itself; the decisions are told by the analyzer that knows the shadow book.
_WITHIN = ("diversification", "drawdown", "heat", "trade_risk")
_ELSEWHERE = ("decisions", "alerts_raised")  # here and in the events
MODEL, ALPHA = "historical", 0.05


def analyses_of(parts: Mapping[str, Any], desk: RiskDesk) -> dict[str, Any]:
    """Return what each of `ANALYZERS` found, by its name; the decisions with what each rule saved and cost."""
    # Where it cannot be made, the analysis says itself what is missing.
    with contextlib.suppress(BtRiskError):
        parts["decisions"].take_shadow_book(shadow_book(desk))
    found = {name: parts[name].get_analysis() for name in ANALYZERS}
    report = found["account"]
    found |= {name: report[name] for name in _WITHIN}
    found["account"] = {key: value for key, value in report.items() if key not in (*_WITHIN, *_ELSEWHERE)}
    return dict(sorted(found.items()))


def forecasts_of(parts: Mapping[str, Any]) -> pd.DataFrame:
    """Return each bar's return with the historical forecast for it."""
    frame = parts["value_at_risk"].to_frame()
    own = frame[(frame["model"] == MODEL) & (frame["alpha"] == ALPHA)]
    return own[["return", "var", "es"]].astype(float).rename_axis("datetime")
