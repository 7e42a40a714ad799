"""Prices as checked frames. Takes CSV files and DataFrames; knows nothing of Backtrader or of risk."""

from __future__ import annotations

from bt_risk.prices.find import find_prices
from bt_risk.prices.load import load_prices

__all__ = ["find_prices", "load_prices"]
