"""One self-contained HTML file: no outside address, the same bytes for the same run."""

from __future__ import annotations

from bt_risk.views.report.comparison import ComparisonReport, comparison_page
from bt_risk.views.report.run_page import run_page
from bt_risk.views.report.run_report import RunReport

__all__ = ["ComparisonReport", "RunReport", "comparison_page", "run_page"]
