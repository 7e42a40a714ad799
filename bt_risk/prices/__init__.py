"""Prices as checked frames. Takes files and DataFrames; knows nothing of Backtrader or of risk."""

from __future__ import annotations

from bt_risk.prices.fetch import fetch_prices
from bt_risk.prices.find import find_prices
from bt_risk.prices.findings import PriceFinding, PriceReport
from bt_risk.prices.load import load_prices
from bt_risk.prices.report import check_prices

__all__ = ["PriceFinding", "PriceReport", "check_prices", "fetch_prices", "find_prices", "load_prices"]
