"""The columns of the comparison table, with their labels and how each is printed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from bt_risk.views.text import UNDEFINED, as_number, rate_text


def _as_count(value: float) -> str:
    return UNDEFINED if pd.isna(value) else f"{int(value):,}"


@dataclass(frozen=True, slots=True)
class Metric:
    """One column: its key in the frame, its label, how a value is written, and what it means."""

    key: str
    label: str
    write: Callable[[float], str]
    meaning: str


METRICS = (
    Metric("total_return", "total return", rate_text, "last equity / start cash - 1"),
    Metric("cagr", "CAGR", rate_text, "compound annual growth rate of the equity"),
    Metric("volatility", "volatility", rate_text, "deviation of the returns of a bar, annualised"),
    Metric("sharpe", "Sharpe", as_number, "mean / deviation of the returns, annualised, over a rate of zero"),
    Metric("max_drawdown", "max drawdown", rate_text, "deepest fall from the highest equity before it"),
    Metric("mean_heat", "mean heat", rate_text, "mean over all bars, flat ones included"),
    Metric("peak_heat", "peak heat", rate_text, "highest heat of any bar"),
    Metric("in_target_band", "in target band", rate_text, "share of the bars with the heat in the band"),
    Metric("trades", "trades", _as_count, "closed round trips"),
    Metric("denied", "denied", _as_count, "entries that a rule refused"),
    Metric("reduced", "reduced", _as_count, "entries that a cap made smaller"),
    Metric("emergencies", "emergencies", _as_count, "bars on which positions were cut because of the heat"),
)


def printed_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return the comparison as texts, a row a metric and a column a profile, as the console shows it."""
    columns = {
        str(name): [metric.write(float(row[metric.key])) for metric in METRICS]
        for name, row in table.iterrows()
    }
    return pd.DataFrame(columns, index=[metric.label for metric in METRICS])
