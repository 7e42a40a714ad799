"""One self-contained HTML file: no outside address, the same bytes for the same run."""

from __future__ import annotations

from bt_risk.views.report.comparison import ComparisonReport, comparison_page

__all__ = ["ComparisonReport", "comparison_page"]
